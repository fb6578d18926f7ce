import type { ApprovalRound } from './approvals.ts'
import { expense as entity } from '../entities/expense.ts'
import { crudEndpoints, type Endpoint, endpoint, ID_PARAM, VERSION_FIELD } from '../kernel/endpoint.ts'
import type { CreateOf, RowOf, UpdateOf } from '../kernel/entity.ts'
import { day, text } from '../kernel/field.ts'

export type Expense = RowOf<typeof entity>
export type ExpenseCreate = CreateOf<typeof entity>
export type ExpenseUpdate = UpdateOf<typeof entity>
export interface ExpenseDetail extends Expense {
  readonly approvals: readonly ApprovalRound[]
}

// Whoever may write one may rewrite and throw away his own draft.
const crud = crudEndpoints(entity, { permission: { write: 'expense.create' } })
const step = (name: string, summary: string) =>
  endpoint<ExpenseDetail>()('POST', `/api/expenses/:id/${name}`, 'expense.create', {
    summary,
    params: ID_PARAM,
    body: { version: VERSION_FIELD },
  })
export const expenses = {
  ...crud,
  create: crud.create as unknown as Endpoint<{ body: ExpenseCreate }, ExpenseDetail>,
  update: crud.update as unknown as Endpoint<{ params: { id: number }; body: ExpenseUpdate }, ExpenseDetail>,
  get: endpoint<ExpenseDetail>()('GET', '/api/expenses/:id', 'expense.read', {
    summary: '查看费用报销',
    params: ID_PARAM,
    reply: crud.get.reply,
  }),
  submit: step('submit', '提交费用报销'),
  withdraw: step('withdraw', '撤回费用报销'),
  pay: endpoint<ExpenseDetail>()('POST', '/api/expenses/:id/pay', 'expense.pay', {
    summary: '登记报销付款',
    params: ID_PARAM,
    body: { version: VERSION_FIELD, paidOn: day({ label: '付款日期' }) },
  }),
  void: endpoint<ExpenseDetail>()('POST', '/api/expenses/:id/void', 'expense.pay', {
    summary: '作废费用报销',
    params: ID_PARAM,
    body: { version: VERSION_FIELD, reason: text({ label: '作废原因', max: 200 }) },
  }),
}
