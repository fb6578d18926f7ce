import { type ApprovalFact, type ApprovalSubjectName } from '@crm/shared/contract/approvals'
import type { Actor } from '../../../core/access/actor.ts'
import { problem } from '../../../core/problem.ts'
import type { Tx } from '../../../db/store.ts'
import { addTasks, advance, settle, tasksOf } from './advance.ts'
import { flowOf } from './flows.ts'
import { peopleFor } from './people.ts'
import { stateOf } from './progress.ts'
import { NEAREST_SUPERIOR, type ResolvedStep, resolveStep, stepsFor } from './resolve.ts'
import { trail } from './trail.ts'

export interface ApprovalAsked {
  readonly subject: ApprovalSubjectName
  readonly subjectId: number
  /** What approvers read in their list: `合同 HT202611-0042 · 平安银行`. */
  readonly title: string
  readonly customerId: number | null
  readonly amountFen: number | null
  /** What they need for their decision; shown to them wherever the record lies. */
  readonly facts: readonly ApprovalFact[]
  /** Somebody must agree although no flow says so: the nearest superior, else whoever sets flows up. */
  readonly mustApprove?: boolean
}

/**
 * Asks for consent in the name of `actor`. `approved`: nobody needs to be asked, go on at once (nothing is kept of it). `pending`:
 * the subject's `approved` or `refused` of approvalSubjects.ts will be called. 409 while the record is in approval already, and where
 * a flow is in force that leaves nobody but the applicant himself.
 */
export async function requestApproval(tx: Tx, actor: Actor, asked: ApprovalAsked): Promise<'approved' | 'pending'> {
  const { amountFen, customerId, facts, mustApprove = false, subject, subjectId, title } = asked
  if (await hasPendingApproval(tx, subject, subjectId)) throw problem('illegal_move', '已在审批中,请等待结果或先撤回')
  const configured = stepsFor(await flowOf(tx, subject), amountFen)
  const steps = configured.length === 0 && mustApprove ? [NEAREST_SUPERIOR] : configured
  if (steps.length === 0) return 'approved'
  const people = await peopleFor(tx, actor.id)
  const resolved = steps.map((step): ResolvedStep => {
    const found = resolveStep(step, people)
    if (!found) throw problem('illegal_move', '除了申请人没有人可以审批,请先在“审批流程”里指定审批人')
    return found
  })
  const approval = await tx
    .insertInto('approvals')
    .values({
      subject,
      subjectId,
      title,
      customerId,
      amountFen,
      facts: JSON.stringify(facts),
      applicantId: actor.id === 0 ? null : actor.id,
      applicantName: actor.name,
      modes: JSON.stringify(resolved.map(({ mode }) => mode)),
      createdAt: actor.at,
      changedAt: actor.at,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await addTasks(
    tx,
    approval.id,
    resolved.flatMap(({ userIds }, step) => userIds.map((userId, position) => ({ step, position, userId }))),
  )
  await trail(tx, actor, approval.id, [
    { action: 'requested' },
    ...resolved.flatMap(({ notes }, step) => notes.map((line) => ({ ...line, step }))),
  ])
  await advance(tx, actor, approval.id)
  return 'pending'
}

async function pendingOf(tx: Tx, subject: ApprovalSubjectName, subjectId: number): Promise<number | null> {
  const last = await tx
    .selectFrom('approvals')
    .select('id')
    .where('subject', '=', subject)
    .where('subjectId', '=', subjectId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return last && stateOf(await tasksOf(tx, last.id)) === 'pending' ? last.id : null
}
export const hasPendingApproval = async (tx: Tx, subject: ApprovalSubjectName, subjectId: number): Promise<boolean> =>
  (await pendingOf(tx, subject, subjectId)) !== null

/** Takes a pending request back in the name of the module (the record was withdrawn, voided, deleted); calls nobody. False: there was none. */
export async function withdrawApproval(
  tx: Tx,
  actor: Actor,
  subject: ApprovalSubjectName,
  subjectId: number,
): Promise<boolean> {
  const id = await pendingOf(tx, subject, subjectId)
  if (id === null) return false
  await settle(
    tx,
    actor.at,
    (await tasksOf(tx, id)).filter(({ outcome }) => outcome === null),
    'withdrawn',
  )
  await trail(tx, actor, id, { action: 'withdrawn' })
  return true
}
