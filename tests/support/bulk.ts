import type { DB } from '@crm/server/db/schema'
import type { Store } from '@crm/server/db/store'
import type { Insertable } from 'kysely'

const AT_ONCE = 400
type CustomerRow = Insertable<DB['customers']>

/** A customer as the table keeps it, for lists of thousands: past all rules, found by no search. */
export function bareCustomer(n: number, facts: Partial<CustomerRow> = {}): CustomerRow {
  const name = `批量客户${n}`
  const empty = {
    shortName: null,
    level: null,
    source: null,
    industry: null,
    regionCode: null,
    address: null,
    phone: null,
  }
  const also = {
    email: null,
    website: null,
    creditCode: null,
    creditFen: null,
    terms: null,
    termsDays: null,
    notes: null,
  }
  const derived = {
    nameKey: name,
    twinNo: 0,
    initials: `plkh${n}`,
    nameFolded: name,
    shortFolded: '',
    nameLength: 6,
    searchText: name,
  }
  const at = new Date(Date.UTC(2026, 0, 1) + n * 60_000).toISOString()
  const system = {
    version: 1,
    createdAt: at,
    updatedAt: at,
    deletedAt: null,
    ownerId: null,
    status: 'potential' as const,
  }
  return { number: `PL-${n}`, name, ...empty, ...also, ...derived, ...system, ...facts }
}

export async function insertCustomers({ tx }: Store, rows: readonly CustomerRow[]): Promise<void> {
  for (let from = 0; from < rows.length; from += AT_ONCE)
    await tx((db) =>
      db
        .insertInto('customers')
        .values(rows.slice(from, from + AT_ONCE))
        .execute(),
    )
}
