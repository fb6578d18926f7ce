import { taskOutcomes } from '@crm/shared/contract/approvals'
import type { Actor } from '../../../core/access/actor.ts'
import { forbidden, invalidField, notFound, problem, type ProblemError } from '../../../core/problem.ts'
import type { Tx } from '../../../db/store.ts'
import { addTasks, advance, type Approval, conclude, settle, type Task, tasksOf } from './advance.ts'
import { stateOf } from './progress.ts'
import { isSeen } from './queries.ts'
import { type Subjects, subjectOf } from './subject.ts'
import { trail } from './trail.ts'

interface Found {
  readonly approval: Approval
  readonly tasks: readonly Task[]
}

/** 404 for whoever has nothing to do with it. */
async function found(tx: Tx, actor: Actor, id: number): Promise<Found> {
  const approval = await tx.selectFrom('approvals').selectAll().where('id', '=', id).executeTakeFirst()
  const tasks = await tasksOf(tx, id)
  if (!approval || !isSeen(actor, approval, tasks)) throw notFound('审批')
  return { approval, tasks }
}

/** The task that waits for the actor's word. */
async function mine(tx: Tx, actor: Actor, { approval, tasks }: Found): Promise<Task> {
  const own = tasks.filter(({ userId }) => userId === actor.id)
  const task = own.find(({ openedAt, outcome }) => outcome === null && openedAt !== null)
  if (task) return task
  throw (await lateness(tx, approval.id, own, tasks)) ?? forbidden('你不是这一步的审批人')
}

/** Says why there is nothing to decide (any more), and who was there first. */
async function lateness(
  tx: Tx,
  approvalId: number,
  own: readonly Task[],
  tasks: readonly Task[],
): Promise<ProblemError | null> {
  const state = stateOf(tasks)
  const last = own.at(-1)
  if (last?.outcome === null) return problem('illegal_move', '还没轮到你审批,请等前面的人先审批')
  if (state === 'pending' && last?.outcome !== 'ended')
    return last ? problem('illegal_move', `你${taskOutcomes[last.outcome]},不用再处理`) : null
  const event = await tx
    .selectFrom('approvalEvents')
    .select(['actorName', 'action'])
    .where('approvalId', '=', approvalId)
    .where('action', 'in', ['approved', 'refused', 'withdrawn'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  const done = event?.action === 'refused' ? '已驳回' : event?.action === 'withdrawn' ? '已撤回' : '已同意'
  return problem('illegal_move', `${event?.actorName ?? ''}${done},不用再处理`)
}

export async function approve(
  tx: Tx,
  actor: Actor,
  subjects: Subjects,
  id: number,
  note: string | null = null,
): Promise<void> {
  const all = await found(tx, actor, id)
  const task = await mine(tx, actor, all)
  await settle(tx, actor.at, [task], 'approved', note)
  await trail(tx, actor, id, { action: 'approved', step: task.step, note })
  if ((await advance(tx, actor, id)) === 'approved') await conclude(tx, actor, subjects, all.approval, 'approved')
}

export async function reject(tx: Tx, actor: Actor, subjects: Subjects, id: number, reason: string): Promise<void> {
  const all = await found(tx, actor, id)
  const task = await mine(tx, actor, all)
  await settle(tx, actor.at, [task], 'refused', reason)
  await settle(
    tx,
    actor.at,
    all.tasks.filter((other) => other.id !== task.id && other.outcome === null),
    'ended',
  )
  await trail(tx, actor, id, { action: 'refused', step: task.step, note: reason })
  await conclude(tx, actor, subjects, all.approval, 'refused', reason)
}

/** By the applicant himself, as long as nothing is decided. */
export async function withdraw(
  tx: Tx,
  actor: Actor,
  subjects: Subjects,
  id: number,
  note: string | null = null,
): Promise<void> {
  const { approval, tasks } = await found(tx, actor, id)
  if (approval.applicantId !== actor.id) throw forbidden('只有申请人可以撤回')
  if (stateOf(tasks) !== 'pending') throw (await lateness(tx, id, [], tasks))!
  await settle(
    tx,
    actor.at,
    tasks.filter(({ outcome }) => outcome === null),
    'withdrawn',
  )
  await trail(tx, actor, id, { action: 'withdrawn', note })
  const subject = subjectOf(subjects, approval.subject)
  if (subject.withdrawn) await subject.withdrawn(tx, actor, approval.subjectId)
  else await subject.refused(tx, actor, approval.subjectId, note ?? '申请人撤回')
}

/** 转交: the colleague takes the place in the step. */
export async function forward(
  tx: Tx,
  actor: Actor,
  id: number,
  { note, userId }: { readonly userId: number; readonly note: string },
): Promise<void> {
  const all = await found(tx, actor, id)
  const task = await mine(tx, actor, all)
  const to = await tx
    .selectFrom('users')
    .select('name')
    .where('id', '=', userId)
    .where('disabled', '=', 0)
    .where('deletedAt', 'is', null)
    .executeTakeFirst()
  const refuse = (message: string) => invalidField('userId', message)
  if (!to) throw refuse('同事不存在或已停用')
  if (userId === actor.id) throw refuse('不能转交给自己')
  if (userId === all.approval.applicantId) throw refuse('不能转交给申请人')
  if (all.tasks.some((other) => other.userId === userId && other.outcome === null))
    throw refuse(`${to.name}已是这个审批的审批人`)
  await settle(tx, actor.at, [task], 'forwarded', note)
  await addTasks(tx, id, [{ step: task.step, position: task.position, userId }])
  await trail(tx, actor, id, { action: 'forwarded', step: task.step, toName: to.name, note })
  await advance(tx, actor, id)
}
