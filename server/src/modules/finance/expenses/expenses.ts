import type { Expense, ExpenseCreate, ExpenseDetail, ExpenseUpdate } from '@crm/shared/contract/expenses'
import { expense as entity, expenseStates, type ExpenseState } from '@crm/shared/entities/expense'
import type { Page } from '@crm/shared/kernel/endpoint'
import type { ListQuery } from '@crm/shared/kernel/query'
import { isExpenseOpen } from '@crm/shared/rules/expenseMoves'
import type { Actor } from '../../../core/access/actor.ts'
import { crud } from '../../../core/rows/crud.ts'
import type { ListExtra } from '../../../core/rows/list.ts'
import { invalidField, problem } from '../../../core/problem.ts'
import { storedRow } from '../../../core/rows/rows.ts'
import { ownersWithin } from '../../../core/access/scope.ts'
import { nextNumber } from '../../../core/rows/sequence.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { orders } from '../../contracts/orders/service.ts'
import { customers, named } from '../../customers/service.ts'
import { approvalsOf } from '../../system/approvals/service.ts'
import { reachBy } from '../reachBy.ts'
import { contractRows } from '../receivables/source.ts'

export const expenses = crud(entity)

export const listExpenses = (
  db: Read | Tx,
  actor: Actor,
  query: ListQuery,
  { heavy }: Pick<ListExtra, 'heavy'> = {},
): Promise<Page<Expense>> =>
  expenses.list(db, actor, query, {
    ...(heavy && { heavy }),
    where: [...named(entity, ['number', 'purpose', 'notes'], query.q)],
  })

export const detailOf = async (db: Read | Tx, row: Expense): Promise<ExpenseDetail> => ({
  ...row,
  approvals: await approvalsOf(db, 'expense', row.id),
})
export const findExpense = async (db: Read | Tx, actor: Actor, id: number): Promise<ExpenseDetail> =>
  detailOf(db, await expenses.find(db, actor, id))

type About = { readonly [K in 'customerId' | 'contractId' | 'orderId']?: number | null | undefined }
const DOCUMENTS = [
  { key: 'orderId', table: 'orders', rows: orders, read: 'order.read', said: '订单' },
  { key: 'contractId', table: 'contracts', rows: contractRows, read: 'contract.read', said: '合同' },
] as const

/** What it was spent on must be in sight where it is newly said; a contract or an order brings its customer along. */
async function aboutOf(tx: Tx, actor: Actor, after: About, before: About): Promise<number | null> {
  let customerId = after.customerId ?? null
  if (customerId !== null && customerId !== before.customerId)
    await reachBy('customerId', customers.reach(tx, actor, customerId, 'customer.read'))
  for (const { key, read, rows, said, table } of DOCUMENTS) {
    const id = after[key]
    if (!id) continue
    if (id !== before[key]) await reachBy(key, rows.reach(tx, actor, id, read))
    const document = await tx
      .selectFrom(table) // unscoped: reached above, or said before
      .select('customerId')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    customerId ??= document.customerId
    if (document.customerId !== customerId) throw invalidField(key, `${said}不是这个客户的`)
  }
  return customerId
}

/** Whose it is: one's own, or of those one writes for. */
async function claimantOf(tx: Tx, actor: Actor, asked: number | null | undefined) {
  const ownerId = asked ?? actor.id
  const reach = actor.grants.get('expense.create') ?? 'own'
  if (ownerId !== actor.id && reach !== 'all' && !ownersWithin(actor, reach).includes(ownerId))
    throw invalidField('ownerId', '只能填自己或下属的报销')
  const owner = await tx.selectFrom('users').select(['teamId', 'disabled']).where('id', '=', ownerId).executeTakeFirst()
  if (!owner) throw invalidField('ownerId', '报销人不存在')
  if (owner.disabled === 1) throw invalidField('ownerId', '报销人已停用')
  return { ownerId, teamId: owner.teamId }
}

const checkDay = (actor: Actor, { spentOn }: { spentOn?: string | undefined }) => {
  if (spentOn !== undefined && spentOn > actor.today) throw invalidField('spentOn', '发生日期不能晚于今天')
}

export async function createExpense(tx: Tx, actor: Actor, body: ExpenseCreate): Promise<ExpenseDetail> {
  checkDay(actor, body)
  const { ownerId, teamId } = await claimantOf(tx, actor, body.ownerId)
  const customerId = await aboutOf(tx, actor, body, {})
  const row = await expenses.create(
    tx,
    actor,
    { ...body, ownerId, customerId },
    { number: await nextNumber(tx, 'BX', actor.today), state: 'draft', teamId },
  )
  return detailOf(tx, row)
}

const mustBeOpen = (state: ExpenseState, what: string) => {
  if (!isExpenseOpen(state)) throw problem('illegal_move', `报销单${expenseStates[state]},不能${what}`)
}

export async function updateExpense(tx: Tx, actor: Actor, id: number, patch: ExpenseUpdate): Promise<ExpenseDetail> {
  await expenses.reach(tx, actor, id, 'expense.create')
  const before = (await storedRow(tx, entity, id)) as unknown as Expense
  mustBeOpen(before.state, '再修改')
  checkDay(actor, patch)
  const isHanded = patch.ownerId !== undefined && patch.ownerId !== before.ownerId
  const claimant = isHanded ? await claimantOf(tx, actor, patch.ownerId) : null
  const isMoved = ['customerId', 'contractId', 'orderId'].some((key) => Object.hasOwn(patch, key))
  const customerId = isMoved ? await aboutOf(tx, actor, { ...before, ...patch }, before) : before.customerId
  const row = await expenses.update(
    tx,
    actor,
    id,
    { ...patch, ...(isMoved && { customerId }), ...(claimant && { ownerId: claimant.ownerId }) },
    () => (claimant ? { teamId: claimant.teamId } : {}),
  )
  return detailOf(tx, row)
}

/** Only what was never handed in is thrown away. */
export async function removeExpense(tx: Tx, actor: Actor, id: number, version: number): Promise<null> {
  await expenses.reach(tx, actor, id, 'expense.create')
  const { state } = (await storedRow(tx, entity, id)) as unknown as Expense
  mustBeOpen(state, '删除')
  await expenses.remove(tx, actor, id, version)
  return null
}
