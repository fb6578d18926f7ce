import type { ReminderCounts, ReminderWindow } from '@crm/shared/contract/reminders'
import { entityOf } from '@crm/shared/entities/index'
import { reminder, type ReminderSubject } from '@crm/shared/entities/reminder'
import { addDays, type Day } from '@crm/shared/days'
import { boundsOf, instantAt } from '@crm/shared/rules/zoned'
import type { Expression, SqlBool } from 'kysely'
import { sql } from '../../../db/sql.ts'
import type { Actor } from '../../../core/access/actor.ts'
import { among } from '../../../db/among.ts'
import { crud } from '../../../core/rows/crud.ts'
import { both } from '../../../core/rows/filters.ts'
import { rowsByIds } from '../../../core/rows/rows.ts'
import { sightOf, visible } from '../../../core/access/scope.ts'
import type { Read, Tx } from '../../../db/store.ts'
import type { Reminder } from './reminders.ts'
import { named } from './sight.ts'

const WEEK_DAYS = 7
const dueAt = sql.ref<string>('reminders.dueAt')
const isOpen = sql<SqlBool>`${sql.ref('reminders.doneAt')} is null`
const ofCustomer = (is: Expression<SqlBool>) => sql<SqlBool>`(${sql.ref('reminders.customerId')} is null or
  (select 1 from ${sql.table('customers')} c where c.id = ${sql.ref('reminders.customerId')} and ${is}) = 1)`
const isLive = sql<SqlBool>`${sql.ref('c.deletedAt')} is null`
/** Its customer lies in 公海 and it was written before: it waits for whoever takes the customer. */
export const fellAsleep = sql<SqlBool>`(${sql.ref('c.poolId')} is not null and ${sql.ref('reminders.createdAt')} <= ${sql.ref('c.pooledAt')})`
/** A reminder is out of the way while its customer lies in the recycle bin. */
export const isNotRecycled = ofCustomer(isLive)
/** What lists and the calendar show: neither recycled nor waiting in 公海. */
export const isWaited = ofCustomer(both([isLive, sql<SqlBool>`not ${fellAsleep}`]))

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

const MOST_SHOWN = 100
const MOST_DONE = 5
/** The open ones that `where` finds and those done last, whoever is to do them. The caller has reached what they are about. */
async function panelOf(db: Read | Tx, actor: Actor, where: Expression<SqlBool>): Promise<Reminder[]> {
  const ids = async (isDone: boolean, most: number) =>
    (db as Read)
      .selectFrom('reminders') // unscoped: the record was reached, and its reminders show with it
      .select('id')
      .where(where)
      .where('deletedAt', 'is', null)
      .where('doneAt', isDone ? 'is not' : 'is', null)
      .orderBy(isDone ? 'doneAt' : 'dueAt', isDone ? 'desc' : 'asc')
      .limit(most)
      .execute()
  const found = [...(await ids(false, MOST_SHOWN)), ...(await ids(true, MOST_DONE))].map(({ id }) => id)
  return named(db, actor, await rowsByIds(db, actor, reminder, found))
}
/** The caller has reached the customer. */
export const remindersOfCustomer = (db: Read | Tx, actor: Actor, customerId: number): Promise<Reminder[]> =>
  panelOf(db, actor, sql<SqlBool>`${sql.ref('reminders.customerId')} = ${customerId}`)

/** 404 unless the actor may read the record. What is personal stays so: of a 费用报销 everybody sees his own. */
export async function remindersOfRecord(
  db: Read | Tx,
  actor: Actor,
  type: ReminderSubject,
  id: number,
): Promise<Reminder[]> {
  await crud(entityOf(type)).reach(db, actor, id, `${type}.read`)
  const [subjectType, subjectId, customerId] = ['subjectType', 'subjectId', 'customerId'].map((name) =>
    sql.ref(`reminders.${name}`),
  )
  return panelOf(
    db,
    actor,
    sql<SqlBool>`(${subjectType} = ${type} and ${subjectId} = ${id}
      and (${customerId} is not null or ${visible(actor, reminder, 'reminder.read')}))`,
  )
}
