import type { Snooze } from '@crm/shared/contract/reminders'
import { reminder } from '@crm/shared/entities/reminder'
import { addDays, dayOf } from '@crm/shared/days'
import { nextDue } from '@crm/shared/rules/repeat'
import { isWorkday, nextMonday, nextWorkday, type WorkCalendar } from '@crm/shared/rules/workdays'
import { instantAt } from '@crm/shared/rules/zoned'
import type { Actor } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import { later } from '../../../core/clock.ts'
import { invalidField, problem } from '../../../core/problem.ts'
import { snapshot } from '../../../core/rows/rows.ts'
import type { Tx } from '../../../db/store.ts'
import { keepNext } from '../../customers/service.ts'
import { workCalendar } from './holidays.ts'
import { checkInstant, type Reminder, reminders, stored, type Stored } from './reminders.ts'

/** When a working day begins: a reminder put off to another day comes then. */
const MORNING = '09:00'
const HOUR_MS = 3_600_000

/** Changes columns nobody may set in a form, with a new version and a line in the audit log. */
async function move(tx: Tx, actor: Actor, before: Stored, action: string, change: Partial<Stored>): Promise<Reminder> {
  const columns = { ...change, version: before.version + 1, updatedAt: actor.at }
  await tx
    .updateTable('reminders')
    .set(columns as never)
    .where('id', '=', before.id)
    .execute()
  await audit(tx, actor, {
    entity: reminder.name,
    recordId: before.id,
    action,
    before: snapshot(reminder, before),
    after: snapshot(reminder, { ...before, ...columns }),
  })
  await keepNext(tx, before.customerId)
  return change['deletedAt'] ? (before as unknown as Reminder) : reminders.find(tx, actor, before.id)
}

/** The next of its series, made when this one is done: the later of its planned time and now decides which one that is. */
async function following(tx: Tx, actor: Actor, done: Stored, zone: string): Promise<number | null> {
  if (done.repeat === 'none') return null
  const calendar = await workCalendar(tx)
  const after = done.plannedAt > actor.at ? done.plannedAt : actor.at
  const dueAt = nextDue(done, after, zone, (day) => isWorkday(day, calendar))
  if (dueAt === null) return null
  const { assigneeId, contactId, customerId, notes, repeat, repeatUntil, subjectId, subjectType, title } =
    done as Stored & Reminder
  const next = await reminders.create(
    tx,
    actor,
    { title, notes, repeat, repeatUntil, dueAt },
    {
      // As they stand, even if the contact has been deleted since: that is no reason why this could not be done.
      assigneeId,
      customerId,
      contactId,
      subjectType,
      subjectId,
      plannedAt: dueAt,
      anchorAt: done.anchorAt,
      interactionId: done['interactionId'],
      createdById: done.createdById,
    },
  )
  return next.id
}

export async function completeReminder(tx: Tx, actor: Actor, id: number, zone: string): Promise<Reminder> {
  await reminders.reach(tx, actor, id, 'reminder.update')
  const before = await stored(tx, id)
  if (before.doneAt !== null) throw problem('illegal_move', '这条提醒已经完成了')
  const nextId = await following(tx, actor, before, zone)
  const doneById = actor.id === 0 ? null : actor.id
  return move(tx, actor, before, 'done', { doneAt: actor.at, doneById, nextId })
}

/** Undo of `done`: the occurrence it made goes again, unless somebody has worked with it since. */
export async function reopenReminder(tx: Tx, actor: Actor, id: number): Promise<Reminder> {
  await reminders.reach(tx, actor, id, 'reminder.update')
  const before = await stored(tx, id)
  if (before.doneAt === null) throw problem('illegal_move', '这条提醒还没有完成')
  if (before.nextId !== null) {
    const next = await stored(tx, before.nextId)
    if (next.version !== 1) throw problem('illegal_move', '下一次提醒已有改动,不能撤销完成')
    await move(tx, actor, next, 'remove', { deletedAt: actor.at })
  }
  return move(tx, actor, before, 'reopen', { doneAt: null, doneById: null, nextId: null })
}

/** When the person is to be reminded instead, by the company's clock. */
export function snoozedTo(preset: Snooze, at: string, zone: string, calendar: WorkCalendar): string {
  const today = dayOf(at, zone)
  switch (preset) {
    case 'hour':
      return later(at, HOUR_MS)
    case 'tomorrow':
      return instantAt(addDays(today, 1), MORNING, zone)
    case 'nextWorkday':
      return instantAt(nextWorkday(today, calendar), MORNING, zone)
    case 'nextMonday':
      return instantAt(nextMonday(today), MORNING, zone)
    default: {
      const never: never = preset
      throw new Error(`unknown snooze ${String(never)}`)
    }
  }
}

export async function snoozeReminder(
  tx: Tx,
  actor: Actor,
  id: number,
  { preset, until }: { preset?: Snooze | null | undefined; until?: string | null | undefined },
  zone: string,
): Promise<Reminder> {
  await reminders.reach(tx, actor, id, 'reminder.update')
  if (Boolean(preset) === Boolean(until)) throw invalidField('until', '请说明推迟到什么时候')
  const before = await stored(tx, id)
  if (before.doneAt !== null) throw problem('illegal_move', '已完成的提醒不能推迟')
  const dueAt = until ?? snoozedTo(preset!, actor.at, zone, await workCalendar(tx))
  checkInstant('until', dueAt)
  if (dueAt <= actor.at) throw invalidField('until', '只能推迟到以后的时间')
  return move(tx, actor, before, 'snooze', { dueAt })
}
