import type { Reminder } from '@crm/shared/contract/reminders'
import { reminder, type ReminderSubject } from '@crm/shared/entities/reminder'
import type { CreateOf, UpdateOf } from '@crm/shared/kernel/entity'
import type { Actor } from '../../../core/access/actor.ts'
import { crud } from '../../../core/rows/crud.ts'
import { invalidField } from '../../../core/problem.ts'
import { type Raw, storedRow } from '../../../core/rows/rows.ts'
import type { Tx } from '../../../db/store.ts'
import { keepNext } from '../../customers/service.ts'
import { isActive } from '../../org/service.ts'
import { type Aim, AIMED, aimAt } from './aim.ts'

export const reminders = crud(reminder)
export type { Reminder }
/** A row as the table keeps it, the columns nobody sees included. */
export type Stored = Raw & {
  readonly id: number
  readonly version: number
  readonly dueAt: string
  readonly plannedAt: string
  readonly anchorAt: string
  readonly repeat: Reminder['repeat']
  readonly repeatUntil: string | null
  readonly assigneeId: number
  readonly customerId: number | null
  readonly contactId: number | null
  readonly subjectType: ReminderSubject | null
  readonly subjectId: number | null
  readonly createdById: number | null
  readonly doneAt: string | null
  readonly nextId: number | null
}
export const stored = async (tx: Tx, id: number): Promise<Stored> => (await storedRow(tx, reminder, id)) as Stored

const EARLIEST = '2000-01-01'
const LATEST = '2199-01-01'
/** Within the years the calendar of the product knows. */
export function checkInstant(field: string, instant: string): void {
  if (instant < EARLIEST || instant >= LATEST) throw invalidField(field, '时间应在 2000 年到 2198 年之间')
}

/** `interactionId`: the follow-up it is written with, in the same transaction. */
export async function createReminder(
  tx: Tx,
  actor: Actor,
  { interactionId = null, ...body }: CreateOf<typeof reminder> & { interactionId?: number | null },
): Promise<Reminder> {
  checkInstant('dueAt', body.dueAt)
  const assigneeId = body.assigneeId ?? actor.id
  if (assigneeId === 0) throw invalidField('assigneeId', '请说明由谁做')
  const { contactId = null, customerId = null, subjectId = null, subjectType = null } = body
  const aim = await aimAt(tx, actor, { assigneeId, customerId, contactId, subjectType, subjectId })
  const row = await reminders.create(
    tx,
    actor,
    { repeat: 'none', ...body, ...aim },
    { interactionId, plannedAt: body.dueAt, anchorAt: body.dueAt, createdById: actor.id === 0 ? null : actor.id },
  )
  await keepNext(tx, aim.customerId)
  return row
}

export async function updateReminder(
  tx: Tx,
  actor: Actor,
  id: number,
  patch: UpdateOf<typeof reminder>,
): Promise<Reminder> {
  await reminders.reach(tx, actor, id, 'reminder.update')
  if (patch.dueAt !== undefined) checkInstant('dueAt', patch.dueAt)
  const before = await stored(tx, id)
  if (patch.assigneeId === null) throw invalidField('assigneeId', '由谁做不能为空')
  const now = <K extends keyof Aim>(key: K): Aim[K] => (patch[key] === undefined ? before[key] : patch[key]) as Aim[K]
  const isElsewhere = now('customerId') !== before.customerId || now('subjectId') !== before.subjectId
  const asked: Aim = {
    assigneeId: now('assigneeId'),
    customerId: now('customerId'),
    contactId: isElsewhere && patch.contactId === undefined ? null : now('contactId'),
    subjectType: now('subjectType'),
    subjectId: now('subjectId'),
  }
  // A form sends all it shows: what says the same again moves nothing, least of all the day of the month of a series.
  const isMoved = patch.dueAt !== undefined && patch.dueAt !== before.dueAt
  const isRescheduled = isMoved || (patch.repeat !== undefined && patch.repeat !== before.repeat)
  const plannedAt = isMoved ? patch.dueAt : before.plannedAt
  const aim = AIMED.some((key) => asked[key] !== before[key]) ? await aimAt(tx, actor, asked, before) : asked
  const row = await reminders.update(tx, actor, id, { ...patch, ...aim }, () => ({
    ...(isRescheduled && { plannedAt, anchorAt: plannedAt }),
    // Whoever is to do it now has not been told of it.
    ...(aim.assigneeId !== before.assigneeId && { firedFor: null }),
  }))
  await keepNext(tx, before.customerId, aim.customerId)
  return row
}

export async function removeReminder(tx: Tx, actor: Actor, id: number, version: number): Promise<null> {
  await reminders.remove(tx, actor, id, version)
  await keepNext(tx, (await stored(tx, id)).customerId)
  return null
}

export async function restoreReminder(tx: Tx, actor: Actor, id: number): Promise<Reminder> {
  await reminders.reachRecycled(tx, actor, id)
  // Whoever was to do it may have left since.
  const isTaken = actor.id !== 0 && !(await isActive(tx, (await stored(tx, id)).assigneeId))
  const row = await reminders.restore(tx, actor, id, isTaken ? { assigneeId: actor.id } : {})
  await keepNext(tx, row.customerId)
  return row
}
