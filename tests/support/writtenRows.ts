import type { Store } from '@crm/server/db/store'
import { sql } from 'kysely'
import { catalogOf } from './catalog.ts'

/** Tables that may differ after 合并 and 撤销: what happened stays written down. */
const HISTORY = ['auditLog', 'auditSeals', 'customerMerges', 'customerMergeRows']
/** Counters of attempts, remembered requests, sign-ins. */
const BESIDE = ['limits', 'idempotencyKeys', 'signIns', 'apiTokens', 'schemaMigrations']
/** Both records have been written: their version and time move on. Numbers are derived: the same ones, newly numbered. */
const COLUMNS_BESIDE: Readonly<Record<string, readonly string[]>> = {
  customers: ['version', 'updatedAt'],
  phoneNumbers: ['id'],
}

/** table -> its rows as text: equal before and after where nothing is different. */
export async function writtenRows(store: Store): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {}
  for (const table of (await catalogOf(store)).keys()) {
    if ([...HISTORY, ...BESIDE].includes(table) || /Search/.test(table)) continue
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(table)}`.execute(store.read as never)
    found[table] = rows
      .map((row) => {
        const kept = Object.entries(row).filter(([key]) => !COLUMNS_BESIDE[table]?.includes(key))
        return JSON.stringify(Object.fromEntries(kept.toSorted(([a], [b]) => (a < b ? -1 : 1))))
      })
      .toSorted()
  }
  return found
}
