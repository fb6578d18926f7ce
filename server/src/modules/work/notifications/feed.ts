import type { ArrivedNotice } from '@crm/shared/contract/notifications'
import type { Look } from '../../../core/http/streams.ts'
import { untilCommit } from '../../../db/revision.ts'
import type { Read } from '../../../db/store.ts'
import { noticesOf, shown, unreadOf } from './queries.ts'

/** How many of the newest a look considers: who was away for longer reads them in the drawer. */
const WINDOW = 50
/** Of a text, in a stream: enough for a toast, and a window of them stays far below what a slow reader may owe. */
const MOST_CHARACTERS = 200
const ID = /^[1-9]\d{0,15}$/

/** The newest notices and the unread count, asked anew only after a commit. */
const heads = untilCommit<{ rows: (ArrivedNotice & { readAt: string | null })[]; unread: number }>()
const headOf = (read: Read, userId: number) =>
  heads(read, String(userId), async () => ({
    rows: (await noticesOf(read, userId).limit(WINDOW).execute()).map((row) => ({
      ...shown(row),
      title: row.title.slice(0, MOST_CHARACTERS),
      body: row.body?.slice(0, MOST_CHARACTERS) ?? null,
    })),
    unread: await unreadOf(read, userId),
  }))

/**
 * What one stream sends: each unread notice once, oldest first, and the unread count whenever it has changed. `after` is the last
 * one the client has; without it only what arrives from now on is sent. Rows may become visible out of order (PostgreSQL), so it
 * remembers the ids of the window instead of the highest one.
 */
export function feedOf(read: Read, userId: number, after: unknown): Look {
  const asked = typeof after === 'number' ? after : ID.test(String(after)) ? Number(after) : null
  let known: ReadonlySet<number> | null = null
  let floor = asked ?? 0
  let told: number | undefined

  return async (send) => {
    const { rows, unread } = await headOf(read, userId)
    const isNew = (id: number) => id > floor && (known ? !known.has(id) : asked !== null)
    for (const { readAt, ...notice } of rows.toReversed())
      if (readAt === null && isNew(notice.id)) send({ event: 'notice', id: notice.id, data: notice })
    known = new Set(rows.map(({ id }) => id))
    if (rows.length === WINDOW) floor = Math.max(floor, rows.at(-1)!.id)
    if (told !== unread) send({ event: 'count', data: { unread } })
    told = unread
  }
}
