import type { Day } from '../days.ts'
import type { Fen } from '../money.ts'

/** A price of a product, as productPrices keeps it. */
export interface PriceRule {
  readonly customerId: number | null
  readonly level: string | null
  readonly minQtyMilli: number
  readonly priceFen: Fen
  readonly fromOn: Day | null
  readonly untilOn: Day | null
}
export interface Buyer {
  readonly customerId: number
  readonly level: string | null
}

/** The customer's own price before that of its level before what anyone gets. */
const closeness = ({ customerId, level }: PriceRule): number => (customerId !== null ? 2 : level !== null ? 1 : 0)

/** Whether the price is meant for this buyer, on this day, at this quantity. */
export const applies = (rule: PriceRule, buyer: Buyer, qtyMilli: number, on: Day): boolean =>
  (rule.customerId === null || rule.customerId === buyer.customerId) &&
  (rule.level === null || rule.level === buyer.level) &&
  rule.minQtyMilli <= qtyMilli &&
  (rule.fromOn === null || rule.fromOn <= on) &&
  (rule.untilOn === null || rule.untilOn >= on)

/**
 * What a buyer pays for a product: of the prices that apply the one closest to the buyer, then the one for the largest quantity, then
 * the one that began last, then the cheapest; the list price where none does.
 */
export function priceFor(
  listFen: Fen,
  rules: readonly PriceRule[],
  buyer: Buyer,
  { on, qtyMilli }: { readonly qtyMilli: number; readonly on: Day },
): Fen {
  const [best] = rules
    .filter((rule) => applies(rule, buyer, qtyMilli, on))
    .toSorted(
      (a, b) =>
        closeness(b) - closeness(a) ||
        b.minQtyMilli - a.minQtyMilli ||
        (b.fromOn ?? '').localeCompare(a.fromOn ?? '') ||
        a.priceFen - b.priceFen,
    )
  return best ? best.priceFen : listFen
}
