import type { ReceiptDetail } from '@crm/shared/contract/receipts'
import { type Panel, panelsOf } from './panels'

/** What other modules put into the view of a receipt: 附件. */
export type ReceiptPanel = Panel
export interface ReceiptPanelProps {
  readonly row: ReceiptDetail
}
export const { show: showOnReceipts, visible: receiptPanels } = panelsOf<ReceiptPanel>()
