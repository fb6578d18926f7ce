import { Kysely, PostgresDialect } from 'kysely'
import { sql } from './sql.ts'
import { linesOf, tablesIn } from './dump.postgres.ts'
import { openPool } from './postgres.pool.ts'
import type { DB } from './schema.ts'
import type { Tx } from './store.ts'

const BATCH_ROWS = 1_000

/**
 * Replaces every row of a PostgreSQL database by those of a dump of the same schema, then runs `after`, all in one
 * transaction: whoever looks sees the old or the new state. Servers on it wait meanwhile.
 */
export async function loadPostgres(url: string, dir: string, after: (tx: Tx) => Promise<void>): Promise<void> {
  const db = new Kysely<DB>({
    dialect: new PostgresDialect({ pool: openPool(url, { max: 1, settings: ['timezone=UTC', 'lock_timeout=30000'] }) }),
  })
  const inDump = await tablesIn(dir)
  try {
    await db.transaction().execute(async (tx) => {
      const tables = await namesOf(tx)
      const differing = [...tables, ...inDump].filter((name) => !(tables.includes(name) && inDump.includes(name)))
      if (differing.length > 0) throw new Error(`备份与数据库的表不一致:${differing.join('、')}`)
      const links = await foreignKeys(tx)
      // Checked at the end instead of row by row: teams and users refer to each other.
      for (const { table, name } of links)
        await sql`alter table ${sql.table(table)} alter constraint ${sql.ref(name)} deferrable initially deferred`.execute(
          tx,
        )
      for (const table of tables) await sql`alter table ${sql.table(table)} disable trigger user`.execute(tx)
      await sql`truncate table ${sql.join(tables.map((table) => sql.table(table)))}`.execute(tx)
      for (const table of tables) {
        await insertLines(tx, dir, table)
        await continueIds(tx, table)
      }
      await after(tx as unknown as Tx)
      await sql`set constraints all immediate`.execute(tx)
      for (const table of tables) await sql`alter table ${sql.table(table)} enable trigger user`.execute(tx)
      for (const { table, name } of links)
        await sql`alter table ${sql.table(table)} alter constraint ${sql.ref(name)} not deferrable`.execute(tx)
    })
  } finally {
    await db.destroy()
  }
}

type Session = Kysely<DB>

async function namesOf(tx: Session): Promise<string[]> {
  const { rows } = await sql<{
    name: string
  }>`select tablename as name from pg_tables where schemaname = current_schema() order by 1`.execute(tx)
  return rows.map((row) => row.name)
}

async function foreignKeys(tx: Session): Promise<{ table: string; name: string }[]> {
  const { rows } = await sql<{ table: string; name: string }>`select c.relname as "table", k.conname as name
    from pg_constraint k join pg_class c on c.oid = k.conrelid
    where k.contype = 'f' and k.connamespace = current_schema()::regnamespace`.execute(tx)
  return rows
}

async function insertLines(tx: Session, dir: string, table: string): Promise<void> {
  const insert = (lines: readonly string[]) =>
    sql`insert into ${sql.table(table)} select * from json_populate_recordset(null::${sql.table(table)}, ${`[${lines.join(',')}]`}::json)`.execute(
      tx,
    )
  let lines: string[] = []
  for await (const line of linesOf(dir, table)) {
    lines.push(line)
    if (lines.length < BATCH_ROWS) continue
    await insert(lines)
    lines = []
  }
  if (lines.length > 0) await insert(lines)
}

/** New rows go on after the highest id. */
async function continueIds(tx: Session, table: string): Promise<void> {
  const { rows } = await sql<{ column: string }>`select attname as "column" from pg_attribute
    where attrelid = ${`"${table}"`}::regclass and attidentity <> ''`.execute(tx)
  for (const { column } of rows) {
    await sql`select setval(pg_get_serial_sequence(${`"${table}"`}, ${column}), coalesce(max(${sql.ref(column)}), 1), max(${sql.ref(column)}) is not null) from ${sql.table(table)}`.execute(
      tx,
    )
  }
}
