import type { OrderLineInput } from '@crm/shared/contract/orders'
import { order, orderLine } from '@crm/shared/entities/order'
import { linesOf } from '../../../core/rows/lines.ts'
import { type Net, netOf, netTotals } from '@crm/shared/rules/lines'
import type { Raw } from '../../../core/rows/rows.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { type PricedLine, priceLines as priced, type Pricing } from '../../catalog/service.ts'

export { asInput } from '../../catalog/service.ts'
export const orderLines = linesOf(orderLine, 'orderId', order)

const NOT_HANDED = { deliveredMilli: 0, returnedMilli: 0 }
type OrderedLine = PricedLine & Net & typeof NOT_HANDED & Raw

/** As every document's lines are priced; of an order nothing is handed over yet. */
export async function priceLines(db: Read | Tx, inputs: readonly OrderLineInput[], given: Pricing) {
  const { lines: of, totals } = await priced(db, inputs, given)
  const lines = of.map((line): OrderedLine => ({ ...line, ...NOT_HANDED, ...netOf({ ...line, ...NOT_HANDED }) }))
  return { lines, totals: { ...totals, ...netTotals(lines) } }
}
