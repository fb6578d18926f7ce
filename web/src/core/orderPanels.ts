import type { OrderDetail } from '@crm/shared/contract/orders'
import type { PermissionName } from '@crm/shared/permissions'
import { type Component, defineAsyncComponent } from 'vue'

/** What other modules put on the order page (交货、回款、发票); each component gets `row`, the order with its lines. */
export interface OrderPanel {
  readonly key: string
  readonly order: number
  readonly permission: PermissionName
  readonly load: () => Promise<{ default: Component }>
}
export interface OrderPanelProps {
  readonly row: OrderDetail
}

const shown: (OrderPanel & { readonly component: Component })[] = []

/** Called once, by the router's table of contents. */
export function showOnOrders(panels: readonly OrderPanel[]): void {
  shown.push(...panels.map((panel) => ({ ...panel, component: defineAsyncComponent(panel.load) })))
  shown.sort((a, b) => a.order - b.order)
}
export const orderPanels = (): readonly (OrderPanel & { readonly component: Component })[] => shown
