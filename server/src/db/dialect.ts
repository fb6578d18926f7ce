import { PostgresAdapter } from 'kysely'
import type { Expression, QueryExecutorProvider, RawBuilder, SqlBool } from 'kysely'
import { sql } from './sql.ts'
import type { Engine } from './store.ts'

/** Any Kysely handle (Read, Tx, a plain Kysely): what an expression is built for. */
export interface Handle {
  readonly isTransaction: boolean
}
/** `'ownerId'`, `'customers.ownerId'` or an expression. */
export type Column = string | Expression<unknown>

/** The engine is carried by the handle itself (its dialect's adapter), so callers never pass it on or ask for it. */
export function engineOf(db: Handle): Engine {
  const { adapter } = (db as unknown as QueryExecutorProvider).getExecutor()
  return adapter instanceof PostgresAdapter ? 'postgres' : 'sqlite'
}

const column = (name: Column): Expression<unknown> => (typeof name === 'string' ? sql.ref(name) : name)

/**
 * The column is the `id` of none of `rows` (a table and its condition, few of them): SQLite collects their ids once and asks the set, where
 * testing one by one would read a page for each; PostgreSQL makes a set of the other form. The column must not be empty.
 */
export const notAmong = (db: Handle, name: Column, id: Column, rows: RawBuilder<unknown>): RawBuilder<SqlBool> =>
  engineOf(db) === 'postgres'
    ? sql<SqlBool>`not exists (select 1 from ${rows} and ${column(id)} = ${column(name)})`
    : sql<SqlBool>`+${column(name)} not in (select ${column(id)} from ${rows})`

/** The one parameter of inIds, for a statement that is kept and run again with other ids. */
export const idsParameter = (db: Handle, ids: readonly number[]): unknown =>
  engineOf(db) === 'postgres' ? [...ids] : JSON.stringify(ids)

/** `column in (ids)` with a single parameter, so that the statement is the same for any number of ids. No ids: false. */
export function inIds(db: Handle, name: Column, ids: readonly number[]): RawBuilder<SqlBool> {
  return engineOf(db) === 'postgres'
    ? sql<SqlBool>`${column(name)} = any(${idsParameter(db, ids)}::bigint[])`
    : sql<SqlBool>`${column(name)} in (select value from json_each(${idsParameter(db, ids)}))`
}

/** All ids of a sub-query as one value, for the next statement to take up with `gathered`; not to be looked at in between. */
export const gathering = (db: Handle, id: Column): RawBuilder<unknown> =>
  engineOf(db) === 'postgres' ? sql`array_agg(${column(id)})` : sql`json_group_array(${column(id)})`

/** All ids of a query in one value, in order: a hundred thousand of them as rows of their own take four times as long to reach the caller. */
export const idList = (db: Handle, id: Column): RawBuilder<string | null> =>
  engineOf(db) === 'postgres'
    ? sql<string | null>`cast(json_agg(${column(id)} order by ${column(id)}) as text)`
    : sql<string | null>`json_group_array(${column(id)} order by ${column(id)})`
export const idsIn = (list: string | null): number[] => (list === null ? [] : (JSON.parse(list) as number[]))

/** A sub-query of the ids that `gathering` put together. */
export const gathered = (db: Handle, ids: unknown): RawBuilder<number> =>
  engineOf(db) === 'postgres'
    ? sql<number>`select unnest(${ids}::bigint[]) as id`
    : sql<number>`select value as id from json_each(${ids})`

/** The fields as a JSON object in text. PostgreSQL must know the type of each value: no parameters, but `sql.lit`. */
export function jsonText(db: Handle, fields: Readonly<Record<string, Expression<unknown>>>): RawBuilder<string> {
  const pairs = sql.join(Object.entries(fields).map(([key, value]) => sql`${sql.lit(key)}, ${value}`))
  return engineOf(db) === 'postgres'
    ? sql<string>`cast(json_build_object(${pairs}) as text)`
    : sql<string>`json_object(${pairs})`
}

/** Upper and lower case of A-Z only: what `lower()` does on both engines for our columns. */
const asciiLower = (text: string) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())

/** Contains the text literally (`%` and `_` are letters), A-Z like a-z. Scans: keep it behind a scope or an index. */
export function containsText(name: Column, needle: string): RawBuilder<SqlBool> {
  const pattern = `%${asciiLower(needle).replace(/[\\%_]/g, '\\$&')}%`
  return sql<SqlBool>`lower(${column(name)}) like ${pattern} escape '\\'`
}

/** Starts with the text literally, case counts; a range, so that an index on the column is used on both engines. */
export function startsWith(name: Column, prefix: string): RawBuilder<SqlBool> {
  const end = afterAllWith(prefix)
  if (prefix === '') return sql<SqlBool>`${column(name)} is not null`
  return end === undefined
    ? sql<SqlBool>`${column(name)} >= ${prefix}`
    : sql<SqlBool>`(${column(name)} >= ${prefix} and ${column(name)} < ${end})`
}

/** The first text after every text with this prefix, in code point order; undefined when there is none. */
function afterAllWith(prefix: string): string | undefined {
  const points = [...prefix].map((c) => c.codePointAt(0) as number)
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    if (last < 0x10ffff) return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1)
  }
  return undefined
}

/**
 * Front of an UPDATE of many rows: a violation undoes the whole transaction, so that SQLite need not be able to undo the statement alone.
 * PostgreSQL has nothing of the kind and needs none.
 */
export const orUndoAll = (db: Handle): RawBuilder<unknown> => (engineOf(db) === 'postgres' ? sql`` : sql`or rollback`)

/**
 * The column where it must not tempt SQLite away from the order of a list: of few values, an index on it is the longer way to the
 * first fifty rows. PostgreSQL knows how its values are spread.
 */
export function unindexed(db: Handle, name: Column): RawBuilder<unknown> {
  return engineOf(db) === 'postgres' ? sql`${column(name)}` : sql`+${column(name)}`
}

/** A table read by this index, where SQLite's guess at the width of a range leads it to one that does not hold the answer. */
export function readBy(db: Handle, table: string, index: string): RawBuilder<unknown> {
  return engineOf(db) === 'postgres' ? sql`${sql.table(table)}` : sql`${sql.table(table)} indexed by ${sql.ref(index)}`
}

/** Length in code points. */
export function textLength(name: Column): RawBuilder<number> {
  return sql<number>`length(${column(name)})`
}

/** Empty values first when ascending, last when descending: SQLite's own order, said aloud for PostgreSQL. Indexes of migrations/helpers.ts match it. */
export const inDirection = (name: Column, direction: 'asc' | 'desc'): RawBuilder<unknown> =>
  direction === 'asc' ? sql`${column(name)} asc nulls first` : sql`${column(name)} desc nulls last`
