import { PostgresAdapter, sql } from 'kysely'
import type { ColumnDefinitionBuilder, CreateTableBuilder, Kysely, RawBuilder } from 'kysely'

// A migration speaks about the tables of its day, which no type of today knows.
// oxlint-disable-next-line typescript/no-explicit-any
export type Db = Kysely<any>

export interface Migration {
  /** `0001_customers`: for ever the same, it is written into every database. */
  name: string
  up(db: Db): Promise<void>
  /**
   * SQLite only, said aloud in the log: foreign keys are not enforced while this one runs, as rebuilding a table needs;
   * all of them are checked before it commits.
   */
  rebuildsTables?: true
}

type Build = (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder
type Draft = CreateTableBuilder<string, string>
type ColumnType = Parameters<Draft['addColumn']>[1]

/** Asked here and in triggers.ts only. */
export const onPostgres = (db: Db): boolean => db.getExecutor().adapter instanceof PostgresAdapter
const asIs: Build = (column) => column

/** `t.text('name', required)` */
export const required: Build = (column) => column.notNull()

/**
 * The column kinds of the product. Whole numbers are 64 bits wide on both engines, text sorts by code point on both.
 * Columns may be empty unless `required` says otherwise.
 */
export interface Columns {
  /** Never reused: autoincrement, identity. */
  id(): Columns
  text(name: string, build?: Build): Columns
  integer(name: string, build?: Build): Columns
  /** Money in 分 and other whole numbers that may be large. */
  bigint(name: string, build?: Build): Columns
  /** Required, 0 or 1, 0 unless `build` sets another default. */
  flag(name: string, build?: Build): Columns
  /** `ref('ownerId', 'users')`: the id of a row there. */
  ref(name: string, table: string, build?: Build): Columns
  bytes(name: string, build?: Build): Columns
}

/** The columns in order: what to call, with which type. */
function described(db: Db, build: (t: Columns) => Columns): [name: string, type: ColumnType, build: Build][] {
  const postgres = onPostgres(db)
  const list: [string, ColumnType, Build][] = []
  const whole = postgres ? 'bigint' : 'integer'
  const text = postgres ? sql`text collate "C"` : 'text'
  const add = (name: string, type: ColumnType, build: Build) => {
    list.push([name, type, build])
    return t
  }
  const t: Columns = {
    id: () => add('id', whole, (c) => (postgres ? c.generatedByDefaultAsIdentity() : c.autoIncrement()).primaryKey()),
    text: (name, build = asIs) => add(name, text, build),
    integer: (name, build = asIs) => add(name, whole, build),
    bigint: (name, build = asIs) => add(name, whole, build),
    flag: (name, build = asIs) =>
      add(name, whole, (c) => build(c.notNull().defaultTo(0)).check(sql`${sql.ref(name)} in (0, 1)`)),
    ref: (name, table, build = asIs) => add(name, whole, (c) => build(c.references(`${table}.id`))),
    bytes: (name, build = asIs) => add(name, postgres ? 'bytea' : 'blob', build),
  }
  build(t)
  return list
}

/**
 * `createTable(db, 'customers', (t) => t.id().text('name', required).flag('isKey'))`. `also` adds what concerns several
 * columns, in Kysely's own words: `(table) => table.addPrimaryKeyConstraint('tagged_pk', ['tagId', 'customerId'])`.
 */
export async function createTable(
  db: Db,
  name: string,
  build: (t: Columns) => Columns,
  also: (table: Draft) => Draft = (table) => table,
): Promise<void> {
  let draft: Draft = db.schema.createTable(name)
  for (const column of described(db, build)) draft = draft.addColumn(...column)
  draft = also(draft)
  await (onPostgres(db) ? draft : draft.modifyEnd(sql`strict`)).execute()
}

/** Adds columns to a table that may have rows: a required one needs a default. */
export async function addColumns(db: Db, table: string, build: (t: Columns) => Columns): Promise<void> {
  for (const column of described(db, build)) {
    await db.schema
      .alterTable(table)
      .addColumn(...column)
      .execute()
  }
}

export interface IndexOptions {
  /** A condition in SQL: `'"deletedAt" is null'`. */
  where?: string
  /** Replaces the name made of table and columns. */
  name?: string
}

/** Columns by name, or expressions as `sql`…``. Empty values come first, as `inDirection` of the server's dialect.ts asks. */
export function createIndex(db: Db, table: string, columns: IndexColumn[], options: IndexOptions = {}): Promise<void> {
  return index(db, 'index', table, columns, options)
}

/** Refuses a second row with the same values (among those of `where`). Rows with an empty value are never the same. */
export function uniqueIndex(db: Db, table: string, columns: IndexColumn[], options: IndexOptions = {}): Promise<void> {
  return index(db, 'unique index', table, columns, options)
}

export type IndexColumn = string | RawBuilder<unknown>

async function index(db: Db, kind: string, table: string, columns: IndexColumn[], options: IndexOptions) {
  const { name = nameOf(table, columns, kind), where } = options
  // SQLite puts empty values first by itself and takes no word for it here.
  const order = sql.raw(onPostgres(db) ? ' nulls first' : '')
  const parts = columns.map((c) => (typeof c === 'string' ? sql`${sql.ref(c)}${order}` : sql`(${c})${order}`))
  await sql`create ${sql.raw(kind)} ${sql.ref(name)} on ${sql.table(table)} (${sql.join(parts)})${sql.raw(where ? ` where ${where}` : '')}`.execute(
    db,
  )
}

function nameOf(table: string, columns: IndexColumn[], kind: string): string {
  if (columns.some((c) => typeof c !== 'string')) throw new Error('an index on an expression needs a name')
  return [table, ...columns, kind === 'index' ? 'index' : 'unique'].join('_')
}

/** A view by name: the one place where a word like 有效 is given its meaning. */
export async function createView(db: Db, name: string, select: string): Promise<void> {
  await sql`create view ${sql.table(name)} as ${sql.raw(select)}`.execute(db)
}

/** A search index of tokens per row id, for putTokens, dropTokens and matching of the server's search.ts. */
export async function createSearchIndex(db: Db, name: string): Promise<void> {
  if (onPostgres(db)) {
    await sql`create table ${sql.table(name)} (id bigint primary key, tokens tsvector not null)`.execute(db)
    // With fastupdate a search would conflict with every writer under SERIALIZABLE.
    await sql`create index ${sql.ref(`${name}_tokens`)} on ${sql.table(name)} using gin (tokens) with (fastupdate = off)`.execute(
      db,
    )
    return
  }
  await sql`create virtual table ${sql.table(name)} using fts5(tokens, content='', contentless_delete=1,
    tokenize='unicode61 remove_diacritics 0', detail=none)`.execute(db)
}
