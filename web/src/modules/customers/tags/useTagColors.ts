import { tags } from '@crm/shared/contract/customers'
import { useQuery } from '@pinia/colada'
import { computed } from 'vue'
import { call } from '../../../core/server/client'

const FRESH_MS = 5 * 60_000

/** Colours of the tags by id; null = none was given. */
export function useTagColors() {
  const query = useQuery({
    key: ['list', tags.list.path, 'colors'],
    query: ({ signal }) => call(tags.list, { query: { size: 200, fields: ['color'] } }, { signal }),
    staleTime: FRESH_MS,
  })
  const colors = computed(() => new Map((query.data.value?.items ?? []).map(({ id, color }) => [id, color])))
  return (id: number | undefined): string | null => (id === undefined ? null : (colors.value.get(id) ?? null))
}
