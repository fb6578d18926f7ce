import type { Day } from '../days.ts'
import type { Fen } from '../money.ts'
import { taxWithin } from './lines.ts'

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
  /** Null: whoever may come. */
  readonly customerId: number | null
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

/** Of the prices that apply the one closest to the buyer, then for the largest quantity, then the one that began last, then the cheapest. */
export function ruleFor<R extends PriceRule>(
  rules: readonly R[],
  buyer: Buyer,
  { on, qtyMilli }: { readonly qtyMilli: number; readonly on: Day },
): R | null {
  const [best] = rules
    .filter((rule) => applies(rule, buyer, qtyMilli, on))
    .sort(
      (a, b) =>
        closeness(b) - closeness(a) ||
        b.minQtyMilli - a.minQtyMilli ||
        (b.fromOn ?? '').localeCompare(a.fromOn ?? '') ||
        a.priceFen - b.priceFen,
    )
  return best ?? null
}

/** What a buyer pays for a product: by the rule that serves best, else the list price. */
export const priceFor = (
  listFen: Fen,
  rules: readonly PriceRule[],
  buyer: Buyer,
  at: { readonly qtyMilli: number; readonly on: Day },
): Fen => ruleFor(rules, buyer, at)?.priceFen ?? listFen

/** Whether two prices would answer the same question on some day: then neither could be told from the other. */
export const collide = (a: Omit<PriceRule, 'priceFen'>, b: Omit<PriceRule, 'priceFen'>): boolean =>
  a.customerId === b.customerId &&
  a.level === b.level &&
  a.minQtyMilli === b.minQtyMilli &&
  (a.fromOn === null || b.untilOn === null || a.fromOn <= b.untilOn) &&
  (b.fromOn === null || a.untilOn === null || b.fromOn <= a.untilOn)

/** 毛利率 in basis points: what is left of the price without its tax after the cost. Null where nothing is known or nothing is paid. */
export function marginBp(priceFen: Fen, taxRateBp: number, costFen: Fen | null): number | null {
  const netFen = priceFen - taxWithin(priceFen, taxRateBp)
  return costFen === null || netFen === 0 ? null : Math.round(((netFen - costFen) * 10_000) / netFen)
}
