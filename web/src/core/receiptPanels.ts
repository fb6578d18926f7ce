import type { ReceiptDetail } from '@crm/shared/contract/receipts'
import type { PermissionName } from '@crm/shared/permissions'
import { type Component, defineAsyncComponent } from 'vue'

/** What other modules put into the view of a receipt (附件); each component gets `row`, the receipt. */
export interface ReceiptPanel {
  readonly key: string
  readonly order: number
  readonly permission: PermissionName
  readonly load: () => Promise<{ default: Component }>
}
export interface ReceiptPanelProps {
  readonly row: ReceiptDetail
}

const shown: (ReceiptPanel & { readonly component: Component })[] = []

/** Called once, by the router's table of contents. */
export function showOnReceipts(panels: readonly ReceiptPanel[]): void {
  shown.push(...panels.map((panel) => ({ ...panel, component: defineAsyncComponent(panel.load) })))
  shown.sort((a, b) => a.order - b.order)
}
export const receiptPanels = (): readonly (ReceiptPanel & { readonly component: Component })[] => shown
