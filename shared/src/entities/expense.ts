import { entity } from '../kernel/entity.ts'
import { day, dict, longText, money, option, ref, text } from '../kernel/field.ts'

export const expenseStates = {
  draft: '草稿',
  approving: '审批中',
  approved: '已批准',
  paid: '已付款',
  void: '已作废',
} as const
export type ExpenseState = keyof typeof expenseStates

/** 报销: counts against profit from 已批准 on. */
export const expense = entity({
  name: 'expense',
  table: 'expenses',
  path: 'expenses',
  label: '费用报销',
  scope: 'owner',
  // Whoever writes one may throw his draft away too.
  rights: { read: 'expense.read', write: 'expense.create' },
  title: 'number',
  order: '-spentOn',
  recycle: true,
  fields: {
    number: text({ label: '报销单号', max: 40, readonly: true, filter: true, sort: true }),
    ownerId: ref('user', { label: '报销人', optional: true, filter: true }),
    teamId: ref('team', { label: '部门', optional: true, readonly: true, filter: true }),
    type: dict('expenseType', { label: '费用类型', default: 'travel', filter: true }),
    amountFen: money({ label: '金额', min: 1, filter: true, sort: true }),
    spentOn: day({ label: '发生日期', filter: true, sort: true }),
    state: option(expenseStates, { label: '状态', readonly: true, filter: true }),
    customerId: ref('customer', { label: '客户', optional: true, filter: true }),
    contractId: ref('contract', { label: '合同', optional: true, filter: true }),
    orderId: ref('order', { label: '订单', optional: true, filter: true }),
    paidOn: day({ label: '付款日期', optional: true, readonly: true, filter: true }),
    purpose: text({ label: '事由', max: 200 }),
    voidReason: text({ label: '作废原因', max: 200, optional: true, readonly: true }),
    notes: longText({ label: '备注', max: 1000, optional: true }),
  },
})
