import type { Db, Migration } from '@crm/migrations'
import { createTable, required } from '@crm/migrations/helpers'

export interface MigrateOptions {
  /** Called when there is data and something to do; returns where the backup is. A throw stops everything, nothing touched. */
  backupBefore(): Promise<string | null>
  log(line: string): void
}

/** The database was used by a newer program; this one must not touch it. */
export class NewerDatabaseError extends Error {
  readonly unknown: readonly string[]
  constructor(unknown: readonly string[]) {
    super(`数据库来自更新版本的程序(含 ${unknown.join('、')}),请用新版本打开`)
    this.name = 'NewerDatabaseError'
    this.unknown = unknown
  }
}

/** A migration failed; the database is as it was before. */
export class MigrationError extends Error {
  constructor(step: string, cause: unknown, backup: string | null) {
    const kept = backup === null ? '' : `,升级前的备份在 ${backup}`
    super(`数据库升级失败(${step}):${(cause as Error).message}。数据库已恢复到升级前的状态${kept}`, { cause })
    this.name = 'MigrationError'
  }
}

/** What is to be done, in order. Throws for a newer database and for one whose history is not the beginning of ours. */
export function pendingOf(migrations: readonly Migration[], applied: readonly string[]): Migration[] {
  const known = new Set(migrations.map((m) => m.name))
  const unknown = applied.filter((name) => !known.has(name))
  if (unknown.length > 0) throw new NewerDatabaseError(unknown)
  const pending = migrations.slice(applied.length)
  const skipped = pending.find((m) => applied.includes(m.name)) && migrations.find((m) => !applied.includes(m.name))
  if (skipped) throw new Error(`migration ${skipped.name} was put before one that is already applied`)
  return pending
}

export async function createLedger(db: Db): Promise<void> {
  await createTable(db, 'schemaMigrations', (t) =>
    t.text('name', (c) => required(c).primaryKey()).text('appliedAt', required),
  )
}

export async function apply(db: Db, migration: Migration): Promise<void> {
  await migration.up(db)
  await db
    .insertInto('schemaMigrations')
    .values({ name: migration.name, appliedAt: new Date().toISOString() })
    .execute()
}
