import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import type { DocumentRow } from '@crm/shared/contract/documents'
import type { Actor } from '../../../core/access/actor.ts'
import { once } from '../../../core/http/idempotency.ts'
import { invalidField } from '../../../core/problem.ts'
import type { Received } from '../../../core/http/uploads.ts'
import type { Read, Store, Tx } from '../../../db/store.ts'
import { headOf, placeContent } from './contents.ts'
import { addDocument, checkRoom } from './documents.ts'
import { mediaTypeOf } from './mediaType.ts'
import { isSubjectType, type Subject, writableSubject } from './subjects.ts'

export const UPLOAD_FIELDS = ['subjectType', 'subjectId'] as const
const ID = /^[1-9]\d{0,14}$/

/** Hashes a file as it passes by. */
export function hashing() {
  const hash = createHash('sha256')
  return { watch: (chunk: Buffer) => void hash.update(chunk), digest: () => hash.digest('hex') }
}

/** The record a form names; null for a draft. As strict as a body. */
async function subjectIn(db: Read | Tx, actor: Actor, fields: Received['fields']): Promise<Subject | null> {
  const [type, id] = [fields.get('subjectType'), fields.get('subjectId')]
  if (type === undefined && id === undefined) return null
  if (type === undefined || !isSubjectType(type)) throw invalidField('subjectType', '所属的值无效')
  if (id === undefined || !ID.test(id)) throw invalidField('subjectId', '所属记录的值无效')
  return writableSubject(db, actor, type, Number(id))
}

/** Keeps a received file: its content first, then the row that needs it. Refused before the content is laid down wherever that is known. */
export async function keepDocument(
  { store, filesDir }: { readonly store: Store; readonly filesDir: string },
  actor: Actor,
  { fields, file, fileName }: Received,
  { sha256, key }: { readonly sha256: string; readonly key: string | string[] | undefined },
): Promise<DocumentRow> {
  await checkRoom(store.read, actor, await subjectIn(store.read, actor, fields))
  const { size } = await stat(file)
  if (size === 0) throw invalidField('file', `“${fileName}”是空文件`)
  const facts = { name: fileName, sizeBytes: size, mediaType: mediaTypeOf(fileName, await headOf(file)), sha256 }
  await placeContent(filesDir, file, sha256)
  const body = { ...facts, fields: [...fields].toSorted(([a], [b]) => (a < b ? -1 : 1)) }
  return store.tx((tx) =>
    once(tx, actor, { key, route: 'POST /api/documents', body }, async () =>
      addDocument(tx, actor, facts, await subjectIn(tx, actor, fields)),
    ),
  )
}
