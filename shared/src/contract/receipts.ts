import { receipt as entity } from '../entities/receipt.ts'
import { crudEndpoints, type Endpoint, endpoint, ID_PARAM, type Page, VERSION_FIELD } from '../kernel/endpoint.ts'
import type { CreateOf, RowOf } from '../kernel/entity.ts'
import { flag, money, option, ref, text } from '../kernel/field.ts'
import type { ListQuery } from '../kernel/query.ts'
import { group, list } from '../kernel/schema.ts'
import { MOST_FILES } from './interactions.ts'

export type Receipt = RowOf<typeof entity> & {
  /** What of it is 预收; nothing of what does not count. */
  readonly prepaidFen: number
}
/** Signed like the receipt: a refund takes back. */
export interface AllocationInput {
  readonly receivableId: number
  readonly amountFen: number
}
export interface Allocation extends AllocationInput {
  readonly label: string
  readonly orderId: number | null
  readonly orderNumber: string | null
  readonly contractId: number | null
  readonly contractNumber: string | null
  readonly dueOn: string | null
  /** What is still to come in of it. */
  readonly openFen: number
}
export interface ReceiptDetail extends Receipt {
  readonly allocations: readonly Allocation[]
}
export const MOST_ALLOCATIONS = 200
const allocation = group(
  { receivableId: ref('receivable', { label: '应收款' }), amountFen: money({ label: '本次核销' }) },
  { label: '核销' },
)
/** Left out: what is due first is paid first. Empty: all of it is 预收. */
const someAllocations = list(allocation, { label: '核销', max: MOST_ALLOCATIONS, optional: true })
export type ReceiptCreate = CreateOf<typeof entity> & {
  readonly allocations?: readonly AllocationInput[] | null | undefined
  readonly strict?: boolean | undefined
  readonly documentIds?: readonly number[] | null | undefined
}

export const overPayments = { prepay: '转为预收', refuse: '不接受' } as const
export interface ReceiptRules {
  /** 回款 counts only after somebody with receipt.confirm said so. */
  readonly needsConfirm: boolean
  /** What becomes of money beyond all that is owed. */
  readonly overPayment: keyof typeof overPayments
}

const crud = crudEndpoints(entity, {
  create: {
    allocations: someAllocations,
    /** Refused when more comes in than is owed, whatever the setting. */
    strict: flag({ label: '不接受多收', default: false }),
    /** 回单 uploaded before there was a receipt. */
    documentIds: list(ref('document', { label: '附件' }), { label: '附件', max: MOST_FILES, optional: true }),
  },
  query: {
    teamOfCustomer: { as: 'ids', max: 100, label: '客户所属部门' },
    customerOwnerId: { as: 'ids', max: 100, label: '客户负责人' },
    receivableId: { as: 'id', label: '应收款' },
  },
})
export const receipts = {
  list: crud.list as Endpoint<{ query: ListQuery }, Page<Receipt>>,
  get: crud.get as unknown as Endpoint<{ params: { id: number } }, ReceiptDetail>,
  create: { ...crud.create, summary: '登记回款' } as unknown as Endpoint<{ body: ReceiptCreate }, ReceiptDetail>,
  confirm: endpoint<ReceiptDetail>()('POST', '/api/receipts/:id/confirm', 'receipt.confirm', {
    summary: '确认回款',
    params: ID_PARAM,
    body: { version: VERSION_FIELD, allocations: someAllocations },
    idempotent: true,
  }),
  allocate: endpoint<ReceiptDetail>()('POST', '/api/receipts/:id/allocate', 'receipt.confirm', {
    summary: '调整核销',
    params: ID_PARAM,
    body: { version: VERSION_FIELD, allocations: list(allocation, { label: '核销', max: MOST_ALLOCATIONS }) },
    idempotent: true,
  }),
  void: endpoint<ReceiptDetail>()('POST', '/api/receipts/:id/void', 'receipt.void', {
    summary: '作废回款',
    params: ID_PARAM,
    body: { version: VERSION_FIELD, reason: text({ label: '作废原因', max: 200 }) },
  }),
  rules: endpoint<ReceiptRules>()('GET', '/api/settings/receipts', 'signedIn', { summary: '回款规则' }),
  setRules: endpoint<ReceiptRules>()('PUT', '/api/settings/receipts', 'setting.manage', {
    summary: '设置回款规则',
    body: {
      needsConfirm: flag({ label: '回款须财务确认' }),
      overPayment: option(overPayments, { label: '多收的钱' }),
    },
  }),
}
