import type { ApprovalRound } from './approvals.ts'
import { invoice as entity } from '../entities/invoice.ts'
import { crudEndpoints, type Endpoint, endpoint, ID_PARAM, type Page, VERSION_FIELD } from '../kernel/endpoint.ts'
import type { CreateOf, RowOf } from '../kernel/entity.ts'
import { day, money, rate, text } from '../kernel/field.ts'
import type { ListQuery } from '../kernel/query.ts'

export type Invoice = RowOf<typeof entity>
export interface InvoiceDetail extends Invoice {
  /** The red ones that took some of it back. */
  readonly reds: readonly Pick<Invoice, 'id' | 'number' | 'invoiceNumber' | 'amountFen' | 'issuedOn' | 'reason'>[]
  /** What of it still stands. */
  readonly restFen: number
  readonly approvals: readonly ApprovalRound[]
}
export type InvoiceCreate = Omit<CreateOf<typeof entity>, 'title' | 'taxRateBp'> & {
  readonly title?: string | null | undefined
  readonly taxRateBp?: number | null | undefined
}
/** An invoice that goods which came back ask to take back: how much of it, and why in words. */
export interface ToRed {
  readonly id: number
  readonly number: string
  readonly invoiceNumber: string | null
  readonly version: number
  /** What of it still stands. */
  readonly restFen: number
  readonly amountFen: number
  readonly reason: string
}
/** What may be invoiced of an order or a contract, and what the form begins with. */
export interface Invoicing {
  readonly customerId: number
  readonly customerName: string
  readonly title: string
  readonly creditCode: string | null
  readonly taxRateBp: number
  readonly documentFen: number
  readonly invoicedFen: number
  /** Of an order without what came back; below zero: more is invoiced than is sold. */
  readonly restFen: number
  readonly toRed: readonly ToRed[]
  /** Of an order: its contract, where that leaves less than the order itself. */
  readonly contractNumber: string | null
  /** Nothing of what does not count is invoiced. */
  readonly isEffective: boolean
}

const crud = crudEndpoints(entity, {
  create: {
    amountFen: money({ label: '开票金额', min: 1 }),
    // Left out: as the customer and the order have them.
    title: text({ label: '发票抬头', max: 100, optional: true }),
    taxRateBp: rate({ label: '税率', optional: true, min: 0, max: 10_000 }),
  },
  query: {
    teamOfCustomer: { as: 'ids', max: 100, label: '客户所属部门' },
    customerOwnerId: { as: 'ids', max: 100, label: '客户负责人' },
  },
})
const reason = (label: string) => text({ label, max: 200 })
const issuing = {
  invoiceNumber: text({ label: '发票号码', max: 40 }),
  issuedOn: day({ label: '开票日期' }),
}
const invoicing = (path: string, said: string) =>
  endpoint<Invoicing>()('GET', `/api/${path}/:id/invoicing`, 'invoice.read', {
    summary: `${said}还可开多少发票`,
    params: ID_PARAM,
  })

export const invoices = {
  list: crud.list as Endpoint<{ query: ListQuery }, Page<Invoice>>,
  get: crud.get as unknown as Endpoint<{ params: { id: number } }, InvoiceDetail>,
  create: { ...crud.create, summary: '申请开票' } as unknown as Endpoint<{ body: InvoiceCreate }, InvoiceDetail>,
  approve: endpoint<InvoiceDetail>()('POST', '/api/invoices/:id/approve', 'invoice.approve', {
    summary: '批准开票',
    params: ID_PARAM,
    body: { version: VERSION_FIELD },
  }),
  reject: endpoint<InvoiceDetail>()('POST', '/api/invoices/:id/reject', 'invoice.approve', {
    summary: '驳回开票申请',
    params: ID_PARAM,
    body: { version: VERSION_FIELD, reason: reason('驳回原因') },
  }),
  issue: endpoint<InvoiceDetail>()('POST', '/api/invoices/:id/issue', 'invoice.approve', {
    summary: '登记开票',
    params: ID_PARAM,
    body: { version: VERSION_FIELD, ...issuing },
  }),
  red: endpoint<InvoiceDetail>()('POST', '/api/invoices/:id/red', 'invoice.approve', {
    summary: '冲红发票',
    params: ID_PARAM,
    body: {
      version: VERSION_FIELD,
      /** Left out: all that still stands. */
      amountFen: money({ label: '冲红金额', min: 1, optional: true }),
      reason: reason('冲红原因'),
      invoiceNumber: { ...issuing.invoiceNumber, optional: true },
      issuedOn: { ...issuing.issuedOn, optional: true },
    },
    status: 201,
    idempotent: true,
  }),
  void: endpoint<InvoiceDetail>()('POST', '/api/invoices/:id/void', 'invoice.create', {
    summary: '作废开票申请',
    params: ID_PARAM,
    body: { version: VERSION_FIELD, reason: reason('作废原因') },
  }),
  orderInvoicing: invoicing('orders', '订单'),
  contractInvoicing: invoicing('contracts', '合同'),
}
