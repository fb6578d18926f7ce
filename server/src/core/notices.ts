import type { NoticeKind } from '@crm/shared/notices'
import type { Tx } from '../db/store.ts'

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

/** Tells people something, in the transaction that made it true. Nobody is told twice in one notice, and nobody unknown. */
export async function tell(tx: Tx, at: string, { userIds, kind, title, ...rest }: Notice): Promise<void> {
  const people = [...new Set(userIds)].filter((id) => id !== 0)
  if (people.length === 0) return
  const { body = null, customerId = null, link = null, onceKey = null } = rest
  await tx
    .insertInto('notifications')
    .values(
      people.map((userId) => ({
        userId,
        kind,
        title,
        body,
        link,
        customerId,
        onceKey,
        createdAt: at,
        readAt: null,
      })),
    )
    .onConflict((on) => on.columns(['userId', 'onceKey']).doNothing())
    .execute()
}
