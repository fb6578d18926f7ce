import { useQueryCache } from '@pinia/colada'

/** A 报销 moved: lists, consents and 工作台 load again. */
export function useRefreshExpenses() {
  const cache = useQueryCache()
  const stale = [['list'], ['expense'], ['customerMoney'], ['home']]
  return () => Promise.all(stale.map((key) => cache.invalidateQueries({ key })))
}
