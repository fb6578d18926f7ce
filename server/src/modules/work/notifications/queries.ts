import type { NoticeKind } from '@crm/shared/notices'
import { MOST_UNREAD } from '@crm/shared/contract/notifications'
import type { Read, Tx } from '../../../db/store.ts'

/** Unread ones of a person, counted up to MOST_UNREAD. */
export async function unreadOf(db: Read | Tx, userId: number): Promise<number> {
  const { n } = await db
    .selectFrom(
      db
        .selectFrom('notifications')
        .select('id')
        .where('userId', '=', userId)
        .where('readAt', 'is', null)
        .limit(MOST_UNREAD)
        .as('some'),
    )
    .select((e) => e.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  return Number(n)
}

/** A person's, newest first, with what their switches say of the desktop. */
export const noticesOf = (db: Read | Tx, userId: number) =>
  db
    .selectFrom('notifications as n')
    .leftJoin('noticeSwitches as s', (join) => join.onRef('s.userId', '=', 'n.userId').onRef('s.kind', '=', 'n.kind'))
    .select(['n.id', 'n.kind', 'n.title', 'n.body', 'n.link', 'n.customerId', 'n.createdAt', 'n.readAt', 's.desktop'])
    .where('n.userId', '=', userId)
    .orderBy('n.id', 'desc')

type Stored = Awaited<ReturnType<ReturnType<typeof noticesOf>['execute']>>[number]
export const shown = ({ desktop, kind, ...rest }: Stored) => ({
  ...rest,
  kind: kind as NoticeKind,
  desktop: desktop === 1,
})
