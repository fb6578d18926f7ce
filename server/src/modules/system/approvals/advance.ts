import type { ApprovalMode, ApprovalState } from '@crm/shared/contract/approvals'
import type { Selectable } from 'kysely'
import type { Actor } from '../../../core/access/actor.ts'
import { dealtWith, tell } from '../../../core/jobs/notices.ts'
import { inIds } from '../../../db/dialect.ts'
import type { ApprovalTables } from '../../../db/schema.approvals.ts'
import type { Tx } from '../../../db/store.ts'
import { peopleFor } from './people.ts'
import { deserted, spared, stateOf, turnOf } from './progress.ts'
import { substitutesOf } from './resolve.ts'
import { type Subjects, subjectOf } from './subject.ts'
import { trail } from './trail.ts'

export type Approval = Selectable<ApprovalTables['approvals']>
export type Task = Selectable<ApprovalTables['approvalTasks']>

export const tasksOf = (tx: Tx, approvalId: number): Promise<Task[]> =>
  tx
    .selectFrom('approvalTasks')
    .selectAll()
    .where('approvalId', '=', approvalId)
    .orderBy('step')
    .orderBy('position')
    .orderBy('id')
    .execute()

export const modesOf = ({ modes }: Pick<Approval, 'modes'>): ApprovalMode[] => JSON.parse(modes) as ApprovalMode[]
export const linkOf = (id: number): string => `/approvals?open=${id}`

const askedOnce = (taskId: number): string => `approval:${taskId}`

/** Settles tasks that nobody has decided: nobody need read any more that they wait. */
export async function settle(
  tx: Tx,
  at: string,
  tasks: readonly Pick<Task, 'id' | 'userId'>[],
  outcome: NonNullable<Task['outcome']>,
  note: string | null = null,
): Promise<void> {
  if (tasks.length === 0) return
  const ids = tasks.map(({ id }) => id)
  await tx
    .updateTable('approvalTasks')
    .set({ outcome, decidedAt: at, note })
    .where(inIds(tx, 'id', ids))
    .where('outcome', 'is', null)
    .execute()
  for (const { id, userId } of tasks) await dealtWith(tx, at, userId, askedOnce(id))
}

/**
 * Carries an approval on after anything happened to its tasks: spares whom 或签 no longer needs, passes over who is disabled, asks
 * whose turn it is. Without anybody left to ask it has come to its end. Returns its state.
 */
export async function advance(tx: Tx, actor: Actor, id: number): Promise<ApprovalState> {
  for (;;) {
    const approval = await tx.selectFrom('approvals').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    const tasks = await tasksOf(tx, id)
    const modes = modesOf(approval)
    const free = spared(modes, tasks)
    if (free.length > 0) {
      await settle(tx, actor.at, free, 'ended')
      continue
    }
    const turn = turnOf(modes, tasks)
    const gone = await disabledAmong(tx, turn)
    if (gone.length > 0 && (await passOver(tx, actor, approval, tasks, gone))) continue
    await ask(
      tx,
      actor,
      approval,
      turn.filter(({ openedAt }) => openedAt === null),
    )
    return stateOf(tasks)
  }
}

async function disabledAmong(tx: Tx, turn: readonly Task[]): Promise<(Task & { readonly name: string })[]> {
  if (turn.length === 0) return []
  const there = await tx
    .selectFrom('users')
    .select(['id', 'name'])
    .where(
      inIds(
        tx,
        'id',
        turn.map(({ userId }) => userId),
      ),
    )
    .where((eb) => eb.or([eb('disabled', '=', 1), eb('deletedAt', 'is not', null)]))
    .execute()
  return turn.flatMap((task) => there.filter(({ id }) => id === task.userId).map(({ name }) => ({ ...task, name })))
}

/** False where nobody else could be asked: then it waits for better times. */
async function passOver(
  tx: Tx,
  actor: Actor,
  approval: Approval,
  tasks: readonly Task[],
  gone: readonly (Task & { readonly name: string })[],
): Promise<boolean> {
  const ids = new Set(gone.map(({ id }) => id))
  const { step } = gone[0]!
  const after = tasks.map((task) => (ids.has(task.id) ? { ...task, outcome: 'skipped' as const } : task))
  const people = deserted(after, step) ? await peopleFor(tx, approval.applicantId ?? 0) : null
  const substitutes = people && substitutesOf(people, people.superiors)
  if (people && !substitutes) return false
  await settle(tx, actor.at, gone, 'skipped')
  await trail(
    tx,
    actor,
    approval.id,
    gone.map(({ name }) => ({ action: 'skipped' as const, step, toName: name, note: '已停用' })),
  )
  if (substitutes) {
    // One of them is enough, as when the flow is resolved.
    const modes = modesOf(approval).map((mode, at) => (at === step ? 'any' : mode))
    await tx
      .updateTable('approvals')
      .set({ modes: JSON.stringify(modes) })
      .where('id', '=', approval.id)
      .execute()
    const position = Math.max(...tasks.filter((task) => task.step === step).map((task) => task.position)) + 1
    await addTasks(
      tx,
      approval.id,
      substitutes.userIds.map((userId, at) => ({ step, position: position + at, userId })),
    )
    await trail(tx, actor, approval.id, { ...substitutes.note, step })
  }
  return true
}

export async function addTasks(
  tx: Tx,
  approvalId: number,
  people: readonly Pick<Task, 'step' | 'position' | 'userId'>[],
): Promise<void> {
  const blank = { approvalId, openedAt: null, outcome: null, decidedAt: null, note: null }
  await tx
    .insertInto('approvalTasks')
    .values(people.map((one) => ({ ...blank, ...one })))
    .execute()
}

/** From now on it is these people's turn. */
async function ask(tx: Tx, { at }: Actor, approval: Approval, tasks: readonly Task[]): Promise<void> {
  if (tasks.length === 0) return
  const ids = tasks.map(({ id }) => id)
  await tx
    .updateTable('approvalTasks')
    .set({ openedAt: at })
    .where(inIds(tx, 'id', ids))
    .execute()
  for (const { id, userId } of tasks)
    await tell(tx, at, {
      kind: 'approval',
      userIds: [userId],
      title: `待审批:${approval.title}`,
      body: `申请人 ${approval.applicantName}`,
      link: linkOf(approval.id),
      customerId: approval.customerId,
      onceKey: askedOnce(id),
    })
}

/** Tells the module and the applicant that it is over. */
export async function conclude(
  tx: Tx,
  actor: Actor,
  subjects: Subjects,
  approval: Approval,
  outcome: 'approved' | 'refused',
  reason = '',
): Promise<void> {
  const subject = subjectOf(subjects, approval.subject)
  if (outcome === 'approved') await subject.approved(tx, actor, approval.subjectId)
  else await subject.refused(tx, actor, approval.subjectId, reason)
  if (approval.applicantId === null) return
  await tell(tx, actor.at, {
    kind: 'approval',
    userIds: [approval.applicantId],
    title: outcome === 'approved' ? `审批通过:${approval.title}` : `审批被驳回:${approval.title}`,
    body: outcome === 'approved' ? null : reason,
    link: linkOf(approval.id),
    customerId: approval.customerId,
    onceKey: `approval:${approval.id}:${outcome}`,
  })
}
