import { ageing, type Ageing } from '@crm/shared/contract/ageing'
import { dayOf, isDay } from '@crm/shared/days'
import { useQuery } from '@pinia/colada'
import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { call } from '../../core/server/client'
import { useSession } from '../../core/session'

export const SIZE = 50

/** 账龄 as the address asks for it: the day, whether only late ones, the page. */
export function useAgeing() {
  const route = useRoute()
  const router = useRouter()
  const today = dayOf(new Date().toISOString(), useSession().zone)
  const asOf = computed(() => {
    const asked = String(route.query['asOf'] ?? '')
    return isDay(asked) ? asked : today
  })
  const overdueOnly = computed(() => route.query['overdueOnly'] === '1')
  const page = computed(() => Math.max(1, Number(route.query['page'] ?? 1) || 1))
  const asked = computed(() => ({
    asOf: asOf.value,
    page: page.value,
    size: SIZE,
    ...(overdueOnly.value && { overdueOnly: true }),
  }))
  const query = useQuery<Ageing>({
    key: () => ['ageing', asked.value],
    query: ({ signal }) => call(ageing.table, { query: asked.value }, { signal }),
    placeholderData: (before: Ageing | undefined) => before,
  })
  const go = (change: Readonly<Record<string, string | undefined>>) =>
    void router.push({ query: { ...route.query, page: undefined, ...change } })
  return { asOf, today, overdueOnly, page, query, go }
}
