import type { SqliteStore } from '@crm/server/db/store'
import { sortable } from '@crm/shared/kernel/query'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { bareCustomer, insertCustomers } from '../support/bulk.ts'
import { testEngine } from '../support/engine.ts'
import { listedEntities } from '../support/endpoints.ts'

let app: TestApp
beforeAll(async () => {
  app = await openTestApp()
  const owners = [app.ids.users.sales1, app.ids.users.sales2]
  const rows = Array.from({ length: 400 }, (_, n) => bareCustomer(n, { ownerId: owners[n % 2]! }))
  await insertCustomers(app.store, rows)
  await app.make.contact({ customerId: 1, name: '某人' })
  await app.make.interaction({ customerId: 1, documentIds: [] })
})
afterAll(() => app.close())

/** Tables of at most some hundred rows, which a list may read whole. */
const SMALL = new Set(['users', 'teams', 'roles', 'tags', 'dictItems', 'announcements', 'pools', 'productCategories'])
const large = listedEntities.filter(({ table }) => !SMALL.has(table))

/** The statements of a request that were not prepared before, as text. */
async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  const spy = vi.spyOn(Database.prototype, 'prepare')
  try {
    await work()
    return spy.mock.calls.map(([text]) => text).filter((text) => text.startsWith('select') || text.startsWith('\n'))
  } finally {
    spy.mockRestore()
  }
}

/** What SQLite does for each statement, line by line. */
function plansOf(statements: readonly string[]): { text: string; lines: string[] }[] {
  const raw = new Database((app.store as SqliteStore).file, { readonly: true })
  try {
    return statements.map((text) => {
      const nothing = Array.from({ length: text.split('?').length - 1 }, () => null)
      const rows = raw.prepare(`explain query plan ${text}`).all(...nothing) as { detail: string }[]
      return { text, lines: rows.map(({ detail }) => detail) }
    })
  } finally {
    raw.close()
  }
}

const tables = new Set([...large.map(({ table }) => table), 'phoneNumbers', 'auditLog', 'interactionComments'])
const isFullScan = (line: string) => line.startsWith('SCAN ') && tables.has(line.slice('SCAN '.length))
/** Reads a whole table, or sorts by hand what no index has narrowed. Walking an index in the order of the list is neither. */
function isSlow({ lines }: { lines: string[] }): boolean {
  // What follows the choice of the page's ids concerns that page alone.
  const choice = lines.includes('SCAN page') ? lines.slice(0, lines.indexOf('SCAN page')) : lines
  const isSorted = choice.some((line) => line.includes('TEMP B-TREE FOR ORDER BY'))
  return lines.some(isFullScan) || (isSorted && !choice.some((line) => line.startsWith('SEARCH ')))
}

// PostgreSQL chooses by statistics, which a few hundred rows do not give.
describe.runIf(testEngine === 'sqlite')('列表不读整张表', () => {
  const cases = large.flatMap((entity) => {
    const { label, path } = entity
    const byName = Object.hasOwn(sortable(entity), 'name') ? ['?sort=name'] : []
    return (['admin', 'head1', 'sales1'] as const).flatMap((who) =>
      ['', '?page=2', ...byName, '?sort=-createdAt'].map((query) => [label, who, `/api/${path}${query}`] as const),
    )
  })
  it.each(cases)('%s,%s:%s', async (_label, who, url) => {
    const statements = await statementsOf(async () => expect((await app.as(who).get(url)).status).toBe(200))
    expect(plansOf(statements).filter(isSlow)).toEqual([])
  })

  it('确实看到了列表的语句', async () => {
    const fresh = await openTestApp()
    const statements = await statementsOf(() => fresh.as('sales1').get('/api/customers'))
    await fresh.close()
    expect(statements.filter((text) => text.includes('from "customers"')).length).toBeGreaterThan(0)
  })

  it('按编号打开、查重、变更记录也不读整张表', async () => {
    const day = 'followedAtFrom=2026-11-21T16:00:00.000Z&followedAtTo=2026-11-22T16:00:00.000Z'
    const urls = [
      '/api/customers/1',
      '/api/customers/receivables?ids=1,2&deals=true',
      '/api/customers/1/history',
      '/api/customers/1/timeline',
      '/api/customers/1/timeline?before=2026-11-22T01:00:00.000Z~interaction~7',
      '/api/contacts/1',
      '/api/customers/1/collaborators',
      `/api/interactions?${day}&customerId=1`,
      `/api/interactions?${day}&authorId=1&kind=call`,
      `/api/interactions/people?${day}`,
      '/api/search?phone=13812345678',
    ]
    const statements = await statementsOf(async () => {
      for (const url of urls) expect((await app.as('admin').get(url)).status).toBe(200)
      const suspect = { name: '批量客户7', phone: '13812345678', email: 'a@b.cn', creditCode: '914403001922038216' }
      expect((await app.as('sales1').post('/api/customers/check', suspect)).status).toBe(200)
    })
    expect(statements.length).toBeGreaterThan(5)
    expect(plansOf(statements).filter(({ lines }) => lines.some(isFullScan))).toEqual([])
  })
})
