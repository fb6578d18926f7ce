import { createHash } from 'node:crypto'
import type { Store } from '@crm/server/db/store'
import { type RawBuilder, sql } from 'kysely'
import { catalogOf } from './catalog.ts'

/** May change when nothing was written: counters of attempts, remembered requests, sign-ins and when a token was used. */
const BESIDE = new Set(['limits', 'idempotencyKeys', 'signIns', 'apiTokens'])

/** The latest instant a report was asked for (server/src/db/known.ts): reading raises it. */
const BESIDE_ROWS = new Map([['sequences', sql` where name <> 'knownMs'`]])

/** table -> a hash of all its rows: equal before and after means that nothing at all was written. */
type Dump = Readonly<Record<string, string>>
interface Known {
  readonly tables: readonly string[]
  mark?: string
  dump?: Dump
}
const known = new WeakMap<Store, Promise<Known>>()

const tablesOf = async (store: Store): Promise<Known> => ({
  tables: [...(await catalogOf(store)).keys()].filter((name) => !BESIDE.has(name)),
})

/** Rows are read again only when something was committed since they were read last: both engines count that. */
export async function dumpOf(store: Store): Promise<Dump> {
  if (!known.has(store)) known.set(store, tablesOf(store))
  const last = await known.get(store)!
  const mark = await markOf(store)
  if (!last.dump || last.mark !== mark) Object.assign(last, { mark, dump: await readAll(store, last.tables) })
  return last.dump!
}

async function rowsOf<T>({ read }: Store, query: RawBuilder<unknown>): Promise<T[]> {
  return (await query.execute(read as never)).rows as T[]
}

/** Changes with every commit of another connection, so with every write: `read` is a connection that cannot. */
async function markOf(store: Store): Promise<string> {
  const query = store.engine === 'postgres' ? sql`select pg_current_snapshot()::text as mark` : sql`pragma data_version`
  return JSON.stringify(await rowsOf(store, query))
}

async function readAll(store: Store, tables: readonly string[]): Promise<Dump> {
  if (store.engine === 'postgres') {
    // Hashed where the rows are, and all tables by one question.
    const each = tables.map(
      (name) => sql`select ${sql.lit(name)} as name, concat(count(*), ' ', md5(string_agg(t::text, ${sql.lit('\n')}
        order by t::text collate "C"))) as hash from ${sql.table(name)} t${BESIDE_ROWS.get(name) ?? sql``}`,
    )
    const found = await rowsOf<{ name: string; hash: string }>(store, sql`${sql.join(each, sql` union all `)}`)
    return Object.fromEntries(found.map(({ hash, name }) => [name, hash]))
  }
  const found: Record<string, string> = {}
  for (const name of tables) {
    const lines = (await rowsOf(store, sql`select * from ${sql.table(name)}${BESIDE_ROWS.get(name) ?? sql``}`)).map(
      (row) => JSON.stringify(row),
    )
    const hash = createHash('sha256').update(lines.toSorted().join('\n')).digest('hex')
    found[name] = `${lines.length} ${hash.slice(0, 12)}`
  }
  return found
}
