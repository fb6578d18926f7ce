import type { DocumentRow } from '@crm/shared/contract/documents'
import { MAX_DOCUMENTS } from '@crm/shared/contract/documents'
import { document, type DocumentSubject, documentSubjects } from '@crm/shared/entities/document'
import type { Page } from '@crm/shared/kernel/endpoint'
import type { UpdateOf } from '@crm/shared/kernel/entity'
import type { ListQuery } from '@crm/shared/kernel/query'
import type { Actor } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import { crud } from '../../../core/rows/crud.ts'
import type { ListExtra } from '../../../core/rows/list.ts'
import { invalidField, notFound, problem, ProblemError, stale } from '../../../core/problem.ts'
import { rowsByIds, snapshot, storedRow } from '../../../core/rows/rows.ts'
import { containing } from '../../../core/rows/wordSearch.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { isOwners, onVisibleSubject, reachSubject, type Subject, writableSubject } from './subjects.ts'

const documents = crud(document)
/** Documents of records that are their owner's alone: the record itself was asked, and there is no customer to go by. */
const { hidesWithParent: _, ...facts } = document
const ownersDocuments = crud({ ...facts, scope: 'everyone' })
const crudOf = ({ subjectType }: Pick<DocumentRow, 'subjectType'>) =>
  (isOwners(subjectType) ? ownersDocuments : documents) as typeof documents
/** Uploaded and attached to nothing yet; they are dropped after a day. */
const MOST_DRAFTS = 100

type Stored = DocumentRow & { deletedAt?: string | null }
const storedDocument = async (db: Read | Tx, id: number) =>
  (await storedRow(db, document, id)) as unknown as Stored | undefined
const isDraftOf = (row: Stored, actor: Actor) =>
  row.subjectType === null && row.uploaderId === actor.id && !row.deletedAt

/** A record out of sight hides its documents: the same answer as for one that does not exist. */
async function hidden(work: Promise<unknown>, label: string): Promise<void> {
  try {
    await work
  } catch (error) {
    throw error instanceof ProblemError && error.code === 'not_found' ? notFound(label) : error
  }
}

/** A draft is its uploader's alone; everything else goes by the record it hangs on. */
async function reach(db: Read | Tx, actor: Actor, id: number, permission: string): Promise<Stored> {
  const row = await storedDocument(db, id)
  if (row && isDraftOf(row, actor)) return row
  if (!row || row.subjectType === null) throw notFound(document.label)
  if (!row.deletedAt) {
    const { subjectId, subjectType } = row as { subjectType: DocumentSubject; subjectId: number }
    const isWriting = isOwners(subjectType) && permission !== 'document.read'
    const reached = isWriting ? writableSubject : reachSubject
    await hidden(reached(db, actor, subjectType, subjectId), document.label)
  }
  await crudOf(row).reach(db, actor, id, permission)
  return row
}

export const reachDocument = (db: Read | Tx, actor: Actor, id: number) => reach(db, actor, id, 'document.read')

async function show(db: Read | Tx, actor: Actor, id: number): Promise<DocumentRow> {
  const [row] = await rowsByIds(db, actor, document, [id])
  return row!
}

export async function findDocument(db: Read | Tx, actor: Actor, id: number): Promise<DocumentRow> {
  await reachDocument(db, actor, id)
  return show(db, actor, id)
}

/** The one kind of record whose documents are asked for. */
function onlySubjectOf({ subjectType }: ListQuery): DocumentSubject | null {
  const [only, ...more] = Array.isArray(subjectType) ? (subjectType as DocumentSubject[]) : []
  return only !== undefined && more.length === 0 ? only : null
}

export const listDocuments = (
  db: Read | Tx,
  actor: Actor,
  query: ListQuery,
  extra: Pick<ListExtra, 'heavy'> = {},
): Promise<Page<DocumentRow>> =>
  crudOf({ subjectType: onlySubjectOf(query) }).list(db, actor, query, {
    ...extra,
    where: [onVisibleSubject(actor), ...containing(document, ['name'], query.q)],
  })

/** 400 when the record (or, for drafts, the uploader) has as many as it may have; `more` are to come. */
export async function checkRoom(
  db: Read | Tx,
  actor: Actor,
  subject: Pick<Subject, 'type' | 'id'> | null,
  more = 1,
  field = 'file',
): Promise<void> {
  const { n } = await db
    .selectFrom('documents') // unscoped: counted on a record that was reached, or one's own
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('deletedAt', 'is', null)
    .$call((q) =>
      subject
        ? q.where('subjectType', '=', subject.type).where('subjectId', '=', subject.id)
        : q.where('subjectType', 'is', null).where('uploaderId', '=', actor.id),
    )
    .executeTakeFirstOrThrow()
  if (subject && Number(n) + more > MAX_DOCUMENTS)
    throw invalidField(field, `一个${documentSubjects[subject.type]}最多 ${MAX_DOCUMENTS} 个文档,已有 ${n} 个`)
  if (!subject && Number(n) + more > MOST_DRAFTS) throw invalidField(field, `还没有保存的附件太多,请先保存或移除一些`)
}

/** The next number among the files of this name on the record; those in the recycle bin count. */
export async function nextRevision(
  db: Read | Tx,
  subject: Pick<Subject, 'type' | 'id'>,
  name: string,
): Promise<number> {
  const row = await db
    .selectFrom('documents') // unscoped: on a record that was reached
    .select((e) => e.fn.max('revision').as('last'))
    .where('subjectType', '=', subject.type)
    .where('subjectId', '=', subject.id)
    .where('name', '=', name)
    .executeTakeFirst()
  return Number(row?.last ?? 0) + 1
}

/** A name is no path. */
function checkName(name: string): void {
  if (/[/\\]/.test(name)) throw invalidField('name', '文件名不能含有 / 或 \\')
}

export async function renameDocument(
  tx: Tx,
  actor: Actor,
  id: number,
  { name, version }: UpdateOf<typeof document>,
): Promise<DocumentRow> {
  const row = await reach(tx, actor, id, 'document.update')
  if (row.subjectType === null) throw problem('illegal_move', '附件还没有保存到记录上,保存后才能改名')
  if (name === undefined || name === row.name) return crudOf(row).update(tx, actor, id, { version })
  checkName(name)
  const subject = { type: row.subjectType as DocumentSubject, id: row.subjectId! }
  const revision = await nextRevision(tx, subject, name)
  return crudOf(row).update(tx, actor, id, { name, version }, () => ({ revision }))
}

/** Into the recycle bin; a draft is gone at once. */
export async function removeDocument(tx: Tx, actor: Actor, id: number, version: number): Promise<null> {
  const row = await reach(tx, actor, id, 'document.delete')
  if (row.subjectType !== null) {
    await crudOf(row).remove(tx, actor, id, version)
    return null
  }
  if (row.version !== version) throw stale(document.label, await show(tx, actor, id))
  await tx.deleteFrom('documents').where('id', '=', id).execute()
  await audit(tx, actor, { entity: 'document', recordId: id, action: 'drop', before: snapshot(document, row) })
  return null
}

export async function restoreDocument(tx: Tx, actor: Actor, id: number): Promise<DocumentRow> {
  const row = await storedDocument(tx, id)
  await crudOf(row ?? { subjectType: null }).reachRecycled(tx, actor, id)
  const subject = { type: row!.subjectType as DocumentSubject, id: row!.subjectId! }
  await hidden(
    (isOwners(subject.type) ? writableSubject : reachSubject)(tx, actor, subject.type, subject.id),
    `回收站里的${document.label}`,
  )
  await checkRoom(tx, actor, subject, 1, 'id')
  return crudOf(row!).restore(tx, actor, id)
}

/** What an upload adds: a file on a record, or a draft. */
export interface NewDocument {
  readonly name: string
  readonly sizeBytes: number
  readonly mediaType: string
  readonly sha256: string
}
export async function addDocument(
  tx: Tx,
  actor: Actor,
  { name, ...facts }: NewDocument,
  subject: Subject | null,
): Promise<DocumentRow> {
  await checkRoom(tx, actor, subject)
  return crudOf({ subjectType: subject?.type ?? null }).create(
    tx,
    actor,
    { name },
    {
      ...facts,
      revision: subject ? await nextRevision(tx, subject, name) : 1,
      subjectType: subject?.type ?? null,
      subjectId: subject?.id ?? null,
      customerId: subject?.customerId ?? null,
      uploaderId: actor.id === 0 ? null : actor.id,
    },
  )
}
