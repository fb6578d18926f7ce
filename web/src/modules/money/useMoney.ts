import { useQueryCache } from '@pinia/colada'
import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'

export const receiptKey = (id: number) => ['receipt', id]
export const receivableKey = (id: number) => ['receivable', id]

/** Money moved: lists, plans, the customer's numbers and story, 工作台 load again. */
export function useRefreshMoney() {
  const cache = useQueryCache()
  const stale = [['list'], ['receipt'], ['receivable'], ['plan'], ['customerMoney'], ['timeline'], ['home'], ['ageing']]
  return () => Promise.all(stale.map((key) => cache.invalidateQueries({ key })))
}

/** `?open=12` shows one: other pages link there. */
export function useOpened() {
  const route = useRoute()
  const router = useRouter()
  const openedId = computed(() => (/^\d{1,15}$/.test(String(route.query['open'])) ? Number(route.query['open']) : null))
  function closeOpened(): void {
    const { open: _, ...query } = route.query
    void router.replace({ query })
  }
  return { openedId, closeOpened }
}
