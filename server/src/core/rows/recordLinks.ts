import type { Expression, SqlBool } from 'kysely'
import { sql } from '../../db/sql.ts'
import type { Tx } from '../../db/store.ts'
import { both } from './filters.ts'
import { type Raw, tables } from './rows.ts'

/** A column by which rows hang on a record. What is listed is carried along when the record becomes part of another. */
export interface RecordLink {
  readonly table: string
  readonly column: string
  /** Where the column points at several kinds of record: the rows that point at this one. */
  readonly of?: { readonly column: string; readonly value: string }
  /** With the link, these are unique: what the other record has already is dropped. Rows of such a table are known by them. */
  readonly key?: readonly string[]
  /** Not carried along, and why. */
  readonly stays?: string
}
export interface MovedRow {
  readonly kind: 'moved' | 'dropped'
  readonly rowId: number | null
  readonly data: string | null
}
export const nameOfLink = ({ column, table }: RecordLink): string => `${table}.${column}`

const pointing = ({ column, of, table }: RecordLink, id: number): Expression<SqlBool> =>
  both([
    sql<SqlBool>`${sql.ref(`${table}.${column}`)} = ${id}`,
    ...(of ? [sql<SqlBool>`${sql.ref(`${table}.${of.column}`)} = ${of.value}`] : []),
  ])
const keyed = ({ key = [], table }: RecordLink, row: Raw): Expression<SqlBool>[] =>
  key.map((name) => sql<SqlBool>`${sql.ref(`${table}.${name}`)} = ${row[name]}`)

/** Carries the rows of a link that is `unique` from one record to another; says what it did, for `returnKeyed`. */
export async function moveKeyed(tx: Tx, link: RecordLink, fromId: number, toId: number): Promise<MovedRow[]> {
  const { column, key = [], table } = link
  const moved: MovedRow[] = []
  for (const row of await tables(tx).selectFrom(table).selectAll().where(pointing(link, fromId)).execute()) {
    const there = both([pointing(link, toId), ...keyed(link, row)])
    const here = both([pointing(link, fromId), ...keyed(link, row)])
    if (await tables(tx).selectFrom(table).select(column).where(there).executeTakeFirst()) {
      await tables(tx).deleteFrom(table).where(here).execute()
      moved.push({ kind: 'dropped', rowId: null, data: JSON.stringify(row) })
    } else {
      await tables(tx)
        .updateTable(table)
        .set({ [column]: toId })
        .where(here)
        .execute()
      moved.push({
        kind: 'moved',
        rowId: null,
        data: JSON.stringify(Object.fromEntries(key.map((name) => [name, row[name]]))),
      })
    }
  }
  return moved
}

/** Back from `fromId` to the record they came from; what has been taken off meanwhile stays off. */
export async function returnKeyed(
  tx: Tx,
  link: RecordLink,
  fromId: number,
  toId: number,
  rows: readonly { readonly kind: string; readonly data: string | null }[],
): Promise<void> {
  for (const { data, kind } of rows) {
    const row = JSON.parse(data!) as Raw
    if (kind === 'moved')
      await tables(tx)
        .updateTable(link.table)
        .set({ [link.column]: toId })
        .where(both([pointing(link, fromId), ...keyed(link, row)]))
        .execute()
    else await tables(tx).insertInto(link.table).values(row).execute()
  }
}

/** All rows at once, however many: written down by their ids in `into`, then pointed elsewhere. */
export async function moveAll(
  tx: Tx,
  link: RecordLink,
  fromId: number,
  toId: number,
  write: (ids: Expression<unknown>) => Promise<void>,
): Promise<void> {
  const { column, table } = link
  await write(sql`select ${sql.ref(`${table}.id`)} as id from ${sql.table(table)} where ${pointing(link, fromId)}`)
  await tables(tx)
    .updateTable(table)
    .set({ [column]: toId })
    .where(pointing(link, fromId))
    .execute()
}

/** Those of `ids` (a sub-query) that still hang on `fromId` go back. */
export async function returnAll(
  tx: Tx,
  link: RecordLink,
  fromId: number,
  toId: number,
  ids: Expression<unknown>,
): Promise<void> {
  await tables(tx)
    .updateTable(link.table)
    .set({ [link.column]: toId })
    .where(both([pointing(link, fromId), sql<SqlBool>`${sql.ref(`${link.table}.id`)} in (${ids})`]))
    .execute()
}
