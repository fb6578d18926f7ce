import { useQueryCache } from '@pinia/colada'

export const receiptKey = (id: number) => ['receipt', id]
export const receivableKey = (id: number) => ['receivable', id]

/** Money moved: lists, plans, the customer's numbers and story, 工作台 load again. */
export function useRefreshMoney() {
  const cache = useQueryCache()
  const stale = [['list'], ['receipt'], ['receivable'], ['plan'], ['customerMoney'], ['timeline'], ['home'], ['ageing']]
  return () => Promise.all(stale.map((key) => cache.invalidateQueries({ key })))
}
