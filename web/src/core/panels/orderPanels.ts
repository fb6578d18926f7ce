import type { OrderDetail } from '@crm/shared/contract/orders'
import { type Panel, panelsOf } from './panels'

/** What other modules put on the order page (交货、回款、发票); `row` is the order with its lines. */
export type OrderPanel = Panel
export interface OrderPanelProps {
  readonly row: OrderDetail
}
export const { show: showOnOrders, visible: orderPanels } = panelsOf<OrderPanel>()
