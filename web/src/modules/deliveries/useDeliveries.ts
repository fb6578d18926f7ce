import { deliveries } from '@crm/shared/contract/deliveries'
import { useQueryCache } from '@pinia/colada'

export const deliveryKey = (id: number) => ['delivery', id]
/** Goods moved: lists (of deliveries, orders, what is owed), what is open, the customer's timeline and 工作台 load again. */
export function useRefreshDeliveries() {
  const cache = useQueryCache()
  const stale = [
    ['list'],
    [deliveries.board.path],
    ['delivery'],
    ['order'],
    ['timeline'],
    ['home'],
    ['customerMoney'],
    ['bought'],
    ['invoicing'],
    ['release'],
  ]
  return () => Promise.all(stale.map((key) => cache.invalidateQueries({ key })))
}
