import type { Order } from '@crm/shared/contract/orders'
import type { Raw } from '../../../core/rows/rows.ts'
import type { Tx } from '../../../db/store.ts'
import { pricesFor } from '../../catalog/service.ts'

const WHOLE_BP = 10_000

/** What this customer pays for each line's product on the order's day, whatever stands in the line; null where there is no product. */
async function usualPrices(tx: Tx, { customerId, orderedOn }: Order, lines: readonly Raw[]) {
  const items = lines.flatMap(({ productId, qtyMilli }) =>
    productId === null ? [] : [{ productId: productId as number, qtyMilli: qtyMilli as number }],
  )
  const { level } = await tx
    .selectFrom('customers') // unscoped: of an order that was reached
    .select('level')
    .where('id', '=', customerId)
    .executeTakeFirstOrThrow()
  const found = [...(await pricesFor(tx, { customerId, level }, items, orderedOn))]
  return lines.map(({ productId }) => (productId === null ? null : found.shift()!))
}

/** How much of the full prices is taken off: by the lines, on the whole, and by a price below the one this customer has. */
export async function discountBpOf(tx: Tx, order: Order, lines: readonly Raw[]): Promise<number> {
  const usual = await usualPrices(tx, order, lines)
  // A ratio needs no exact 分, and full prices may come to more than an amount can be.
  const fullFen = lines.reduce((sum, line, at) => {
    const priceFen = Math.max(line['priceFen'] as number, usual[at]?.priceFen ?? 0)
    return sum + (priceFen * (line['qtyMilli'] as number)) / 1_000
  }, 0)
  return fullFen > 0 ? Math.max(0, Math.round((1 - order.amountFen / fullFen) * WHOLE_BP)) : 0
}
