import type { Migration } from '@crm/migrations'
import { Kysely, PostgresDialect } from 'kysely'
import { sql } from './sql.ts'
import { apply, createLedger, MigrationError, pendingOf } from './migration.ts'
import type { MigrateOptions } from './migration.ts'
import { openPool } from './postgres.pool.ts'

/** Any number of ours, the same for all servers: 'crm' in ASCII. */
const MIGRATION_LOCK = 0x63726d

/** One transaction around everything: a failure or a kill leaves nothing behind. Servers that start together wait for each other. */
export async function migratePostgres(
  url: string,
  migrations: readonly Migration[],
  { backupBefore, log }: MigrateOptions,
): Promise<{ applied: string[] }> {
  const db = new Kysely<Ledger>({
    dialect: new PostgresDialect({ pool: openPool(url, { max: 1, settings: ['timezone=UTC'] }) }),
  })
  try {
    // One connection for all of it, since the lock belongs to the session; closing the pool gives it back.
    return await db.connection().execute(async (session) => {
      await lock(session, log)
      const applied = await look(session)
      const pending = pendingOf(migrations, applied ?? [])
      if (pending.length === 0) return { applied: [] }
      const backup = applied?.length ? await backupBefore() : null
      let step = '打开'
      try {
        await session.transaction().execute(async (tx) => {
          if (!applied) await createLedger(tx)
          for (const migration of pending) {
            step = migration.name
            log(`升级数据库:${step}`)
            await apply(tx, migration)
          }
        })
      } catch (error) {
        throw new MigrationError(step, error, backup)
      }
      return { applied: pending.map((m) => m.name) }
    })
  } finally {
    await db.destroy()
  }
}

interface Ledger {
  schemaMigrations: { name: string; appliedAt: string }
}

async function lock(db: Kysely<Ledger>, log: (line: string) => void) {
  const tried = await sql<{ got: number }>`select pg_try_advisory_lock(${MIGRATION_LOCK}::bigint) as got`.execute(db)
  if (tried.rows[0]?.got) return
  log('另一台服务正在升级数据库,等待其完成')
  await sql`select pg_advisory_lock(${MIGRATION_LOCK}::bigint)`.execute(db)
}

/** The names applied so far; undefined for an empty database. Throws for a database that is not ours. */
async function look(db: Kysely<Ledger>): Promise<string[] | undefined> {
  const { rows } = await sql<{ name: string }>`select tablename as name from pg_tables
    where schemaname = current_schema()`.execute(db)
  if (rows.length === 0) return undefined
  if (!rows.some((row) => row.name === 'schemaMigrations')) throw new Error('这个 PostgreSQL 数据库里有别的系统的表')
  const applied = await db.selectFrom('schemaMigrations').select('name').orderBy('name').execute()
  return applied.map((row) => row.name)
}
