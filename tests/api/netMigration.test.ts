import { migrations } from '@crm/migrations'
import { migrate } from '@crm/server/db/migrate'
import { openStore } from '@crm/server/db/open'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { emptyPlace, quiet, type TestPlace } from '../support/engine.ts'

const NAME = '0063_netOfReturns'
const AT = '2026-11-22T01:00:00.000Z'
const times = { version: 1, createdAt: AT, updatedAt: AT, deletedAt: null }
let place: TestPlace
beforeEach(async () => void (place = await emptyPlace()))
afterEach(() => place.remove())

it('升级以前退过的货,升级以后也从成交额里减掉;没退过的一分不变', async () => {
  await migrate(
    place.target,
    migrations.slice(
      0,
      migrations.findIndex(({ name }) => name === NAME),
    ),
    quiet,
  )
  const before = openStore(place.target)
  await before.tx(async (tx) => {
    // As the tables were on that day.
    const old = tx as unknown as {
      insertInto(table: string): { values(rows: object): { execute(): Promise<unknown> } }
    }
    const insert = (table: string, row: object) =>
      old
        .insertInto(table)
        .values({ ...row, ...times })
        .execute()
    const folded = { nameKey: '老客户', nameFolded: '老客户', shortFolded: '', searchText: '老客户', nameLength: 3 }
    const customer = { id: 1, number: 'KH-1', name: '老客户', status: 'potential', twinNo: 0, initials: 'lkh' }
    await insert('customers', { ...customer, ...folded })
    for (const [id, returnedMilli] of [
      [1, 3_000],
      [2, 0],
    ]) {
      const amounts = { discountFen: 0, amountFen: 113_001, taxFen: 13_001, costFen: 60_000 }
      const order = { id, number: `DD-${id}`, customerId: 1, state: 'delivered', orderedOn: '2026-11-01', ...amounts }
      await insert('orders', order)
      const line = { orderId: id, position: 1, name: '轴承', qtyMilli: 10_000, priceFen: 11_300, discountBp: 0 }
      const said = { taxRateBp: 1_300, amountFen: 113_001, taxFen: 13_001, costFen: 6_000 }
      await insert('orderLines', { ...line, ...said, deliveredMilli: 10_000, returnedMilli })
    }
  })
  await before.close()
  await migrate(place.target, migrations, quiet)
  const after = openStore(place.target)
  try {
    const net = ['netFen', 'netTaxFen'] as const
    expect(
      await after.read
        .selectFrom('effectiveOrders')
        .select([...net, 'netCostFen'])
        .orderBy('id')
        .execute(),
    ).toEqual([
      { netFen: 79_101, netTaxFen: 9_100, netCostFen: 42_000 },
      { netFen: 113_001, netTaxFen: 13_001, netCostFen: 60_000 },
    ])
    expect(
      await after.read
        .selectFrom('orderLines')
        .select([...net, 'netMilli'])
        .orderBy('id')
        .execute(),
    ).toEqual([
      { netFen: 79_101, netTaxFen: 9_100, netMilli: 7_000 },
      { netFen: 113_001, netTaxFen: 13_001, netMilli: 10_000 },
    ])
  } finally {
    await after.close()
  }
})
