import type { Expense, ExpenseDetail } from '@crm/shared/contract/expenses'
import { expense as entity, expenseStates } from '@crm/shared/entities/expense'
import { formatYuan } from '@crm/shared/money'
import { type ExpenseMove, expenseMoves, mayMoveExpense } from '@crm/shared/rules/expenseMoves'
import { type Actor, can } from '../../../core/actor.ts'
import { audit } from '../../../core/audit.ts'
import { invalidField, problem, stale } from '../../../core/problem.ts'
import { type Raw, rowsByIds, snapshot, storedRow, tables } from '../../../core/rows.ts'
import type { Tx } from '../../../db/store.ts'
import { type ApprovalSubject, requestApproval, withdrawApproval } from '../../system/approvals/service.ts'
import { expenses, findExpense } from './expenses.ts'

async function before(tx: Tx, actor: Actor, id: number, move: ExpenseMove, version: number): Promise<Expense> {
  await expenses.reach(tx, actor, id, move === 'pay' || move === 'void' ? 'expense.pay' : 'expense.create')
  const row = (await storedRow(tx, entity, id)) as unknown as Expense
  if (row.version !== version) throw stale(entity.label, await findExpense(tx, actor, id))
  if (!mayMoveExpense(move, row.state))
    throw problem('illegal_move', `报销单${expenseStates[row.state]},不能${expenseMoves[move].label}`)
  return row
}

async function step(
  tx: Tx,
  actor: Actor,
  row: Expense,
  action: string,
  { note = null, ...columns }: Raw & { readonly note?: string | null },
): Promise<void> {
  const set = { ...columns, version: row.version + 1, updatedAt: actor.at }
  await tables(tx).updateTable(entity.table).set(set).where('id', '=', row.id).execute()
  await audit(tx, actor, {
    entity: entity.name,
    recordId: row.id,
    action,
    before: snapshot(entity, row),
    after: snapshot(entity, { ...row, ...set }),
    note,
  })
}

/** Somebody else agrees, a superior where no flow says who; whoever sets flows up is asked by no one but a flow. */
export async function submitExpense(tx: Tx, actor: Actor, id: number, version: number): Promise<ExpenseDetail> {
  const row = await before(tx, actor, id, 'submit', version)
  const shown = (await rowsByIds(tx, actor, entity, [id]))[0]! as Expense & {
    readonly ownerName: string | null
    readonly typeLabel?: string | null
    readonly customerName: string | null
  }
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
  await step(tx, actor, row, 'submit', { state: answer === 'approved' ? 'approved' : 'approving' })
  return findExpense(tx, actor, id)
}

export async function withdrawExpense(tx: Tx, actor: Actor, id: number, version: number): Promise<ExpenseDetail> {
  const row = await before(tx, actor, id, 'withdraw', version)
  await withdrawApproval(tx, actor, 'expense', id)
  await step(tx, actor, row, 'withdraw', { state: 'draft' })
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
  await step(tx, actor, row, 'pay', { state: 'paid', paidOn })
  return findExpense(tx, actor, id)
}

/** Approved, but not paid after all: counts no more. */
export async function voidExpense(
  tx: Tx,
  actor: Actor,
  id: number,
  { reason, version }: { readonly version: number; readonly reason: string },
): Promise<ExpenseDetail> {
  const row = await before(tx, actor, id, 'void', version)
  await step(tx, actor, row, 'void', { state: 'void', note: reason })
  return findExpense(tx, actor, id)
}

async function decided(tx: Tx, actor: Actor, id: number, action: string, columns: Raw): Promise<void> {
  const row = (await storedRow(tx, entity, id)) as unknown as Expense | undefined
  if (row?.state === 'approving') await step(tx, actor, row, action, columns)
}
export const expenseApprovals: ApprovalSubject = {
  subject: 'expense',
  link: (id) => `/expenses?open=${id}`,
  approved: (tx, actor, id) => decided(tx, actor, id, 'approve', { state: 'approved' }),
  refused: (tx, actor, id, reason) => decided(tx, actor, id, 'refuse', { state: 'draft', note: reason }),
  withdrawn: (tx, actor, id) => decided(tx, actor, id, 'withdraw', { state: 'draft' }),
}
