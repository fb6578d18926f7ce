import { type Expression, sql, type SqlBool } from 'kysely'
import { later } from '../../../core/clock.ts'
import type { JobContext } from '../../../core/jobs/jobs.ts'
import { tell } from '../../../core/jobs/notices.ts'
import { inSlices } from '../../../core/jobs/slices.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { isWaited } from './windows.ts'

const AT_ONCE = 500
/** The server looks every few seconds; what is told later than this was missed while it was away. */
const LATE_MS = 120_000

/** Due, and not told for this very instant: wherever a clock is set to, the same instant is told once. */
const isDue = (
  now: string,
): Expression<SqlBool> => sql<SqlBool>`${sql.ref('deletedAt')} is null and ${sql.ref('doneAt')} is null
  and (${sql.ref('firedFor')} is null or ${sql.ref('firedFor')} <> ${sql.ref('dueAt')}) and ${sql.ref('dueAt')} <= ${now}`

const waiting = (read: Read, now: string, most: number) =>
  read
    .selectFrom('reminders') // unscoped: everybody is told
    .select('id')
    .where(isDue(now))
    .where(isWaited)
    .orderBy('dueAt')
    .orderBy('id')
    .limit(most)
    .execute()

export const remindersDue = async (read: Read, now: string): Promise<boolean> =>
  (await waiting(read, now, 1)).length > 0

/** Marks it told and tells it, in one transaction: of several servers one does both, the others find it done. */
async function fire(tx: Tx, id: number, now: string): Promise<void> {
  const row = await tx
    .updateTable('reminders')
    .set((eb) => ({ firedFor: eb.ref('dueAt') }))
    .where('id', '=', id)
    .where(isDue(now))
    .returning(['id', 'title', 'notes', 'dueAt', 'updatedAt', 'assigneeId', 'customerId'])
    .executeTakeFirst()
  if (!row) return
  const since = row.dueAt > row.updatedAt ? row.dueAt : row.updatedAt
  const isLate = now > later(since, LATE_MS)
  await tell(tx, now, {
    kind: 'reminder',
    userIds: [row.assigneeId],
    title: `${isLate ? '(迟到)' : ''}${row.title}`,
    body: row.notes?.slice(0, 200) ?? null,
    link: row.customerId === null ? `/reminders?open=${row.id}` : `/customers/${row.customerId}`,
    customerId: row.customerId,
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
    told += await inSlices(store, rows, (tx, { id }) => fire(tx, id, now), { signal })
  }
  return told
}
