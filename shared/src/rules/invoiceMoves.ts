import type { InvoiceState } from '../entities/invoice.ts'

/** What counts against the amount of its order or contract; red ones are negative. */
export const VALID_INVOICES = ['applied', 'approved', 'issued'] as const satisfies readonly InvoiceState[]
export const isInvoiceValid = (state: InvoiceState): boolean =>
  (VALID_INVOICES as readonly InvoiceState[]).includes(state)

/** The steps of an invoice: from where each may be taken. Whoever may issue need not approve first. */
export const invoiceMoves = {
  approve: { label: '批准', from: ['applied'] },
  reject: { label: '驳回', from: ['applied'] },
  issue: { label: '开票', from: ['applied', 'approved'] },
  red: { label: '冲红', from: ['issued'] },
  void: { label: '作废', from: ['applied', 'approved'] },
} as const satisfies Record<string, { readonly label: string; readonly from: readonly InvoiceState[] }>
export type InvoiceMove = keyof typeof invoiceMoves

/** A red one is of its day: nothing more happens to it. */
export const mayMoveInvoice = (
  move: InvoiceMove,
  { redOfId, state }: { readonly state: InvoiceState; readonly redOfId: number | null },
): boolean => redOfId === null && (invoiceMoves[move].from as readonly InvoiceState[]).includes(state)
