import type { Fen } from '@crm/shared/money'
import { toRaw } from 'vue'
import type { LineValue } from './lineValues'

const QTY_ONE_MILLI = 1_000
/** Lines whose price somebody typed: no price list changes it. */
const held = new WeakSet<LineValue>()
export const holdPrice = (line: LineValue, isTyped: boolean): void => void held[isTyped ? 'add' : 'delete'](toRaw(line))
export const isPriceHeld = (line: LineValue): boolean => held.has(toRaw(line))

/** The quantity a price is asked for: one while none is typed. */
export const askedMilli = (qtyMilli: LineValue['qtyMilli']): number =>
  typeof qtyMilli === 'number' && qtyMilli > 0 ? qtyMilli : QTY_ONE_MILLI

type PriceOf = (productId: number, qtyMilli: number) => Promise<Fen | null>
export interface Repriced {
  readonly line: LineValue
  readonly priceFen: Fen
}
/** Lines that cost another customer something else; without those whose price was typed: it is not the former customer's. */
export async function pricesOfAnother(
  lines: readonly LineValue[],
  former: PriceOf,
  another: PriceOf,
): Promise<Repriced[]> {
  const found = lines.map(async (line): Promise<Repriced[]> => {
    const { productId, priceFen } = line
    if (!productId || isPriceHeld(line)) return []
    const qtyMilli = askedMilli(line.qtyMilli)
    const wanted = await another(productId, qtyMilli)
    if (wanted === null || wanted === priceFen) return []
    const isListed = priceFen === null || priceFen === (await former(productId, qtyMilli))
    return isListed ? [{ line, priceFen: wanted }] : []
  })
  return (await Promise.all(found)).flat()
}
