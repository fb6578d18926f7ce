import type { Fen } from '@crm/shared/money'
import { toRaw } from 'vue'
import type { LineValue, PricedItem } from './lineValues'

const QTY_ONE_MILLI = 1_000
/** Lines whose price somebody typed: no price list changes it. */
const held = new WeakSet<LineValue>()
export const holdPrice = (line: LineValue, isTyped: boolean): void => void held[isTyped ? 'add' : 'delete'](toRaw(line))
export const isPriceHeld = (line: LineValue): boolean => held.has(toRaw(line))

/** The quantity a price is asked for: one while none is typed. */
export const askedMilli = (qtyMilli: LineValue['qtyMilli']): number =>
  typeof qtyMilli === 'number' && qtyMilli > 0 ? qtyMilli : QTY_ONE_MILLI

type Prices = readonly (Fen | null)[]
export interface Repriced {
  readonly line: LineValue
  readonly priceFen: Fen
}
/**
 * Lines that cost something else for another customer or on another day; `ask` answers with the former prices and the others. Without
 * those whose price was typed: it is not the former one.
 */
export async function otherPrices(
  lines: readonly LineValue[],
  ask: (items: readonly PricedItem[]) => Promise<readonly Prices[]>,
): Promise<Repriced[]> {
  const asked = lines.flatMap((line) =>
    line.productId && !isPriceHeld(line)
      ? [{ line, productId: line.productId, qtyMilli: askedMilli(line.qtyMilli), held: line.priceFen }]
      : [],
  )
  const [former, others] = await ask(asked.map(({ productId, qtyMilli }) => ({ productId, qtyMilli })))
  return asked.flatMap(({ held, line }, at): Repriced[] => {
    const [was, priceFen] = [former?.[at] ?? null, others?.[at] ?? null]
    const isListed = held === null || held === was
    const isSame = line.priceFen === held && !isPriceHeld(line)
    return priceFen !== null && priceFen !== held && isListed && isSame ? [{ line, priceFen }] : []
  })
}
