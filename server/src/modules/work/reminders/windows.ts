import type { ReminderCounts, ReminderWindow } from '@crm/shared/contract/reminders'
import { reminder } from '@crm/shared/entities/reminder'
import { addDays, type Day } from '@crm/shared/days'
import { boundsOf, instantAt } from '@crm/shared/rules/zoned'
import { type Expression, sql, type SqlBool } from 'kysely'
import type { Actor } from '../../../core/access/actor.ts'
import { among } from '../../../db/among.ts'
import { both } from '../../../core/rows/filters.ts'
import { rowsByIds } from '../../../core/rows/rows.ts'
import { sightOf, visible } from '../../../core/access/scope.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { named, type Reminder } from './reminders.ts'

const WEEK_DAYS = 7
const dueAt = sql.ref<string>('reminders.dueAt')
const isOpen = sql<SqlBool>`${sql.ref('reminders.doneAt')} is null`
/** A reminder waits while its customer lies in the recycle bin. */
export const isWaited = sql<SqlBool>`(${sql.ref('reminders.customerId')} is null or
  (select 1 from ${sql.table('customers')} c where c.id = ${sql.ref('reminders.customerId')} and ${sql.ref('c.deletedAt')} is null) = 1)`

/** What belongs to a window, by the days of the company. */
export function within(window: ReminderWindow, today: Day, zone: string): Expression<SqlBool> {
  const { from, to } = boundsOf(today, zone)
  const weekEnd = instantAt(addDays(today, WEEK_DAYS + 1), '00:00', zone)
  switch (window) {
    case 'overdue':
      return both([isOpen, isWaited, sql<SqlBool>`${dueAt} < ${from}`])
    case 'today':
      return both([isOpen, isWaited, sql<SqlBool>`${dueAt} >= ${from} and ${dueAt} < ${to}`])
    case 'week':
      return both([isOpen, isWaited, sql<SqlBool>`${dueAt} >= ${to} and ${dueAt} < ${weekEnd}`])
    case 'later':
      return both([isOpen, isWaited, sql<SqlBool>`${dueAt} >= ${weekEnd}`])
    case 'open':
      return both([isOpen, isWaited])
    case 'done':
      return sql<SqlBool>`${sql.ref('reminders.doneAt')} is not null`
    default: {
      const never: never = window
      throw new Error(`unknown window ${String(never)}`)
    }
  }
}

/** `assigneeId=`: theirs only. Nobody is `none`. */
export const ofPeople = (ids: readonly unknown[] | undefined): Expression<SqlBool>[] =>
  ids
    ? [
        among(
          sql.ref('reminders.assigneeId'),
          ids.filter((id): id is number => typeof id === 'number'),
        ),
      ]
    : []

const COUNTED = ['overdue', 'today', 'week', 'later'] as const
const MOST_COUNTED = 10_000

/** How many open reminders each window holds: the same rows its list shows. */
export async function countReminders(
  db: Read | Tx,
  actor: Actor,
  people: readonly unknown[] | undefined,
  zone: string,
): Promise<ReminderCounts> {
  const sight = await sightOf(db, actor, reminder, 'reminder.read')
  const where = (window: ReminderWindow) =>
    both([
      sql<SqlBool>`${sql.ref('reminders.deletedAt')} is null`,
      visible(actor, reminder, 'reminder.read', { db, sight }),
      ...ofPeople(people),
      within(window, actor.today, zone),
    ])
  const counts = { overdue: 0, today: 0, week: 0, later: 0 }
  for (const window of COUNTED) {
    const { rows } = await sql<{ n: number }>`select count(*) as n from
      (select 1 from ${sql.table('reminders')} where ${where(window)} limit ${sql.lit(MOST_COUNTED)}) x`.execute(
      db as Tx,
    )
    counts[window] = Number(rows[0]!.n)
  }
  return counts
}

/** The open reminders of a customer and those done last, whoever is to do them. The caller has reached the customer. */
export async function remindersOfCustomer(db: Read | Tx, actor: Actor, customerId: number): Promise<Reminder[]> {
  const ids = async (isDone: boolean, most: number) =>
    (db as Read)
      .selectFrom('reminders') // unscoped: the customer was reached, and its reminders show with it
      .select('id')
      .where('customerId', '=', customerId)
      .where('deletedAt', 'is', null)
      .where('doneAt', isDone ? 'is not' : 'is', null)
      .orderBy(isDone ? 'doneAt' : 'dueAt', isDone ? 'desc' : 'asc')
      .limit(most)
      .execute()
  const found = [...(await ids(false, MOST_SHOWN)), ...(await ids(true, MOST_DONE))].map(({ id }) => id)
  return named(db, actor, await rowsByIds(db, actor, reminder, found))
}
const MOST_SHOWN = 100
const MOST_DONE = 5
