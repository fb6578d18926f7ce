import { document } from '@crm/shared/entities/document'
import type { Actor } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import { type Clock, later } from '../../../core/clock.ts'
import { snapshot, storedRow } from '../../../core/rows/rows.ts'
import { inSlices } from '../../../core/jobs/slices.ts'
import { sweepUploads } from '../../../core/http/uploads.ts'
import type { Read, Store, Tx } from '../../../db/store.ts'
import { sweepContents, uploadsDir } from './contents.ts'

/** As long as a draft waits for the record it was made for; a content nobody needs stays as long, since its row may be on its way. */
const DAY_MS = 24 * 3_600_000
const RECYCLED_MS = 30 * DAY_MS
const AT_ONCE = 500

/** Removes a document whose time is up; the complete row stays in the audit log. */
async function erase(tx: Tx, actor: Actor, id: number, action: 'purge' | 'drop'): Promise<void> {
  const before = await storedRow(tx, document, id)
  // Restored or attached between the look and the slice.
  if (!before || (action === 'purge' ? !before['deletedAt'] : before['subjectType'] !== null)) return
  await tx.deleteFrom('documents').where('id', '=', id).execute()
  await audit(tx, actor, { entity: 'document', recordId: id, action, before: snapshot(document, before) })
}

const overdue = (read: Read, which: 'drafts' | 'recycled', before: string) =>
  read
    .selectFrom('documents') // unscoped: by age alone
    .select('id')
    .$call((q) =>
      which === 'drafts'
        ? q.where('subjectType', 'is', null).where('createdAt', '<', before)
        : q.where('deletedAt', '<', before),
    )
    .orderBy('id')
    .limit(AT_ONCE)
    .execute()

/** Whether anything waits for its time to be up. */
export async function hasDrafts(read: Read): Promise<boolean> {
  const row = await read
    .selectFrom('documents') // unscoped: only whether there is one
    .select('id')
    .where('subjectType', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

async function removeOverdue(store: Store, actor: Actor, which: 'drafts' | 'recycled', signal?: AbortSignal) {
  const before = later(actor.at, which === 'drafts' ? -DAY_MS : -RECYCLED_MS)
  let gone = 0
  while (!signal?.aborted) {
    const rows = await overdue(store.read, which, before)
    if (rows.length === 0) break
    const action = which === 'drafts' ? 'drop' : 'purge'
    gone += await inSlices(store, rows, (tx, { id }) => erase(tx, actor, id, action), signal ? { signal } : {})
  }
  return gone
}

/** Drafts nobody attached within a day. Returns how many went. */
export const dropDrafts = (store: Store, actor: Actor, signal?: AbortSignal): Promise<number> =>
  removeOverdue(store, actor, 'drafts', signal)

/** The recycle bin after 30 days, then contents nobody needs and uploads that broke off. Returns how many contents went. */
export async function tidyDocuments(
  { store, clock, filesDir }: { readonly store: Store; readonly clock: Clock; readonly filesDir: string },
  actor: Actor,
  signal?: AbortSignal,
): Promise<number> {
  await removeOverdue(store, actor, 'recycled', signal)
  await sweepUploads(uploadsDir(filesDir), clock)
  return sweepContents(store.read, filesDir, Date.parse(later(actor.at, -DAY_MS)), signal)
}
