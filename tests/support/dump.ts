import { createHash } from 'node:crypto'
import type { Store } from '@crm/server/db/store'
import { sql } from 'kysely'
import { catalogOf } from './catalog.ts'

/** May change when nothing was written: counters of attempts, remembered requests, sign-ins and when a token was used. */
const BESIDE = new Set(['limits', 'idempotencyKeys', 'signIns', 'apiTokens'])
const tablesOf = new WeakMap<Store, Promise<string[]>>()

const listTables = async (store: Store) => [...(await catalogOf(store)).keys()].filter((name) => !BESIDE.has(name))

/** table -> a hash of all its rows: equal before and after means that nothing at all was written. */
export async function dumpOf(store: Store): Promise<Readonly<Record<string, string>>> {
  if (!tablesOf.has(store)) tablesOf.set(store, listTables(store))
  const found: Record<string, string> = {}
  for (const name of await tablesOf.get(store)!) {
    const { rows } = await sql`select * from ${sql.table(name)}`.execute(store.read as never)
    const lines = rows.map((row) => JSON.stringify(row)).toSorted()
    found[name] = `${lines.length} ${createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 12)}`
  }
  return found
}
