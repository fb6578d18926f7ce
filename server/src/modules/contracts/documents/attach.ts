import type { DocumentRow } from '@crm/shared/contract/documents'
import { document, type DocumentSubject } from '@crm/shared/entities/document'
import { type Actor, can } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import { invalidField } from '../../../core/problem.ts'
import { rowsByIds, snapshot } from '../../../core/rows/rows.ts'
import { visible } from '../../../core/access/scope.ts'
import { inIds } from '../../../db/dialect.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { checkRoom, nextRevision } from './documents.ts'
import { isOwners } from './subjects.ts'

/** Moves the actor's own drafts to a record, in the transaction that writes it. The caller has decided that the actor may write it. */
export async function attachDocuments(
  tx: Tx,
  actor: Actor,
  documentIds: readonly number[],
  subjectType: DocumentSubject,
  subjectId: number,
  customerId: number | null,
): Promise<void> {
  const ids = [...new Set(documentIds)]
  if (ids.length === 0) return
  const drafts = await tx
    .selectFrom('documents') // unscoped: drafts of the actor
    .selectAll()
    .where(inIds(tx, 'id', ids))
    .where('subjectType', 'is', null)
    .where('uploaderId', '=', actor.id)
    .where('deletedAt', 'is', null)
    .execute()
  const lost = documentIds.findIndex((id) => !drafts.some((draft) => draft.id === id))
  if (lost >= 0) throw invalidField(`documentIds.${lost}`, '附件不存在、已过期或已用在别处,请重新上传')
  const subject = { type: subjectType, id: subjectId }
  await checkRoom(tx, actor, subject, ids.length, 'documentIds')
  const byId = new Map(drafts.map((draft) => [draft.id, draft]))
  for (const id of ids) {
    const before = byId.get(id)!
    const placed = {
      subjectType,
      subjectId,
      customerId,
      revision: await nextRevision(tx, subject, before.name),
      version: before.version + 1,
      updatedAt: actor.at,
    }
    await tx.updateTable('documents').set(placed).where('id', '=', id).execute()
    await audit(tx, actor, {
      entity: 'document',
      recordId: id,
      action: 'attach',
      before: snapshot(document, before),
      after: snapshot(document, { ...before, ...placed }),
    })
  }
}

/** The live documents of records the caller may show, by record, oldest first. */
export async function documentsOf(
  db: Read | Tx,
  actor: Actor,
  subjectType: DocumentSubject,
  subjectIds: readonly number[],
): Promise<Map<number, DocumentRow[]>> {
  const found = new Map<number, DocumentRow[]>()
  if (subjectIds.length === 0 || !can(actor, 'document.read')) return found
  const seen = isOwners(subjectType) ? [] : [visible(actor, document, 'document.read')]
  const ids = await db
    .selectFrom('documents') // unscoped: narrowed by `seen`, else by records the caller may show
    .select('id')
    .where((eb) => eb.and(seen))
    .where('subjectType', '=', subjectType)
    .where(inIds(db, 'documents.subjectId', subjectIds))
    .where('deletedAt', 'is', null)
    .orderBy('id')
    .execute()
  const rows = await rowsByIds(
    db,
    actor,
    document,
    ids.map(({ id }) => id),
  )
  for (const row of rows) found.set(row.subjectId!, [...(found.get(row.subjectId!) ?? []), row])
  return found
}

/** The record went to another customer: its documents go along. */
export const moveDocumentsOf = async (
  tx: Tx,
  subjectType: DocumentSubject,
  subjectId: number,
  customerId: number,
): Promise<void> => {
  await tx
    .updateTable('documents')
    .set({ customerId })
    .where('subjectType', '=', subjectType)
    .where('subjectId', '=', subjectId)
    .execute()
}

/** Removes the documents of a record that is removed for good; their contents are cleared away later. */
export const eraseDocumentsOf = async (tx: Tx, subjectType: DocumentSubject, subjectId: number): Promise<void> => {
  await tx.deleteFrom('documents').where('subjectType', '=', subjectType).where('subjectId', '=', subjectId).execute()
}
