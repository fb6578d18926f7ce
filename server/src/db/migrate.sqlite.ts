import { existsSync } from 'node:fs'
import { copyFile, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Migration } from '@crm/migrations'
import Database from 'better-sqlite3'
import { Kysely } from 'kysely'
import { apply, createLedger, MigrationError, pendingOf } from './migration.ts'
import type { MigrateOptions } from './migration.ts'
import { openRaw, problemsOf, sqliteConnection, sqliteDialect } from './sqlite.connection.ts'
import type { Raw } from './sqlite.connection.ts'

/**
 * The copy from before lies beside the file while migrations run. `before` means: migrations are under way, this is the
 * way back. `back` means: going back has been decided. Both survive a kill -9 and say what the next start has to do.
 */
const copies = (file: string) => ({ before: `${file}.before-migration`, back: `${file}.put-back` })

export async function migrateSqlite(
  file: string,
  migrations: readonly Migration[],
  { backupBefore, log }: MigrateOptions,
): Promise<{ applied: string[] }> {
  const { before, back } = copies(file)
  if (existsSync(back)) await putBack(file)
  const applied = look(file)
  const pending = pendingOf(migrations, applied)
  const interrupted = existsSync(before)
  if (pending.length === 0 && !interrupted) return { applied: [] }

  const hasData = applied.length > 0
  const backup = hasData && !interrupted ? await backupBefore() : null
  if (hasData && !interrupted) await keepCopy(file, before)
  let step = '打开'
  try {
    await withRaw(file, async (raw) => {
      for (const migration of pending) {
        step = migration.name
        log(`升级数据库:${step}${migration.rebuildsTables ? '(重建表,期间不检查外键)' : ''}`)
        await applyOne(raw, migration)
      }
      step = '检查'
      assertSound(raw)
    })
  } catch (error) {
    if (existsSync(before)) await rename(before, back).then(() => putBack(file))
    else await remove(file)
    throw new MigrationError(step, error, backup)
  }
  await rm(before, { force: true })
  return { applied: pending.map((m) => m.name) }
}

/** The names applied so far, read without changing a byte. Throws for a database that is not ours. */
function look(file: string): string[] {
  if (!existsSync(file)) return []
  const raw = new Database(file, { readonly: true })
  try {
    const tables = raw.prepare("select name from sqlite_schema where type = 'table'").pluck().all() as string[]
    if (tables.includes('schemaMigrations')) {
      return raw.prepare('select name from schemaMigrations order by name').pluck().all() as string[]
    }
    if (tables.length > 0) throw new Error(`${file} 不是本系统的数据库`)
    return []
  } finally {
    raw.close()
  }
}

async function applyOne(raw: Raw, migration: Migration): Promise<void> {
  const db = new Kysely<unknown>({ dialect: sqliteDialect(singleConnection(raw)) })
  // SQLite ignores this switch inside a transaction, so a migration cannot turn it off by itself.
  raw.pragma(`foreign_keys = ${migration.rebuildsTables ? 'OFF' : 'ON'}`)
  raw.exec('begin immediate')
  try {
    const ledger = raw.prepare("select 1 from sqlite_schema where name = 'schemaMigrations'").get()
    if (!ledger) await createLedger(db)
    await apply(db, migration)
    if (migration.rebuildsTables) assertSound(raw)
    raw.exec('commit')
  } catch (error) {
    if (raw.inTransaction) raw.exec('rollback')
    throw error
  }
}

function assertSound(raw: Raw) {
  const problems = problemsOf(raw)
  if (problems.length > 0) throw new Error(problems.slice(0, 5).join('; '))
}

function singleConnection(raw: Raw) {
  const connection = sqliteConnection(raw)
  const refused = async () => {
    throw new Error('a migration already runs in a transaction')
  }
  return {
    init: async () => {},
    acquireConnection: async () => connection,
    beginTransaction: refused,
    commitTransaction: refused,
    rollbackTransaction: refused,
    releaseConnection: async () => {},
    destroy: async () => {},
  }
}

async function withRaw(file: string, work: (raw: Raw) => Promise<void>) {
  const raw = openRaw(file, 'write')
  try {
    await work(raw)
    raw.pragma('wal_checkpoint(TRUNCATE)')
  } finally {
    raw.close()
  }
}

/** Complete or absent: a kill while copying leaves only a `.tmp`. */
async function keepCopy(file: string, before: string) {
  await withRaw(file, async () => {})
  await copyFile(file, `${before}.tmp`)
  await sync(`${before}.tmp`)
  await rename(`${before}.tmp`, before)
  await sync(dirname(file))
}

/** The log first: replayed into the older file it would destroy it. */
async function putBack(file: string) {
  const { back } = copies(file)
  await sync(dirname(file))
  for (const suffix of ['-wal', '-shm']) await rm(file + suffix, { force: true })
  await rename(back, file)
  await sync(dirname(file))
}

async function remove(file: string) {
  for (const suffix of ['-wal', '-shm', '']) await rm(file + suffix, { force: true })
}

async function sync(path: string) {
  const handle = await open(path, 'r')
  await handle.sync()
  await handle.close()
}
