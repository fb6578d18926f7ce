import type { CalendarReply, Expected } from '@crm/shared/contract/reminders'
import { reminder } from '@crm/shared/entities/reminder'
import { addDays, type Day, diffDays } from '@crm/shared/days'
import { festivalsBetween } from '@crm/shared/rules/festivals'
import { nextDue } from '@crm/shared/rules/repeat'
import { isWorkday, type WorkCalendar } from '@crm/shared/rules/workdays'
import { instantAt } from '@crm/shared/rules/zoned'
import { sql } from '../../../db/sql.ts'
import { type Actor, can } from '../../../core/access/actor.ts'
import { both } from '../../../core/rows/filters.ts'
import { invalidField } from '../../../core/problem.ts'
import { rowsByIds } from '../../../core/rows/rows.ts'
import { sightOf, visible } from '../../../core/access/scope.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { birthdaysFor } from './birthdays.ts'
import { allDecreed } from './holidays.ts'
import type { Stored } from './reminders.ts'
import { named } from './sight.ts'
import { isWaited, ofPeople } from './windows.ts'

const MOST_DAYS = 100
const MOST_REMINDERS = 1_000
const MOST_SERIES = 200

interface Asked {
  readonly from: Day
  readonly to: Day
  readonly assigneeId?: readonly unknown[]
}

/** Where the open series of `rows` come again between the instants, besides where they are now: in the future, for what was missed is not made up for. */
function expectedOf(
  rows: readonly (Pick<Stored, 'id' | 'plannedAt' | 'anchorAt' | 'repeat' | 'repeatUntil'> & { title: string })[],
  { from, now, to, zone }: { from: string; to: string; now: string; zone: string },
  calendar: WorkCalendar,
): Expected[] {
  const found: Expected[] = []
  const before = new Date(Date.parse(from) - 1).toISOString()
  for (const row of rows) {
    let after = [row.plannedAt, before].reduce((a, b) => (a > b ? a : b), now)
    for (;;) {
      const dueAt = nextDue(row, after, zone, (day) => isWorkday(day, calendar))
      if (dueAt === null || dueAt >= to) break
      found.push({ reminderId: row.id, title: row.title, dueAt })
      after = dueAt
    }
  }
  return found
}

/** Everything a month or an agenda shows, for people's days from `from` to `to`, both included. */
export async function readCalendar(db: Read | Tx, actor: Actor, asked: Asked, zone: string): Promise<CalendarReply> {
  const { from, to } = asked
  if (to < from) throw invalidField('to', '止不能早于起')
  if (diffDays(to, from) >= MOST_DAYS) throw invalidField('to', `一次最多看 ${MOST_DAYS} 天`)
  const [fromAt, toAt] = [instantAt(from, '00:00', zone), instantAt(addDays(to, 1), '00:00', zone)]
  const sight = await sightOf(db, actor, reminder, 'reminder.read')
  const mine = both([
    sql`${sql.ref('reminders.deletedAt')} is null`,
    visible(actor, reminder, 'reminder.read', { db, sight }),
    ...ofPeople(asked.assigneeId),
    isWaited,
  ] as never)
  const { rows: found } = await sql<{ id: number }>`select reminders.id from reminders where ${mine}
    and ${sql.ref('reminders.dueAt')} >= ${fromAt} and ${sql.ref('reminders.dueAt')} < ${toAt}
    order by ${sql.ref('reminders.dueAt')}, reminders.id limit ${MOST_REMINDERS + 1}`.execute(db as Tx)
  const { rows: series } = await sql<Stored & { title: string }>`select * from reminders where ${mine}
    and ${sql.ref('reminders.doneAt')} is null and reminders.repeat <> 'none' and ${sql.ref('reminders.plannedAt')} < ${toAt}
    order by ${sql.ref('reminders.dueAt')} limit ${MOST_SERIES}`.execute(db as Tx)
  const decreed = await allDecreed(db)
  const people = asked.assigneeId?.filter((id): id is number => typeof id === 'number') ?? null
  const ids = found.slice(0, MOST_REMINDERS).map(({ id }) => id)
  return {
    reminders: await named(db, actor, await rowsByIds(db, actor, reminder, ids)),
    isCut: found.length > MOST_REMINDERS,
    expected: expectedOf(
      series,
      { from: fromAt, to: toAt, now: actor.at, zone },
      new Map(decreed.map(({ day, kind }) => [day, kind])),
    ),
    birthdays: can(actor, 'contact.read') ? await birthdaysFor(db, actor, { from, to, people }) : [],
    festivals: festivalsBetween(from, to),
    holidays: decreed.filter(({ day }) => day >= from && day <= to),
  }
}
