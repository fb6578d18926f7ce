import { feedback as entity } from '@crm/shared/entities/feedback'
import type { Feedback } from '@crm/shared/contract/feedback'
import { customer } from '@crm/shared/entities/customer'
import type { Page } from '@crm/shared/kernel/endpoint'
import type { ListQuery } from '@crm/shared/kernel/query'
import type { CreateOf, UpdateOf } from '@crm/shared/kernel/entity'
import { type FeedbackMove, feedbackMoves, mayMove } from '@crm/shared/rules/feedbackMoves'
import { feedbackStates } from '@crm/shared/entities/feedback'
import type { Actor } from '../../../core/access/actor.ts'
import { crud } from '../../../core/rows/crud.ts'
import type { ListExtra } from '../../../core/rows/list.ts'
import { invalidField, problem } from '../../../core/problem.ts'
import { storedRow } from '../../../core/rows/rows.ts'
import { nextNumber } from '../../../core/rows/sequence.ts'
import { visible } from '../../../core/access/scope.ts'
import { stepsOf } from '../../../core/rows/steps.ts'
import { containing } from '../../../core/rows/wordSearch.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { moveRemindersOf, ofOwners } from '../../customers/service.ts'
import { isActive, loadRights } from '../../org/service.ts'
import { tellOfFeedback } from './tellOfFeedback.ts'

export const feedback = crud(entity)

/** The list as the API and 工作台 ask for it. */
export const listFeedback = (
  db: Read | Tx,
  actor: Actor,
  { ownerId, teamId, ...query }: ListQuery,
  { heavy }: Pick<ListExtra, 'heavy'> = {},
): Promise<Page<Feedback>> =>
  feedback.list(db, actor, query, {
    ...(heavy && { heavy }),
    where: [
      ...ofOwners(entity, { customerOwnerId: ownerId, teamOfCustomer: teamId }),
      ...containing(entity, ['number', 'words', 'result'], query.q),
    ],
  })

/** The person must be one of this customer's, wherever the customer lies. */
async function checkContact(tx: Tx, customerId: number, contactId: number | null | undefined): Promise<void> {
  if (!contactId) return
  const found = await tx
    .selectFrom('contacts') // unscoped: of a customer that is reached in the same step
    .select('customerId')
    .where('id', '=', contactId)
    .where('deletedAt', 'is', null)
    .executeTakeFirst()
  if (found?.customerId !== customerId) throw invalidField('contactId', '反馈人不是这个客户的联系人')
}

/** Whoever is to handle it must be able to open it. */
async function checkHandler(
  tx: Tx,
  actor: Actor,
  customerId: number,
  handlerId: number | null | undefined,
): Promise<void> {
  if (!handlerId || handlerId === actor.id) return
  const rights = await loadRights(tx as unknown as Read, handlerId)
  if (!rights) throw invalidField('handlerId', '处理人不存在或已停用')
  const { at, today } = actor
  const handler: Actor = { ...rights, at, today, via: 'web', address: null }
  const seen = await tx
    .selectFrom('customers') // unscoped: asked in the name of the handler
    .select('id')
    .where('id', '=', customerId)
    .where(visible(handler, customer, 'customer.read'))
    .where(visible(handler, customer, 'feedback.read'))
    .executeTakeFirst()
  if (!seen) throw invalidField('handlerId', `${rights.name}看不到这个客户,请先设为协作人或另选处理人`)
}

export async function createFeedback(tx: Tx, actor: Actor, body: CreateOf<typeof entity>): Promise<Feedback> {
  const number = await nextNumber(tx, 'FK', actor.today)
  const row = await feedback.create(
    tx,
    actor,
    { type: 'complaint', severity: 'normal', ...body },
    {
      number,
      state: 'open',
      resolvedAt: null,
    },
  )
  await checkContact(tx, body.customerId, body.contactId)
  await checkHandler(tx, actor, body.customerId, body.handlerId)
  await tellOfFeedback(tx, actor, null, row)
  return row
}

export async function updateFeedback(
  tx: Tx,
  actor: Actor,
  id: number,
  patch: UpdateOf<typeof entity>,
): Promise<Feedback> {
  await feedback.reach(tx, actor, id, 'feedback.update')
  const before = (await storedRow(tx, entity, id)) as unknown as Feedback
  const row = await feedback.update(tx, actor, id, patch)
  const moved = row.customerId !== before.customerId
  if (moved || row.contactId !== before.contactId) await checkContact(tx, row.customerId, row.contactId)
  if (moved || row.handlerId !== before.handlerId) await checkHandler(tx, actor, row.customerId, row.handlerId)
  if (moved) await moveRemindersOf(tx, 'feedback', id, row.customerId)
  await tellOfFeedback(tx, actor, before, row)
  return row
}

/** Whoever was to handle it may have left since. */
export async function restoreFeedback(tx: Tx, actor: Actor, id: number): Promise<Feedback> {
  await feedback.reachRecycled(tx, actor, id)
  const { handlerId } = (await storedRow(tx, entity, id)) as unknown as Feedback
  return feedback.restore(tx, actor, id, (await isActive(tx, handlerId)) ? {} : { handlerId: null })
}

const steps = stepsOf(entity, feedback)

/** One step of its life. 409 where the table of moves knows no such step. */
export async function moveFeedback(
  tx: Tx,
  actor: Actor,
  id: number,
  move: FeedbackMove,
  { version, result }: { version: number; result?: string },
): Promise<Feedback> {
  const before = await steps.held(tx, actor, id, version, 'feedback.update')
  const { state } = before
  if (!mayMove(move, state))
    throw problem('illegal_move', `反馈${feedbackStates[state]},不能${feedbackMoves[move].label}`)
  const { to } = feedbackMoves[move]
  const columns = {
    state: to,
    ...(result !== undefined && { result }),
    ...(to === 'solved' && { resolvedAt: actor.at }),
    ...(to === 'working' && { resolvedAt: null }),
    // Whoever takes it up handles it, unless somebody else was asked to.
    ...(move === 'start' && before.handlerId === null && actor.id !== 0 && { handlerId: actor.id }),
  }
  await steps.write(tx, actor, before, move, columns)
  return steps.shown(tx, actor, id)
}
