import type { OrderLineInput } from '@crm/shared/contract/orders'
import { type Fen, MAX_FEN, mulFen } from '@crm/shared/money'
import { documentTotals } from '@crm/shared/rules/lines'
import { invalid, invalidField } from '../../core/problem.ts'
import type { Raw } from '../../core/rows/rows.ts'
import type { Read, Tx } from '../../db/store.ts'
import { goodsOf } from './goods.ts'

/** A line as every document keeps it, without ids and positions. */
export type PricedLine = Required<Omit<OrderLineInput, 'name' | 'discountBp' | 'taxRateBp'>> & {
  readonly name: string
  readonly discountBp: number
  readonly taxRateBp: number
  readonly amountFen: Fen
  readonly taxFen: Fen
  /** Of one, on this day; null when it is not known. */
  readonly costFen: Fen | null
}
export interface Priced {
  readonly lines: readonly PricedLine[]
  readonly totals: { readonly amountFen: Fen; readonly taxFen: Fen; readonly costFen: Fen | null }
}

export interface Pricing {
  readonly discountFen: Fen
  readonly promisedOn: string | null
  /** The lines the document, or the quote it comes from, has already: their products may be in the recycle bin by now. */
  readonly standing?: readonly Raw[]
}

/** The lines as they will be stored: names and rates of products filled in, costs of this day, amounts and totals worked out. 400 naming the line. */
export async function priceLines(
  db: Read | Tx,
  inputs: readonly OrderLineInput[],
  { discountFen, promisedOn, standing = [] }: Pricing,
): Promise<Priced> {
  const goods = await goodsOf(
    db,
    inputs.flatMap(({ productId }) => productId ?? []),
  )
  const named = new Set(standing.map((line) => line['productId']))
  const mayBe = (id: number) => goods.has(id) && (!goods.get(id)!.isGone || named.has(id))
  const errors = inputs.flatMap(({ name, productId }, at) => {
    const nth = `第 ${at + 1} 行`
    if (productId && !mayBe(productId)) return [{ field: `lines.${at}.productId`, message: `${nth}的产品不存在` }]
    if (!productId && !name) return [{ field: `lines.${at}.name`, message: `${nth}应选产品或填品名` }]
    return []
  })
  if (errors.length > 0) throw invalid(errors)
  const lines = inputs.map((input) => {
    const of = input.productId ? goods.get(input.productId)! : null
    return {
      productId: input.productId ?? null,
      name: input.name ?? of!.name,
      spec: input.spec ?? of?.spec ?? null,
      unit: input.unit ?? of?.unitLabel ?? null,
      qtyMilli: input.qtyMilli,
      priceFen: input.priceFen,
      discountBp: input.discountBp ?? 0,
      taxRateBp: input.taxRateBp ?? of?.taxRateBp ?? 1_300,
      promisedOn: input.promisedOn ?? promisedOn,
      notes: input.notes ?? null,
      costFen: of?.costFen ?? null,
    }
  })
  const { lines: amounts, ...totals } = totalsOf(lines, discountFen)
  // A margin over a part of the lines would be a wrong number: then there is none.
  const isKnown = lines.every(({ costFen }) => costFen !== null)
  const costFen = isKnown ? costOf(lines) : null
  return { lines: lines.map((line, at) => ({ ...line, ...amounts[at]! })), totals: { ...totals, costFen } }
}

function costOf(lines: readonly { readonly costFen: Fen | null; readonly qtyMilli: number }[]): Fen {
  const roughly = lines.reduce((sum, { costFen, qtyMilli }) => sum + (costFen! * qtyMilli) / 1_000, 0)
  if (roughly > MAX_FEN) throw invalidField('lines', '明细的成本太大')
  return lines.reduce((sum, { costFen, qtyMilli }) => sum + mulFen(costFen!, qtyMilli), 0)
}

function totalsOf(lines: Parameters<typeof documentTotals>[0], discountFen: Fen) {
  try {
    return documentTotals(lines, discountFen)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw error.message.endsWith('discount')
      ? invalidField('discountFen', '整单优惠不能超过明细合计')
      : invalidField('lines', '明细金额太大')
  }
}

/** Stored lines as an input again: for a change of the document's discount, or a copy. */
export const asInput = (row: Raw): OrderLineInput => ({
  productId: row['productId'] as number | null,
  name: row['name'] as string,
  spec: row['spec'] as string | null,
  unit: row['unit'] as string | null,
  qtyMilli: row['qtyMilli'] as number,
  priceFen: row['priceFen'] as number,
  discountBp: row['discountBp'] as number,
  taxRateBp: row['taxRateBp'] as number,
  promisedOn: row['promisedOn'] as string | null,
  notes: row['notes'] as string | null,
})
