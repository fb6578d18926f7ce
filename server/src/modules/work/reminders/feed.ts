import { createHash, randomBytes } from 'node:crypto'
import type { Feed } from '@crm/shared/contract/reminders'
import { addDays } from '@crm/shared/days'
import { instantAt } from '@crm/shared/rules/zoned'
import { type Actor, can } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import type { Clock } from '../../../core/clock.ts'
import { forbidden, notFound } from '../../../core/problem.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { loadRights } from '../../org/service.ts'
import { readCalendar } from './calendar.ts'
import { icsOf, type IcsEvent } from './ics.ts'

const SECRET_BYTES = 32
const BEHIND_DAYS = 20
const AHEAD_DAYS = 75
const FILE = /^([\w-]{43})\.ics$/
const hashOf = (secret: string) => createHash('sha256').update(secret).digest('hex')

export async function feedOf(db: Read | Tx, actor: Actor): Promise<Feed> {
  const row = await (db as Read)
    .selectFrom('calendarFeeds')
    .select('createdAt')
    .where('userId', '=', actor.id)
    .executeTakeFirst()
  return { createdAt: row?.createdAt ?? null }
}

const note = (tx: Tx, actor: Actor, action: string) =>
  audit(tx, actor, { entity: 'user', recordId: actor.id, action, note: '日历订阅' })

/** A new address; the one before stops working. It is told here and kept nowhere. */
export async function openFeed(tx: Tx, actor: Actor): Promise<{ address: string }> {
  // A token with few rights must not leave a door behind that outlives it.
  if (actor.via !== 'web') throw forbidden('日历订阅只能在网页上建立')
  const secret = randomBytes(SECRET_BYTES).toString('base64url')
  await tx.deleteFrom('calendarFeeds').where('userId', '=', actor.id).execute()
  await tx
    .insertInto('calendarFeeds')
    .values({ userId: actor.id, hash: hashOf(secret), createdAt: actor.at })
    .execute()
  await note(tx, actor, 'feed.open')
  return { address: `/ics/${secret}.ics` }
}

export async function closeFeed(tx: Tx, actor: Actor): Promise<null> {
  const gone = await tx.deleteFrom('calendarFeeds').where('userId', '=', actor.id).returning('id').execute()
  if (gone.length > 0) await note(tx, actor, 'feed.close')
  return null
}

/** The calendar behind an address, with the rights its user has now. Whatever is wrong with the address, the answer is the same. */
export async function readFeed(read: Read, clock: Clock, file: string): Promise<string> {
  const secret = FILE.exec(file)?.[1]
  const row =
    secret &&
    (await read.selectFrom('calendarFeeds').select('userId').where('hash', '=', hashOf(secret)).executeTakeFirst())
  const rights = row ? await loadRights(read, row.userId) : null
  if (!rights) throw notFound('日历')
  const actor: Actor = { ...rights, at: clock.now(), today: clock.today(), via: 'web', address: null }
  if (!can(actor, 'reminder.read')) throw notFound('日历')
  const from = addDays(actor.today, -BEHIND_DAYS)
  const to = addDays(actor.today, AHEAD_DAYS)
  const found = await readCalendar(read, actor, { from, to, assigneeId: [actor.id] }, clock.zone)
  const events: IcsEvent[] = [
    ...found.reminders.map((one) => ({
      uid: `reminder-${one.id}@crm`,
      at: one.dueAt,
      title: [`${one.doneAt ? '✓ ' : ''}${one.title}`, one.subject?.title, one.customerName]
        .filter(Boolean)
        .join(' · '),
      changedAt: one.updatedAt,
    })),
    ...found.expected.map((one) => ({
      uid: `reminder-${one.reminderId}-${one.dueAt.slice(0, 10)}@crm`,
      at: one.dueAt,
      title: one.title,
      changedAt: actor.at,
    })),
    ...found.birthdays.map((one) => ({
      uid: `birthday-${one.contactId}-${one.day.slice(0, 4)}@crm`,
      on: one.day,
      title: `${one.contactName}生日 · ${one.customerName}`,
      changedAt: instantAt(one.day, '00:00', clock.zone),
    })),
  ]
  const bounds = { from: instantAt(from, '00:00', clock.zone), to: instantAt(addDays(to, 1), '00:00', clock.zone) }
  return icsOf(`${rights.name}的日程`, clock.zone, events, bounds)
}
