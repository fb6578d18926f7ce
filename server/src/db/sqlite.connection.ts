import Database from 'better-sqlite3'
import type { CompiledQuery, DatabaseConnection, Dialect, Driver, LimitNode, QueryResult } from 'kysely'
import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, ValueNode } from 'kysely'

export type Raw = Database.Database

/** WAL-reset bug of 3.7.0-3.51.2: two connections that write and checkpoint at once can corrupt the file. */
const OLDEST_SAFE = [3, 51, 3] as const
/** Enough for every statement of the product; imports with odd column sets must not grow it for ever. */
const REMEMBERED_STATEMENTS = 400
const WAL_KEPT_BYTES = 64 * 1024 * 1024

/** Opens with our pragmas. Throws on an SQLite with the WAL-reset bug and on a file that is not a database. */
export function openRaw(file: string, mode: 'write' | 'read'): Raw {
  // timeout 0: a busy timeout would block the whole event loop; waiting is done asynchronously by the callers.
  const raw = new Database(file, { timeout: 0, readonly: mode === 'read', fileMustExist: mode === 'read' })
  try {
    assertSafeVersion(raw)
    if (mode === 'write') {
      // better-sqlite3 compiles WAL to synchronous=NORMAL: an acknowledged payment could vanish at power loss.
      for (const pragma of ['journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON']) raw.pragma(pragma)
      raw.pragma(`journal_size_limit = ${WAL_KEPT_BYTES}`)
    }
    return raw
  } catch (error) {
    raw.close()
    throw error
  }
}

export function sqliteVersion(raw: Raw): string {
  return raw.prepare('select sqlite_version()').pluck().get() as string
}

export function assertSafeVersion(raw: Raw): void {
  const version = sqliteVersion(raw)
  const parts = version.split('.').map(Number)
  const at = OLDEST_SAFE.findIndex((wanted, i) => parts[i] !== wanted)
  if (at >= 0 && (parts[at] ?? 0) < (OLDEST_SAFE[at] ?? 0)) {
    throw new Error(`SQLite ${version} can corrupt a WAL database; ${OLDEST_SAFE.join('.')} or newer is needed`)
  }
}

/** One line of text per problem; none for a sound file. */
export function problemsOf(raw: Raw): string[] {
  const pages = raw.pragma('integrity_check') as { integrity_check: string }[]
  const orphans = raw.pragma('foreign_key_check') as { table: string; rowid: number | null; parent: string }[]
  return [
    ...pages.map((row) => row.integrity_check).filter((text) => text !== 'ok'),
    ...orphans.map(({ table, rowid, parent }) => `foreign key: ${table} row ${rowid} has no ${parent}`),
  ]
}

/** By its code: an error of another thread is no SqliteError any more. */
export const isBusy = (error: unknown): boolean => {
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'string' && (code.startsWith('SQLITE_BUSY') || code === 'SQLITE_PROTOCOL')
}

/** Remembers the most recently used statements: preparing costs more than running a look-up by id. */
export function rememberingPrepare(raw: Raw): (sql: string) => Database.Statement<unknown[]> {
  const known = new Map<string, Database.Statement<unknown[]>>()
  return (sql) => {
    const found = known.get(sql)
    if (found) known.delete(sql)
    else if (known.size >= REMEMBERED_STATEMENTS) known.delete(known.keys().next().value as string)
    const statement = found ?? raw.prepare(sql)
    known.set(sql, statement)
    return statement
  }
}

/** A Kysely connection over one handle; runs synchronously. */
export function sqliteConnection(raw: Raw): DatabaseConnection {
  const prepare = rememberingPrepare(raw)
  return {
    async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
      const statement = prepare(sql)
      if (statement.reader) return { rows: statement.all(parameters) as R[] }
      const { changes, lastInsertRowid } = statement.run(parameters)
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
    },
    // oxlint-disable-next-line require-yield
    async *streamQuery() {
      throw new Error('not streamed')
    },
  }
}

/** Queries run synchronously and writers queue at our own gate, so Kysely's one-connection mutex would only cost time. */
class OurSqliteAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

/** SQLite looks at a bound limit while planning and plans anew whenever it is bound again: as dear as reading fifty rows (measured). */
class OurSqliteCompiler extends SqliteQueryCompiler {
  protected override visitLimit(node: LimitNode): void {
    const { limit } = node
    if (ValueNode.is(limit) && Number.isSafeInteger(limit.value)) this.append(`limit ${String(limit.value)}`)
    else super.visitLimit(node)
  }
}

export function sqliteDialect(driver: Driver): Dialect {
  return {
    createDriver: () => driver,
    createAdapter: () => new OurSqliteAdapter(),
    createQueryCompiler: () => new OurSqliteCompiler(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  }
}
