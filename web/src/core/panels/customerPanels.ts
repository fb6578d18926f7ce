import type { customer } from '@crm/shared/entities/customer'
import type { RowOf } from '@crm/shared/kernel/entity'
import type { PermissionName } from '@crm/shared/permissions'
import { type Component, defineAsyncComponent } from 'vue'
import { type Panel, panelsOf } from './panels'

/** What other modules put on the customer page. */
export interface CustomerPanel extends Panel {
  /** `top`: the strip of numbers under the name; `middle`: what happens, newest first; `right`: what hangs on it. */
  readonly place: 'top' | 'middle' | 'right'
  /** On a phone it stands under 资金 and not under 资料. */
  readonly isMoney?: true
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

export const { show: showOnCustomers, visible: customerPanels } = panelsOf<CustomerPanel>()
