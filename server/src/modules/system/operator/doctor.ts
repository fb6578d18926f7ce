import { pendingOf } from '../../../db/migration.ts'
import { backupsIn } from '../backup/service.ts'
import type { Desk } from './desk.ts'

export interface Diagnosis {
  readonly engine: string
  readonly version: string
  readonly journalMode?: string
  /** SQLite: 2 is FULL. */
  readonly synchronous?: number
  readonly foreignKeys?: boolean
  readonly schema: string
  /** Migrations this program would apply. */
  readonly pending: readonly string[]
  readonly users: number
  readonly lastBackup: string | null
}

export async function diagnose({ store, place }: Desk): Promise<Diagnosis> {
  const applied = (await store.read.selectFrom('schemaMigrations').select('name').orderBy('name').execute()).map(
    (row) => row.name,
  )
  const { users } = await store.read
    .selectFrom('users')
    .select((eb) => eb.fn.countAll<number>().as('users'))
    .executeTakeFirstOrThrow()
  return {
    ...(await store.health()),
    schema: applied.at(-1) ?? '',
    pending: pendingOf(place.migrations, applied).map((migration) => migration.name),
    users: Number(users),
    lastBackup: (await backupsIn(place.backupDir))[0] ?? null,
  }
}
