import type { NoticeKind } from '@crm/shared/notices'
import { inIds } from '../../db/dialect.ts'
import type { Tx } from '../../db/store.ts'
import { wake } from '../../db/wake.ts'
import { personChannel } from './channels.ts'

export interface Notice {
  /** What people switch on and off. */
  readonly kind: NoticeKind
  readonly userIds: readonly number[]
  readonly title: string
  readonly body?: string | null
  /** A path within the pages, with its query. */
  readonly link?: string | null
  readonly customerId?: number | null
  /** The same key tells nobody a second time: `reminder:12:2026-11-22T01:00:00.000Z`. */
  readonly onceKey?: string | null
}

/**
 * Tells people something, in the transaction that made it true; their open pages hear of it after the commit. Nobody is told
 * twice in one notice, and nobody unknown, disabled or unwilling (the switches of 通知设置).
 */
export async function tell(tx: Tx, at: string, { userIds, kind, title, ...rest }: Notice): Promise<void> {
  const people = await willing(tx, kind, [...new Set(userIds)])
  if (people.length === 0) return
  const { body = null, customerId = null, link = null, onceKey = null } = rest
  const facts = { kind, title, body, link, customerId, onceKey, createdAt: at }
  await tx
    .insertInto('notifications')
    // Wanted by mail only: nothing that waits to be read in the pages.
    .values(people.map(({ id, site }) => ({ ...facts, userId: id, readAt: site === 0 ? at : null })))
    .onConflict((on) => on.columns(['userId', 'onceKey']).doNothing())
    .execute()
  await wake(
    tx,
    people.map(({ id }) => personChannel(id)),
  )
}

/** What was told under this key asks nothing of the person any more: it counts as read. */
export async function dealtWith(tx: Tx, at: string, userId: number, onceKey: string): Promise<void> {
  const read = await tx
    .updateTable('notifications')
    .set({ readAt: at })
    .where('userId', '=', userId)
    .where('onceKey', '=', onceKey)
    .where('readAt', 'is', null)
    .returning('id')
    .execute()
  if (read.length > 0) await wake(tx, [personChannel(userId)])
}

/** Those of the people who are there and have not switched this kind off. */
async function willing(tx: Tx, kind: NoticeKind, ids: readonly number[]) {
  if (ids.length === 0) return []
  const people = await tx
    .selectFrom('users as u')
    .leftJoin('noticeSwitches as s', (join) => join.onRef('s.userId', '=', 'u.id').on('s.kind', '=', kind))
    .select(['u.id', 's.site', 's.mail'])
    .where(inIds(tx, 'u.id', ids))
    .where('u.disabled', '=', 0)
    .where('u.deletedAt', 'is', null)
    .execute()
  return people.filter(({ site, mail }) => site !== 0 || mail === 1)
}
