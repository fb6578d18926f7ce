import { type Fen, MAX_FEN, mulFen, splitFen } from '../money.ts'

/** What the amount of a line depends on. Prices include tax; `discountBp` is taken off, in basis points. */
export interface Priced {
  readonly qtyMilli: number
  readonly priceFen: Fen
  readonly discountBp: number
  readonly taxRateBp: number
}
export interface LineAmounts {
  /** Tax included, its share of the document's discount taken off. */
  readonly amountFen: Fen
  readonly taxFen: Fen
}
export interface DocumentTotals {
  readonly lines: readonly LineAmounts[]
  readonly amountFen: Fen
  readonly taxFen: Fen
}

const halfUp = (dividend: bigint, divisor: bigint): bigint => (dividend * 2n + divisor) / (divisor * 2n)

/** Quantity x price less discount, rounded half-up once. RangeError beyond MAX_FEN: no document may hold such a line. */
export function lineAmount({ discountBp, priceFen, qtyMilli }: Omit<Priced, 'taxRateBp'>): Fen {
  const amount = Number(halfUp(BigInt(qtyMilli) * BigInt(priceFen) * BigInt(10_000 - discountBp), 10_000_000n))
  if (amount > MAX_FEN) throw new RangeError('lineAmount: too large')
  return amount
}

/** The tax within an amount that includes it: amount - amount / (1 + rate), the net rounded half-up. */
export function taxWithin(amountFen: Fen, taxRateBp: number): Fen {
  const sign = amountFen < 0 ? -1 : 1
  return (
    sign * (Math.abs(amountFen) - Number(halfUp(BigInt(Math.abs(amountFen)) * 10_000n, BigInt(10_000 + taxRateBp))))
  )
}

/**
 * The amounts of a document's lines and their sum: the discount of the whole is shared out by the lines' amounts with the largest
 * remainder, so that the lines always add up to the total. RangeError when it is more than they come to, or too large.
 */
export function documentTotals(lines: readonly Priced[], discountFen: Fen = 0): DocumentTotals {
  const gross = lines.map(lineAmount)
  const sum = gross.reduce((a, b) => a + b, 0)
  if (sum > MAX_FEN) throw new RangeError('documentTotals: too large')
  if (discountFen < 0 || discountFen > sum) throw new RangeError('documentTotals: discount')
  const shares = discountFen === 0 ? gross.map(() => 0) : splitFen(discountFen, gross)
  const amounts = lines.map(({ taxRateBp }, at) => {
    const amountFen = gross[at]! - shares[at]!
    return { amountFen, taxFen: taxWithin(amountFen, taxRateBp) }
  })
  return { lines: amounts, amountFen: sum - discountFen, taxFen: amounts.reduce((a, { taxFen }) => a + taxFen, 0) }
}

/** What the first `upToMilli` of a line are worth: the differences between deliveries always add up to the whole line. */
export const partOfLine = (amountFen: Fen, upToMilli: number, qtyMilli: number): Fen =>
  Number(halfUp(BigInt(amountFen) * BigInt(upToMilli), BigInt(qtyMilli)))

type Handed = Readonly<Record<'qtyMilli' | 'deliveredMilli' | 'returnedMilli', number>>
/** 成交数量: what came back is bought no more, unless as much was handed over again; never more than was ordered. */
export const boughtMilli = ({ deliveredMilli, qtyMilli, returnedMilli }: Handed): number =>
  Math.min(qtyMilli, Math.max(qtyMilli, deliveredMilli) - returnedMilli)

export interface Net {
  readonly netMilli: number
  readonly netFen: Fen
  readonly netTaxFen: Fen
}
/** What of a line is bought in the end. */
export function netOf(line: Handed & LineAmounts & Pick<Priced, 'taxRateBp'>): Net {
  const netMilli = boughtMilli(line)
  if (netMilli === line.qtyMilli) return { netMilli, netFen: line.amountFen, netTaxFen: line.taxFen }
  const netFen = partOfLine(line.amountFen, netMilli, line.qtyMilli)
  return { netMilli, netFen, netTaxFen: taxWithin(netFen, line.taxRateBp) }
}

/** 成交额, its tax and cost of a document: the sums of its lines; the cost is null where that of a line is not known. */
export function netTotals(lines: readonly (Net & { readonly costFen: Fen | null })[]) {
  const sum = (of: (line: Net & { readonly costFen: Fen | null }) => Fen) =>
    lines.reduce((all, line) => all + of(line), 0)
  const isKnown = lines.every(({ costFen }) => costFen !== null)
  return {
    netFen: sum(({ netFen }) => netFen),
    netTaxFen: sum(({ netTaxFen }) => netTaxFen),
    netCostFen: isKnown ? sum(({ costFen, netMilli }) => mulFen(costFen!, netMilli)) : null,
  }
}

/** What the goods with the customer are worth, by the lines of the order: never more than was ordered. */
export const worthOfGoods = (
  lines: readonly Readonly<Record<'amountFen' | 'qtyMilli' | 'deliveredMilli' | 'returnedMilli', number>>[],
): Fen =>
  lines.reduce((sum, { amountFen, deliveredMilli, qtyMilli, returnedMilli }) => {
    const kept = Math.max(0, Math.min(qtyMilli, deliveredMilli - returnedMilli))
    return sum + partOfLine(amountFen, kept, qtyMilli)
  }, 0)
