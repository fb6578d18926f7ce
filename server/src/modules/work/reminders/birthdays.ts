import { contact } from '@crm/shared/entities/contact'
import { addDays, type Day } from '@crm/shared/days'
import { birthdayGreeting, type BirthdayKeys, birthdayKeys, birthdaysBetween } from '@crm/shared/rules/birthdays'
import type { CalendarBirthday } from '@crm/shared/contract/reminders'
import type { Expression, SqlBool } from 'kysely'
import { sql } from '../../../db/sql.ts'
import type { Actor } from '../../../core/access/actor.ts'
import { among } from '../../../db/among.ts'
import type { Clock } from '../../../core/clock.ts'
import type { JobContext } from '../../../core/jobs/jobs.ts'
import { tell } from '../../../core/jobs/notices.ts'
import { visible } from '../../../core/access/scope.ts'
import { inSlices } from '../../../core/jobs/slices.ts'
import type { Read, Tx } from '../../../db/store.ts'

/** So long before a birthday the owner hears of it. */
const AHEAD_DAYS = 3
const MOST = 500

interface Found {
  readonly id: number
  readonly name: string
  readonly birthday: string
  readonly birthdayCalendar: 'solar' | 'lunar'
  readonly customerId: number
  readonly customerName: string
  readonly ownerId: number | null
}

const keptOn = ({ lunar, solar }: BirthdayKeys): Expression<SqlBool> => {
  const key = sql`substr(${sql.ref('contacts.birthday')}, 6)`
  const calendar = sql.ref('contacts.birthdayCalendar')
  return sql<SqlBool>`${sql.ref('contacts.birthday')} is not null and ${sql.ref('contacts.deletedAt')} is null
    and ${among(key, [...new Set([...solar, ...lunar])])}
    and ((${calendar} = 'solar' and ${among(key, solar)}) or (${calendar} = 'lunar' and ${among(key, lunar)}))`
}

async function found(db: Read | Tx, keys: BirthdayKeys, where: Expression<SqlBool>, most: number): Promise<Found[]> {
  const { rows } = await sql<Found>`select contacts.id, contacts.name, contacts.birthday,
      ${sql.ref('contacts.birthdayCalendar')} as ${sql.ref('birthdayCalendar')}, ${sql.ref('contacts.customerId')} as ${sql.ref('customerId')},
      customers.name as ${sql.ref('customerName')}, ${sql.ref('customers.ownerId')} as ${sql.ref('ownerId')}
    from contacts join customers on customers.id = ${sql.ref('contacts.customerId')}
    where ${keptOn(keys)} and ${sql.ref('customers.deletedAt')} is null and ${where} order by contacts.id limit ${most}`.execute(
    db as Tx,
  )
  return rows
}

/** Of customers that one of these people has or works on. */
const ofPeople = (
  ids: readonly number[],
): Expression<SqlBool> => sql<SqlBool>`(${among(sql.ref('customers.ownerId'), ids)}
  or customers.id in (select ${sql.ref('k.recordId')} from collaborators k where k.entity = 'customer' and ${among(sql.ref('k.userId'), ids)}))`

/** Birthdays of the contacts the actor may see, of these people's customers where any are named, in the order of the days. */
export async function birthdaysFor(
  db: Read | Tx,
  actor: Actor,
  { from, people, to }: { readonly from: Day; readonly to: Day; readonly people: readonly number[] | null },
): Promise<CalendarBirthday[]> {
  const seen = visible(actor, contact, 'contact.read')
  const where = people === null ? seen : sql<SqlBool>`(${seen} and ${ofPeople(people)})`
  const rows = await found(db, birthdayKeys(from, to), where, MOST)
  return rows
    .flatMap((row) =>
      birthdaysBetween(row, from, to).map((day) => ({
        day,
        contactId: row.id,
        contactName: row.name,
        customerId: row.customerId,
        customerName: row.customerName,
        isLunar: row.birthdayCalendar === 'lunar',
        greeting: birthdayGreeting(row.name),
      })),
    )
    .toSorted((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0))
}

const keyOf = (row: Found, day: Day) => `birthday:${row.id}:${day}`
/** Of a year at most one: told is whatever was told about this contact for these days. A clock that was years ahead counts for nothing. */
const notTold = (
  from: Day,
  to: Day,
): Expression<SqlBool> => sql<SqlBool>`${sql.ref('customers.ownerId')} is not null and not exists (
  select 1 from notifications n where ${sql.ref('n.userId')} = ${sql.ref('customers.ownerId')}
    and ${sql.ref('n.onceKey')} >= 'birthday:' || contacts.id || ':' || ${sql.lit(from)}
    and ${sql.ref('n.onceKey')} <= 'birthday:' || contacts.id || ':' || ${sql.lit(to)})`

const soon = (db: Read | Tx, today: Day, most: number) =>
  found(db, birthdayKeys(today, addDays(today, AHEAD_DAYS)), notTold(today, addDays(today, AHEAD_DAYS)), most)

export const birthdaysNear = async (read: Read, clock: Clock): Promise<boolean> =>
  (await soon(read, clock.today(), 1)).length > 0

/** Tells the owners, once for each birthday, three days ahead; what days without a server left out up to the day itself. */
export async function tellBirthdays({ clock, signal, store }: JobContext): Promise<void> {
  const today = clock.today()
  const last = addDays(today, AHEAD_DAYS)
  const rows = await soon(store.read, today, MOST)
  const at = clock.now()
  await inSlices(
    store,
    rows,
    async (tx, row) => {
      const [day] = birthdaysBetween(row, today, last)
      if (day === undefined || row.ownerId === null) return
      await tell(tx, at, {
        kind: 'reminder',
        userIds: [row.ownerId],
        title: `${row.name}(${row.customerName})${Number(day.slice(5, 7))}月${Number(day.slice(8))}日生日`,
        body: birthdayGreeting(row.name),
        link: `/customers/${row.customerId}`,
        customerId: row.customerId,
        onceKey: keyOf(row, day),
      })
    },
    { signal },
  )
}
