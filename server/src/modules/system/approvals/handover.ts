import type { Actor } from '../../../core/access/actor.ts'
import type { HandoverPart } from '../../../core/rows/handover.ts'
import { problem } from '../../../core/problem.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { addTasks, advance, type Approval, settle, type Task, tasksOf } from './advance.ts'
import { peopleFor } from './people.ts'
import { substitutesOf } from './resolve.ts'
import { trail } from './trail.ts'

const WHY = '离职交接'
const openOf = (db: Read | Tx, userId: number) =>
  (db as Read).selectFrom('approvalTasks').where('userId', '=', userId).where('outcome', 'is', null)
const rowOf = (tx: Tx, id: number): Promise<Approval> =>
  tx.selectFrom('approvals').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

/** The task passes to `userId`, who takes its place in the step. */
async function pass(tx: Tx, actor: Actor, task: Task, userId: number): Promise<void> {
  const { name } = await tx.selectFrom('users').select('name').where('id', '=', userId).executeTakeFirstOrThrow()
  await settle(tx, actor.at, [task], 'forwarded', WHY)
  await addTasks(tx, task.approvalId, [{ step: task.step, position: task.position, userId }])
  await trail(tx, actor, task.approvalId, { action: 'forwarded', step: task.step, toName: name, note: WHY })
  await advance(tx, actor, task.approvalId)
}

/** Whoever decides instead: the receiver, unless he asks himself or is asked already; then the applicant's superior, or who sets flows up. */
async function successor(tx: Tx, approval: Approval, task: Task, receiverId: number): Promise<number> {
  const asked = new Set((await tasksOf(tx, approval.id)).filter((one) => one.outcome === null).map((one) => one.userId))
  const isFree = (id: number) => id !== approval.applicantId && id !== task.userId && !asked.has(id)
  if (isFree(receiverId)) return receiverId
  const people = await peopleFor(tx, approval.applicantId ?? 0)
  const free = { ...people, keepers: people.keepers.filter(isFree) }
  const found = substitutesOf(free, people.superiors.filter(isFree))
  if (!found) throw problem('illegal_move', `“${approval.title}”没有别人可以审批,请先增加设置审批流程的人`)
  return found.userIds[0]!
}

/** What waits for a leaver's consent, now or in a later step. */
export const approvalHandover: HandoverPart = {
  key: 'approvals',
  label: '待审批的事项',
  unit: '项',
  async count(db, userId) {
    const { n } = await openOf(db, userId)
      .select((e) => e.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow()
    return Number(n)
  },
  async next(db, userId, limit) {
    const rows = await openOf(db, userId).select('id').orderBy('id').limit(limit).execute()
    return rows.map(({ id }) => ({ rowId: id }))
  },
  async move(tx, actor, { rowId }, fromUserId, receiver) {
    const task = await tx.selectFrom('approvalTasks').selectAll().where('id', '=', rowId).executeTakeFirst()
    if (!task || task.userId !== fromUserId || task.outcome !== null) return null
    const approval = await rowOf(tx, task.approvalId)
    const toUserId = await successor(tx, approval, task, await receiver(approval.customerId))
    await pass(tx, actor, task, toUserId)
    return { toUserId, title: approval.title, customerName: null, data: { approvalId: approval.id } }
  },
  async back(tx, actor, { data, toUserId }, fromUserId) {
    const task = await openOf(tx, toUserId)
      .selectAll()
      .where('approvalId', '=', Number(data?.['approvalId'] ?? 0))
      .executeTakeFirst()
    if (!task) return false
    await pass(tx, actor, task, fromUserId)
    return true
  },
}
