import { entity } from '../kernel/entity.ts'
import { day, integer, longText, money, option, ref, text } from '../kernel/field.ts'
import { paymentTerms } from './customer.ts'

/** What people see of one: always worked out, never set. */
export const receivableStatuses = {
  pending: '待生效',
  due: '待回款',
  partial: '部分回款',
  overdue: '逾期',
  done: '已完成',
  void: '已作废',
} as const
export type ReceivableStatus = keyof typeof receivableStatuses

export const receivableTriggers = { day: '按计划日', delivery: '交货后', invoice: '开票后' } as const

/**
 * 应收(回款计划): one instalment of an order or a contract. `activeOn` empty = 待生效. `receivedFen` and `writtenOffFen` repeat what the
 * ledger says; the status people see is always worked out from them (rules/receivables), never set.
 */
export const receivable = entity({
  name: 'receivable',
  table: 'receivables',
  path: 'receivables',
  label: '应收款',
  scope: { via: 'customerId' },
  hidesWithParent: true,
  title: 'label',
  order: 'dueOn',
  recycle: true,
  fields: {
    customerId: ref('customer', { label: '客户', readonly: true, filter: true }),
    contractId: ref('contract', { label: '合同', optional: true, filter: true }),
    orderId: ref('order', { label: '订单', optional: true, filter: true }),
    deliveryId: ref('delivery', { label: '交货单', optional: true, readonly: true, filter: true }),
    label: text({ label: '期次', max: 60 }),
    trigger: option(receivableTriggers, { label: '何时应收', default: 'day', filter: true }),
    amountFen: money({ label: '应收金额', min: 1, filter: true, sort: true }),
    plannedOn: day({ label: '计划日期', optional: true }),
    terms: option(paymentTerms, { label: '结算方式', optional: true }),
    termsDays: integer({ label: '账期天数', optional: true, min: 0, max: 720 }),
    activeOn: day({ label: '生效日期', optional: true, readonly: true, filter: true, sort: true }),
    dueOn: day({ label: '到期日', optional: true, readonly: true, filter: true, sort: true }),
    receivedFen: money({ label: '已收', readonly: true }),
    writtenOffFen: money({ label: '已核销坏账', readonly: true }),
    voidedOn: day({ label: '作废日期', optional: true, readonly: true }),
    ownerId: ref('user', { label: '业务员', optional: true, readonly: true, filter: true }),
    teamId: ref('team', { label: '部门', optional: true, readonly: true, filter: true }),
    notes: longText({ label: '备注', max: 1000, optional: true }),
  },
})
