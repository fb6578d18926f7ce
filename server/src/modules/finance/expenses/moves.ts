import type { Expense, ExpenseDetail } from '@crm/shared/contract/expenses'
import { expense as entity, type ExpenseState, expenseStates } from '@crm/shared/entities/expense'
import { formatYuan } from '@crm/shared/money'
import { type ExpenseMove, expenseMoves, mayMoveExpense } from '@crm/shared/rules/expenseMoves'
import { type Actor, can } from '../../../core/access/actor.ts'
import { invalidField, problem } from '../../../core/problem.ts'
import { storedRow } from '../../../core/rows/rows.ts'
import { stepsOf } from '../../../core/rows/steps.ts'
import type { Tx } from '../../../db/store.ts'
import { type ApprovalSubject, requestApproval, withdrawApproval } from '../../system/approvals/service.ts'
import { expenses, findExpense } from './expenses.ts'

const steps = stepsOf(entity, expenses, findExpense)

async function before(tx: Tx, actor: Actor, id: number, move: ExpenseMove, version: number): Promise<Expense> {
  const permission = move === 'pay' || move === 'void' ? 'expense.pay' : 'expense.create'
  const row = await steps.held(tx, actor, id, version, permission)
  if (!mayMoveExpense(move, row.state))
    throw problem('illegal_move', `报销单${expenseStates[row.state]},不能${expenseMoves[move].label}`)
  return row
}

/** Somebody else agrees, a superior where no flow says who; whoever sets flows up is asked by no one but a flow. */
export async function submitExpense(tx: Tx, actor: Actor, id: number, version: number): Promise<ExpenseDetail> {
  const row = await before(tx, actor, id, 'submit', version)
  const shown = await steps.shown(tx, actor, id)
  const answer = await requestApproval(tx, actor, {
    subject: 'expense',
    subjectId: id,
    title: `报销 ${row.number} · ${shown.ownerName ?? ''}`,
    // Whoever sees the customer need not see what was spent on it.
    customerId: null,
    amountFen: row.amountFen,
    facts: [
      { label: '金额', value: formatYuan(row.amountFen) },
      { label: '事由', value: row.purpose },
      { label: '发生日期', value: row.spentOn },
      ...(shown.customerName ? [{ label: '客户', value: shown.customerName }] : []),
    ],
    mustApprove: !can(actor, 'approval.setup'),
  })
  await steps.write(tx, actor, row, 'submit', { state: answer === 'approved' ? 'approved' : 'approving' })
  return findExpense(tx, actor, id)
}

export async function withdrawExpense(tx: Tx, actor: Actor, id: number, version: number): Promise<ExpenseDetail> {
  const row = await before(tx, actor, id, 'withdraw', version)
  await withdrawApproval(tx, actor, 'expense', id)
  await steps.write(tx, actor, row, 'withdraw', { state: 'draft' })
  return findExpense(tx, actor, id)
}

export async function payExpense(
  tx: Tx,
  actor: Actor,
  id: number,
  { paidOn, version }: { readonly version: number; readonly paidOn: string },
): Promise<ExpenseDetail> {
  const row = await before(tx, actor, id, 'pay', version)
  if (paidOn > actor.today) throw invalidField('paidOn', '付款日期不能晚于今天')
  if (paidOn < row.spentOn) throw invalidField('paidOn', '付款日期不能早于发生日期')
  await steps.write(tx, actor, row, 'pay', { state: 'paid', paidOn })
  return findExpense(tx, actor, id)
}

/** Approved but not paid after all, or paid by mistake (then the money is got back elsewhere): counts no more. */
export async function voidExpense(
  tx: Tx,
  actor: Actor,
  id: number,
  { reason, version }: { readonly version: number; readonly reason: string },
): Promise<ExpenseDetail> {
  const row = await before(tx, actor, id, 'void', version)
  await steps.write(tx, actor, row, 'void', { state: 'void', voidReason: reason }, { note: reason })
  return findExpense(tx, actor, id)
}

async function decided(
  tx: Tx,
  actor: Actor,
  id: number,
  {
    action,
    note = null,
    state,
  }: { readonly action: string; readonly state: ExpenseState; readonly note?: string | null },
): Promise<void> {
  const row = (await storedRow(tx, entity, id)) as unknown as Expense | undefined
  if (row?.state === 'approving') await steps.write(tx, actor, row, action, { state }, { note })
}
export const expenseApprovals: ApprovalSubject = {
  subject: 'expense',
  link: (id) => `/expenses?open=${id}`,
  approved: (tx, actor, id) => decided(tx, actor, id, { action: 'approve', state: 'approved' }),
  refused: (tx, actor, id, reason) => decided(tx, actor, id, { action: 'refuse', state: 'draft', note: reason }),
  withdrawn: (tx, actor, id) => decided(tx, actor, id, { action: 'withdraw', state: 'draft' }),
}
