import { describeSqlite, dumpSqlite, sqliteDumpProblems } from './dump.sqlite.ts'
import { describeTables, dumpPostgres } from './dump.postgres.ts'
import type { DumpFacts } from './dumpFacts.ts'
import type { Target } from './open.ts'
import type { Engine } from './store.ts'

export const engineOfTarget = (target: Target): Engine => (target.url === undefined ? 'sqlite' : 'postgres')

/** Writes one moment of a live database, while others write, into an empty folder: `crm.db`, or `tables/*.ndjson`. Returns the names. */
export const dump = (target: Target, dir: string): Promise<string[]> =>
  target.url === undefined ? dumpSqlite(target.file, dir) : dumpPostgres(target.url, dir)

export const describeDump = (engine: Engine, dir: string): Promise<DumpFacts> =>
  engine === 'sqlite' ? describeSqlite(dir) : describeTables(dir)

/** What is wrong with a dump in itself, one line each. */
export const dumpProblems = (engine: Engine, dir: string): Promise<string[]> =>
  engine === 'sqlite' ? sqliteDumpProblems(dir) : Promise.resolve([])
