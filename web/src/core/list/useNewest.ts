import type { ListQuery } from '@crm/shared/kernel/query'
import { useQuery } from '@pinia/colada'
import { computed } from 'vue'
import { call } from '../server/client'
import type { ListEndpoint } from './useList'

/** The first few rows of a list, for a panel on the page of what they belong to. */
export function useNewest<Row>(
  endpoint: ListEndpoint<Row>,
  {
    most,
    sort,
    of,
  }: { readonly most: number; readonly sort?: string; readonly of: () => Readonly<Record<string, number>> },
) {
  const asked = computed(() => ({ ...of(), size: most, ...(sort && { sort }) }))
  const query = useQuery({
    key: () => ['list', endpoint.path, asked.value],
    query: ({ signal }) => call(endpoint, { query: asked.value as ListQuery }, { signal }),
  })
  const total = computed(() => query.data.value?.total ?? 0)
  return {
    query,
    total,
    rows: computed(() => query.data.value?.items ?? []),
    hasMore: computed(() => total.value > most),
  }
}
