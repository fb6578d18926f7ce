import type { Expression, SqlBool } from 'kysely'
import { type DocumentSubject, documentSubjects } from '@crm/shared/entities/document'
import { customer } from '@crm/shared/entities/customer'
import { entityOf } from '@crm/shared/entities/index'
import { sql } from '../../../db/sql.ts'
import type { Actor } from '../../../core/access/actor.ts'
import { crud } from '../../../core/rows/crud.ts'
import { both } from '../../../core/rows/filters.ts'
import { storedRow } from '../../../core/rows/rows.ts'
import { visible } from '../../../core/access/scope.ts'
import type { Read, Tx } from '../../../db/store.ts'

/** The record a document hangs on, and the customer both belong to; null of a record that is its owner's alone. */
export interface Subject {
  readonly type: DocumentSubject
  readonly id: number
  readonly customerId: number | null
}
/** Seen as its owner is seen, whatever customer it was spent on: whoever reads the customer need not read it. */
export const isOwners = (type: DocumentSubject | null): boolean => type === 'expense'
const TYPES = Object.keys(documentSubjects) as DocumentSubject[]
export const isSubjectType = (name: string): name is DocumentSubject => Object.hasOwn(documentSubjects, name)

/** 404 unless the record is live and the actor may read it. */
export async function reachSubject(db: Read | Tx, actor: Actor, type: DocumentSubject, id: number): Promise<Subject> {
  const entity = entityOf(type)
  await crud(entity).reach(db, actor, id, `${type}.read`)
  if (isOwners(type)) return { type, id, customerId: null }
  const customerId = type === 'customer' ? id : ((await storedRow(db, entity, id))!['customerId'] as number)
  return { type, id, customerId }
}

/** The record, where the actor may hang something on its customer; on what is its owner's, where he may write it. */
export async function writableSubject(
  db: Read | Tx,
  actor: Actor,
  type: DocumentSubject,
  id: number,
): Promise<Subject> {
  const subject = await reachSubject(db, actor, type, id)
  if (subject.customerId === null) await crud(entityOf(type)).reach(db, actor, id, `${type}.create`)
  else await crud(customer).reach(db, actor, subject.customerId, 'document.create')
  return subject
}

/** Documents follow their record: gone with it, back with it, seen by whoever may read it. */
export function onVisibleSubject(actor: Actor): Expression<SqlBool> {
  return both(
    TYPES.map((type) => {
      const entity = entityOf(type)
      const [id, deletedAt] = [sql.ref(`${entity.table}.id`), sql.ref(`${entity.table}.deletedAt`)]
      return sql<SqlBool>`(${sql.ref('documents.subjectType')} = ${sql.lit(type)} and exists (select 1 from ${sql.table(entity.table)}
        where ${id} = ${sql.ref('documents.subjectId')} and ${deletedAt} is null and ${visible(actor, entity, `${type}.read`)}))`
    }),
    'or',
  )
}
