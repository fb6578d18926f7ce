import type { Entity, RowOf } from '@crm/shared/kernel/entity'
import type { Expression, SqlBool } from 'kysely'
import { sql } from '../../db/sql.ts'
import type { Read, Tx } from '../../db/store.ts'
import type { Actor } from '../access/actor.ts'
import { audit } from '../access/audit.ts'
import { among } from '../../db/among.ts'
import { columnsOf, type Raw, rowsByIds, tables, toColumns } from './rows.ts'

const AT_ONCE = 50

/** The lines of a document: rows that live and die with it, in the order they were written. `parent` names the column that points at it. */
export function linesOf<E extends Entity>(line: E, parent: string, document: Entity) {
  const stored = (db: Read | Tx, documentId: number): Promise<Raw[]> =>
    tables(db).selectFrom(line.table).selectAll().where(parent, '=', documentId).orderBy('id').execute()
  const kept = (row: Raw): Raw => Object.fromEntries(columnsOf(line).map((key) => [key, row[key] ?? null]))
  return {
    /** As the tables keep them: for rules, never for a reply. */
    stored,
    /** As the API shows them. The caller has let the actor to the document. */
    async show(db: Read | Tx, actor: Actor, documentId: number): Promise<RowOf<E>[]> {
      const ids = (await stored(db, documentId)).map((row) => row['id'] as number)
      return rowsByIds(db, actor, line, ids)
    },
    /** The filter `productId` of a list of documents: those with one of these products in a line; none of it, nothing. */
    withProduct: (productIds: unknown): Expression<SqlBool>[] =>
      Array.isArray(productIds)
        ? [
            sql<SqlBool>`${sql.ref(`${document.table}.id`)} in (select l.${sql.ref(parent)} from ${sql.table(line.table)} l
              where ${among(sql.ref('l.productId'), productIds as number[])})`,
          ]
        : [],
    /** Puts `lines` in the place of what was there, and says both in the audit log. */
    async replace(tx: Tx, actor: Actor, documentId: number, lines: readonly Raw[]): Promise<void> {
      const before = await stored(tx, documentId)
      if (before.length > 0) await tables(tx).deleteFrom(line.table).where(parent, '=', documentId).execute()
      const rows = lines.map((values, at) => ({
        ...toColumns(line, { ...values, position: at + 1, [parent]: documentId }),
        version: 1,
        createdAt: actor.at,
        updatedAt: actor.at,
        deletedAt: null,
      }))
      for (let at = 0; at < rows.length; at += AT_ONCE)
        await tables(tx)
          .insertInto(line.table)
          .values(rows.slice(at, at + AT_ONCE))
          .execute()
      await audit(tx, actor, {
        entity: document.name,
        recordId: documentId,
        action: 'lines',
        before: { lines: before.map(kept) },
        after: { lines: rows.map(kept) },
      })
    },
  }
}
