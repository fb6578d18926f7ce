import { entity } from '../kernel/entity.ts'
import { day, longText, money, option, rate, ref, text } from '../kernel/field.ts'

export const invoiceKinds = { special: '增值税专用发票', normal: '增值税普通发票', receipt: '收据' } as const
export const invoiceStates = {
  applied: '待审批',
  approved: '待开票',
  issued: '已开票',
  rejected: '已驳回',
  void: '已作废',
} as const
export type InvoiceState = keyof typeof invoiceStates

/** 发票. A red one is negative and names the one it takes back. */
export const invoice = entity({
  name: 'invoice',
  table: 'invoices',
  path: 'invoices',
  label: '发票',
  scope: { via: 'customerId' },
  hidesWithParent: true,
  title: 'number',
  order: '-createdAt',
  recycle: true,
  fields: {
    number: text({ label: '申请号', max: 40, readonly: true, filter: true, sort: true }),
    invoiceNumber: text({ label: '发票号码', max: 40, optional: true, readonly: true, filter: true }),
    customerId: ref('customer', { label: '客户', readonly: true, filter: true }),
    contractId: ref('contract', { label: '合同', optional: true, filter: true }),
    orderId: ref('order', { label: '订单', optional: true, filter: true }),
    kind: option(invoiceKinds, { label: '发票类型', default: 'special', filter: true }),
    state: option(invoiceStates, { label: '状态', readonly: true, filter: true }),
    amountFen: money({ label: '开票金额', filter: true, sort: true }),
    taxRateBp: rate({ label: '税率', default: 1300, min: 0, max: 10_000 }),
    taxFen: money({ label: '税额', readonly: true }),
    title: text({ label: '发票抬头', max: 100 }),
    creditCode: text({ label: '税号', max: 30, optional: true, format: 'creditCode' }),
    issuedOn: day({ label: '开票日期', optional: true, readonly: true, filter: true, sort: true }),
    redOfId: ref('invoice', { label: '冲红的发票', optional: true, readonly: true, filter: true }),
    ownerId: ref('user', { label: '申请人', optional: true, readonly: true, filter: true }),
    teamId: ref('team', { label: '部门', optional: true, readonly: true, filter: true }),
    reason: text({ label: '驳回或作废原因', max: 200, optional: true, readonly: true }),
    notes: longText({ label: '备注', max: 1000, optional: true }),
  },
})
