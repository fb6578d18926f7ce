import { type Component, defineAsyncComponent } from 'vue'
import type { contract } from '@crm/shared/entities/contract'
import type { RowOf } from '@crm/shared/kernel/entity'
import type { PermissionName } from '@crm/shared/permissions'

/** What other modules put on the contract page (orders, plan, receipts, invoices); each component gets `row`, the contract. */
export interface ContractPanel {
  readonly key: string
  /** `middle`: a section below the facts; `right`: beside them; `action`: a button in the header. */
  readonly place: 'middle' | 'right' | 'action'
  readonly order: number
  readonly permission: PermissionName
  readonly load: () => Promise<{ default: Component }>
}
export interface ContractPanelProps {
  readonly row: RowOf<typeof contract>
}

const shown: (ContractPanel & { readonly component: Component })[] = []

/** Called once, by the router's table of contents. */
export function showOnContracts(panels: readonly ContractPanel[]): void {
  shown.push(...panels.map((panel) => ({ ...panel, component: defineAsyncComponent(panel.load) })))
  shown.sort((a, b) => a.order - b.order)
}
export const contractPanels = (place: ContractPanel['place']) => shown.filter((panel) => panel.place === place)
