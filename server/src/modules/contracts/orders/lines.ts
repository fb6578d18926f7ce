import type { OrderLineInput } from '@crm/shared/contract/orders'
import { order, orderLine } from '@crm/shared/entities/order'
import { linesOf } from '../../../core/rows/lines.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { type Priced, priceLines as priced, type Pricing } from '../../catalog/service.ts'

export { asInput } from '../../catalog/service.ts'
export const orderLines = linesOf(orderLine, 'orderId', order)

/** As every document's lines are priced; of an order nothing is handed over yet. */
export async function priceLines(db: Read | Tx, inputs: readonly OrderLineInput[], given: Pricing): Promise<Priced> {
  const { lines, totals } = await priced(db, inputs, given)
  return { lines: lines.map((line) => ({ ...line, deliveredMilli: 0, returnedMilli: 0 })), totals }
}
