import { invoices as api } from '@crm/shared/contract/invoices'
import type { Router } from '../../../core/http/bind.ts'
import { applyInvoice, findInvoice, invoicingOf, listInvoices } from './invoices.ts'
import { approveInvoice, issueInvoice, redInvoice, rejectInvoice, voidInvoice } from './moves.ts'

export function invoiceRoutes({ read, write }: Router): void {
  read(api.list, (db, { actor, query, heavy }) => listInvoices(db, actor, query, { heavy }))
  read(api.get, (db, { actor, params }) => findInvoice(db, actor, params.id))
  write(api.create, (tx, { actor, body }) => applyInvoice(tx, actor, body))
  write(api.approve, (tx, { actor, params, body }) => approveInvoice(tx, actor, params.id, body.version))
  write(api.reject, (tx, { actor, params, body }) => rejectInvoice(tx, actor, params.id, body))
  write(api.issue, (tx, { actor, params, body }) => issueInvoice(tx, actor, params.id, body))
  write(api.red, (tx, { actor, params, body }) => redInvoice(tx, actor, params.id, body))
  write(api.void, (tx, { actor, params, body }) => voidInvoice(tx, actor, params.id, body))
  read(api.orderInvoicing, (db, { actor, params }) => invoicingOf(db, actor, { orderId: params.id }))
  read(api.contractInvoicing, (db, { actor, params }) => invoicingOf(db, actor, { contractId: params.id }))
}
