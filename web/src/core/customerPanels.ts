import { type Component, defineAsyncComponent } from 'vue'
import type { PermissionName } from '@crm/shared/permissions'
import type { RowOf } from '@crm/shared/kernel/entity'
import type { customer } from '@crm/shared/entities/customer'

/** What other modules put on the customer page; each component gets `row`, the customer. */
export interface CustomerPanel {
  readonly key: string
  /** `middle`: what happens, newest first; `right`: what hangs on it. */
  readonly place: 'middle' | 'right'
  readonly order: number
  readonly permission: PermissionName
  readonly load: () => Promise<{ default: Component }>
}
export interface CustomerPanelProps {
  readonly row: RowOf<typeof customer>
}

/** What other modules offer to do with a customer, from its row in the list: a drawer that gets `row` and says `closed`. */
export interface CustomerAction {
  readonly key: string
  readonly label: string
  /** The key in the list. */
  readonly keys?: string
  readonly permission: PermissionName
  readonly load: () => Promise<{ default: Component }>
}
const offered: (CustomerAction & { readonly component: Component })[] = []
export function offerOnCustomers(actions: readonly CustomerAction[]): void {
  offered.push(...actions.map((action) => ({ ...action, component: defineAsyncComponent(action.load) })))
}
export const customerActions = (): readonly (CustomerAction & { readonly component: Component })[] => offered

const shown: (CustomerPanel & { readonly component: Component })[] = []

/** Called once, by the router's table of contents. */
export function showOnCustomers(panels: readonly CustomerPanel[]): void {
  shown.push(...panels.map((panel) => ({ ...panel, component: defineAsyncComponent(panel.load) })))
  shown.sort((a, b) => a.order - b.order)
}
export const customerPanels = (place: CustomerPanel['place']) => shown.filter((panel) => panel.place === place)
