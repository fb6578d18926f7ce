import type { NoticePage, notifications as api } from '@crm/shared/contract/notifications'
import type { Input } from '@crm/shared/kernel/endpoint'
import type { Actor } from '../../../core/access/actor.ts'
import { personChannel } from '../../../core/jobs/channels.ts'
import { type Clock, later } from '../../../core/clock.ts'
import { invalidField } from '../../../core/problem.ts'
import { inSlices } from '../../../core/jobs/slices.ts'
import { inIds } from '../../../db/dialect.ts'
import type { Read, Store } from '../../../db/store.ts'
import { wake } from '../../../db/wake.ts'
import { customers } from '../../customers/service.ts'
export { digestsWanted, writeDigests } from './digest.ts'
import { noticesOf, shown, unreadOf } from './queries.ts'

const PAGE = 30
/** Read in one transaction, so that a thousand others do not wait for somebody who comes back from a long leave. */
const READ_AT_ONCE = 1_000
/** What has been read is kept this long. */
const KEPT_MS = 180 * 24 * 3_600_000
const FORGET_AT_ONCE = 1_000

/** One's own, newest first. A customer's name is shown to those who may see it today. */
export async function listNotices(
  read: Read,
  actor: Actor,
  { cursor, kind, size = PAGE, unread }: Input<typeof api.list>['query'],
): Promise<NoticePage> {
  let asking = noticesOf(read, actor.id).limit(size)
  if (cursor !== undefined) asking = asking.where('n.id', '<', cursor)
  if (kind !== undefined) asking = asking.where('n.kind', 'in', kind)
  if (unread !== undefined) asking = asking.where('n.readAt', unread ? 'is' : 'is not', null)
  const rows = (await asking.execute()).map(shown)
  const names = await namesOf(read, actor, [...new Set(rows.flatMap((row) => row.customerId ?? []))])
  const named = (id: number | null) => (id === null ? null : (names.get(id) ?? null))
  return {
    items: rows.map((row) => ({ ...row, customerName: named(row.customerId) })),
    unread: await unreadOf(read, actor.id),
    nextCursor: rows.length === size ? String(rows.at(-1)!.id) : null,
  }
}

async function namesOf(read: Read, actor: Actor, ids: readonly number[]): Promise<ReadonlyMap<number, string>> {
  if (ids.length === 0) return new Map()
  const only = { fields: ['name'], size: ids.length }
  const found = await customers.list(read, actor, only, { where: [inIds(read, 'customers.id', ids)] })
  return new Map(found.items.map(({ id, name }) => [id, name]))
}

/** Those of the named (or all) that are one's own and unread; the others are not spoken of. */
export async function markRead(
  store: Store,
  clock: Clock,
  userId: number,
  { all, ids }: Input<typeof api.read>['body'],
): Promise<{ unread: number }> {
  if (!all && !ids) throw invalidField('ids', '请指明哪些通知')
  for (let more = true; more;) {
    more = await store.tx(async (tx) => {
      let unread = tx
        .selectFrom('notifications')
        .select('id')
        .where('userId', '=', userId)
        .where('readAt', 'is', null)
        .limit(READ_AT_ONCE)
      if (!all) unread = unread.where(inIds(tx, 'id', ids ?? []))
      const found = (await unread.execute()).map(({ id }) => id)
      if (found.length === 0) return false
      await tx
        .updateTable('notifications')
        .set({ readAt: clock.now() })
        .where(inIds(tx, 'id', found))
        .execute()
      await wake(tx, [personChannel(userId)])
      return found.length === READ_AT_ONCE
    })
  }
  return { unread: await unreadOf(store.read, userId) }
}

const longRead = (read: Read, now: string) =>
  read.selectFrom('notifications').select('id').where('readAt', '<', later(now, -KEPT_MS)).limit(FORGET_AT_ONCE)

/** Drops what was read half a year ago, in slices. */
export async function forgetNotices(store: Store, clock: Clock, signal?: AbortSignal): Promise<number> {
  let gone = 0
  for (;;) {
    const rows = await longRead(store.read, clock.now()).execute()
    if (rows.length === 0 || signal?.aborted) return gone
    gone += await inSlices(
      store,
      rows,
      (tx, { id }) => tx.deleteFrom('notifications').where('id', '=', id).execute(),
      signal ? { signal } : {},
    )
  }
}
