import type { Migration } from '@crm/migrations'
import { migratePostgres } from './migrate.postgres.ts'
import { migrateSqlite } from './migrate.sqlite.ts'
import type { MigrateOptions } from './migration.ts'
import type { Target } from './open.ts'

export { MigrationError, NewerDatabaseError } from './migration.ts'
export type { MigrateOptions } from './migration.ts'

/**
 * Brings the database to the schema of this program, all or nothing. Safe to run by several servers at once (PostgreSQL)
 * and to run again after a kill at any point. NewerDatabaseError when a newer program was here, MigrationError when
 * a migration failed and the database is again as before. On SQLite the caller holds the folder lock and no open store.
 */
export function migrate(
  target: Target,
  migrations: readonly Migration[],
  options: MigrateOptions,
): Promise<{ applied: string[] }> {
  return target.url === undefined
    ? migrateSqlite(target.file, migrations, options)
    : migratePostgres(target.url, migrations, options)
}
