import { reminderSubjects } from '@crm/shared/entities/reminder'
import { recordPath } from '@crm/shared/rules/recordPath'
import type { Expression, SqlBool } from 'kysely'
import { sql } from '../../../db/sql.ts'
import type { Actor } from '../../../core/access/actor.ts'
import { later } from '../../../core/clock.ts'
import type { JobContext } from '../../../core/jobs/jobs.ts'
import { tell } from '../../../core/jobs/notices.ts'
import { inSlices } from '../../../core/jobs/slices.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { loadRights } from '../../org/service.ts'
import type { Reminder } from './reminders.ts'
import { shown } from './sight.ts'
import { fellAsleep, isNotRecycled } from './windows.ts'

const AT_ONCE = 500
/** The server looks every few seconds; what is told later than this was missed while it was away. */
const LATE_MS = 120_000
const BODY_CHARS = 200

/** Due, and not told for this very instant: wherever a clock is set to, the same instant is told once. */
const isDue = (
  now: string,
): Expression<SqlBool> => sql<SqlBool>`${sql.ref('deletedAt')} is null and ${sql.ref('doneAt')} is null
  and (${sql.ref('firedFor')} is null or ${sql.ref('firedFor')} <> ${sql.ref('dueAt')}) and ${sql.ref('dueAt')} <= ${now}`

const waiting = (read: Read, now: string, most: number) =>
  read
    .selectFrom('reminders') // unscoped: everybody is told
    .select(['id', 'assigneeId'])
    .where(isDue(now))
    .where(isNotRecycled)
    .orderBy('dueAt')
    .orderBy('id')
    .limit(most)
    .execute()

export const remindersDue = async (read: Read, now: string): Promise<boolean> =>
  (await waiting(read, now, 1)).length > 0

/** Of a customer that fell into 公海: passed over, so that it is looked at once; whoever takes the customer hears of it then. */
async function isAsleep(tx: Tx, id: number): Promise<boolean> {
  const { rows } =
    await sql`select 1 from reminders join ${sql.table('customers')} c on c.id = ${sql.ref('reminders.customerId')}
    where reminders.id = ${id} and ${fellAsleep}`.execute(tx)
  return rows.length > 0
}

/** Where it leads whoever is told, and of what record it is: only where he may still look. */
function aboutOf({ customerId, id, subject }: Reminder): { link: string; words: string | null } {
  const words = subject && subject.state !== 'unseen' ? `${reminderSubjects[subject.type]} ${subject.title}` : null
  if (subject && (subject.state === 'live' || subject.state === 'void'))
    return { link: recordPath(subject.type, subject.id), words }
  return { link: customerId === null ? `/reminders?open=${id}` : `/customers/${customerId}`, words }
}

/** Marks it told and tells it, in one transaction: of several servers one does both, the others find it done. */
async function fire(
  tx: Tx,
  { assigneeId, id }: { assigneeId: number; id: number },
  now: string,
  person: Actor | null,
): Promise<void> {
  const row = await tx
    .updateTable('reminders')
    .set((eb) => ({ firedFor: eb.ref('dueAt') }))
    .where('id', '=', id)
    // Handed to somebody else meanwhile, it is his in the next round.
    .where('assigneeId', '=', assigneeId)
    .where(isDue(now))
    .returningAll()
    .executeTakeFirst()
  if (!row || !person || (await isAsleep(tx, id))) return
  const since = row.dueAt > row.updatedAt ? row.dueAt : row.updatedAt
  const isLate = now > later(since, LATE_MS)
  const seen = await shown(tx, person, row as unknown as Reminder)
  const { link, words } = aboutOf(seen)
  await tell(tx, now, {
    kind: 'reminder',
    userIds: [row.assigneeId],
    title: `${isLate ? '(迟到)' : ''}${row.title}`,
    body: [words, row.notes].filter(Boolean).join(':').slice(0, BODY_CHARS) || null,
    link,
    customerId: seen.customerId,
    onceKey: `reminder:${row.id}:${row.dueAt}`,
  })
}

/** Tells all that is due, each exactly once per due instant, also what came due while no server ran. */
export async function fireReminders({ clock, signal, store }: JobContext): Promise<number> {
  let told = 0
  while (!signal.aborted) {
    const now = clock.now()
    const rows = await waiting(store.read, now, AT_ONCE)
    if (rows.length === 0) break
    const people = new Map<number, Actor | null>()
    // One at a time, within the slices: those of a hundred colleagues together would hold everybody up.
    const personOf = async (tx: Tx, userId: number) => {
      const known = people.get(userId)
      if (known !== undefined) return known
      const rights = await loadRights(tx as unknown as Read, userId)
      const person = rights && { ...rights, at: now, today: clock.today(), via: 'job' as const, address: null }
      people.set(userId, person)
      return person
    }
    const work = async (tx: Tx, row: (typeof rows)[number]) => fire(tx, row, now, await personOf(tx, row.assigneeId))
    told += await inSlices(store, rows, work, { signal })
  }
  return told
}
