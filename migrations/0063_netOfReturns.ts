import { sql } from 'kysely'
import { addColumns, type Columns, createIndex, createView, type Db, required } from './helpers.ts'

export const name = '0063_netOfReturns'
const money = (t: Columns, key: string): Columns => t.bigint(key, (c) => required(c).defaultTo(0))
const halfUp = (dividend: bigint, divisor: bigint): bigint => (dividend * 2n + divisor) / (divisor * 2n)
const AT_ONCE = 500

/**
 * 成交额: what of an order the customer still buys once goods came back, kept on each line and each order, so that no total works it out
 * again. 交货与付款条件 travel from the quote to the order; why a 报销 was voided is said on it.
 */
export async function up(db: Db): Promise<void> {
  await addColumns(db, 'orderLines', (t) => money(money(money(t, 'netMilli'), 'netFen'), 'netTaxFen'))
  await addColumns(db, 'orders', (t) => money(money(t, 'netFen'), 'netTaxFen').bigint('netCostFen').text('terms'))
  await addColumns(db, 'expenses', (t) => t.text('voidReason'))
  await sql`update "orderLines" set "netMilli" = "qtyMilli", "netFen" = "amountFen", "netTaxFen" = "taxFen"`.execute(db)
  await sql`update "orders" set "netFen" = "amountFen", "netTaxFen" = "taxFen", "netCostFen" = "costFen"`.execute(db)
  await takeReturnsOff(db)
  await createIndex(db, 'orders', ['netFen', 'id', 'customerId', 'deletedAt'], { where: '"deletedAt" is null' })
  await sql`drop view "effectiveOrders"`.execute(db)
  await createView(
    db,
    'effectiveOrders',
    `select "id", "customerId", "contractId", "ownerId", "teamId", "amountFen", "taxFen", "costFen", "orderedOn",
        "netFen", "netTaxFen", "netCostFen" from "orders"
      where "state" in ('confirmed', 'partial', 'delivered', 'closed') and "deletedAt" is null`,
  )
}

/** By the rule of the day: of a line as much is bought as was ordered, or handed over if that is more, less what came back. */
async function takeReturnsOff(db: Db): Promise<void> {
  let after = 0
  for (;;) {
    const orders = await db
      .selectFrom('orderLines')
      .select('orderId')
      .distinct()
      .where('returnedMilli', '>', 0)
      .where('orderId', '>', after)
      .orderBy('orderId')
      .limit(AT_ONCE)
      .execute()
    for (const { orderId } of orders) await restate(db, orderId)
    if (orders.length < AT_ONCE) return
    after = orders.at(-1)!.orderId
  }
}

async function restate(db: Db, orderId: number): Promise<void> {
  const sums = { netFen: 0, netTaxFen: 0 }
  let netCostFen: number | null = 0
  for (const line of await db.selectFrom('orderLines').selectAll().where('orderId', '=', orderId).execute()) {
    const { amountFen, costFen, deliveredMilli, qtyMilli, returnedMilli, taxRateBp } = line
    const netMilli = Math.min(qtyMilli, Math.max(qtyMilli, deliveredMilli) - returnedMilli)
    const netFen = Number(halfUp(BigInt(amountFen) * BigInt(netMilli), BigInt(qtyMilli)))
    const netTaxFen = netFen - Number(halfUp(BigInt(netFen) * 10_000n, BigInt(10_000 + taxRateBp)))
    await db.updateTable('orderLines').set({ netMilli, netFen, netTaxFen }).where('id', '=', line.id).execute()
    sums.netFen += netFen
    sums.netTaxFen += netTaxFen
    if (netCostFen !== null)
      netCostFen = costFen === null ? null : netCostFen + Number(halfUp(BigInt(costFen) * BigInt(netMilli), 1_000n))
  }
  await db
    .updateTable('orders')
    .set({ ...sums, netCostFen })
    .where('id', '=', orderId)
    .execute()
}
