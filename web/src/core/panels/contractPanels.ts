import type { contract } from '@crm/shared/entities/contract'
import type { RowOf } from '@crm/shared/kernel/entity'
import { type Panel, panelsOf } from './panels'

/** What other modules put on the contract page: orders, plan, receipts, invoices. */
export interface ContractPanel extends Panel {
  /** `middle`: a section below the facts; `right`: beside them; `action`: a button in the header. */
  readonly place: 'middle' | 'right' | 'action'
}
export interface ContractPanelProps {
  readonly row: RowOf<typeof contract>
}
export const { show: showOnContracts, visible: contractPanels } = panelsOf<ContractPanel>()
