// Money is integer 分. Yuan exists only as text, read and printed digit by digit: a float never touches an amount.
import { toHalfWidth } from './text.ts'

/** Integer 分; |fen| <= MAX_FEN. */
export type Fen = number

/** 2^51 分 (22 万亿元): four such amounts still add up exactly in a double. */
export const MAX_FEN = 2 ** 51

// 万 and 亿 move the point, so that 12万 and 0.5万 stay digits.
const UNIT_ZEROS: Record<string, number> = { '': 0, 万: 4, 亿: 8 }
const FEN_DIGITS = 2
const LONGEST_AMOUNT = 40 // '￥2,251,799,813,685,248.00元' with room to spare; longer text is no amount

// Sign before or after the currency mark; digits plain or grouped by three; 万/亿; 元.
const YUAN = /^([-+]?)[¥]?([-+]?)(\d+|\d{1,3}(?:,\d{3})+)?(?:\.(\d+))?(万|亿)?元?$/

/** 分 of '1,234.5', '１２３', '12万', '￥100', '-5.00'; null when it is not money, finer than 分 or above MAX_FEN. */
export function parseYuan(text: string): Fen | null {
  if (text.length > LONGEST_AMOUNT) return null
  const plain = toHalfWidth(text).trim().replaceAll('￥', '¥').replaceAll('\u2212', '-')
  const match = YUAN.exec(plain)
  if (!match) return null
  const [, sign = '', innerSign = '', grouped = '', fraction = '', unit = ''] = match
  if ((sign && innerSign) || (!grouped && !fraction)) return null
  const moved = FEN_DIGITS + UNIT_ZEROS[unit]!
  // Without a unit two decimals are the limit as typed ('1.000' is a slip, not 1 元); with one, whatever is whole 分.
  if (fraction.length > moved) return null
  const fen = Number(grouped.replaceAll(',', '') + fraction.padEnd(moved, '0'))
  if (fen > MAX_FEN) return null
  return sign === '-' || innerSign === '-' ? 0 - fen : fen
}

/** '1,234.50' of 123450; `grouping: false` leaves the commas out. RangeError when it is no amount. */
export function formatYuan(fen: Fen, { grouping = true }: { grouping?: boolean } = {}): string {
  checkFen(fen)
  const digits = String(Math.abs(fen)).padStart(FEN_DIGITS + 1, '0')
  const yuan = digits.slice(0, -FEN_DIGITS)
  return (fen < 0 ? '-' : '') + (grouping ? groupByThree(yuan) : yuan) + '.' + digits.slice(-FEN_DIGITS)
}

/** Parts of `total` in proportion to `weights` (whole, not negative) that add up exactly: largest remainder, ties to
 * the earlier. All weights zero: equal parts. A negative total mirrors the positive one. RangeError otherwise. */
export function splitFen(total: Fen, weights: number[]): Fen[] {
  checkFen(total)
  if (weights.length === 0) throw new RangeError('splitFen: no weights')
  if (!weights.every((weight) => Number.isSafeInteger(weight) && weight >= 0)) throw new RangeError('splitFen: weight')
  const shares = (weights.some((weight) => weight > 0) ? weights : weights.map(() => 1)).map(BigInt)
  const sum = shares.reduce((a, b) => a + b, 0n)
  const amount = BigInt(Math.abs(total))
  const parts = shares.map((share) => Number((amount * share) / sum))
  const left = Math.abs(total) - parts.reduce((a, b) => a + b, 0)
  const byRemainder = shares
    .map((share, index) => ({ index, remainder: (amount * share) % sum }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder < b.remainder ? 1 : -1))
  for (const { index } of byRemainder.slice(0, left)) parts[index]! += 1
  return total < 0 ? parts.map((part) => 0 - part) : parts
}

/** Price x quantity in thousandths, rounded half-up once, away from zero (a return mirrors its sale). */
export function mulFen(priceFen: Fen, qtyMilli: number): Fen {
  checkFen(priceFen)
  if (!Number.isSafeInteger(qtyMilli)) throw new RangeError('mulFen: qtyMilli')
  const product = BigInt(priceFen) * BigInt(qtyMilli)
  const rounded = Number(((product < 0n ? -product : product) + 500n) / 1000n)
  return checkFen(product < 0n ? 0 - rounded : rounded)
}

function checkFen(fen: Fen): Fen {
  if (!Number.isSafeInteger(fen) || Math.abs(fen) > MAX_FEN) throw new RangeError(`not an amount in 分: ${fen}`)
  return fen
}

function groupByThree(digits: string): string {
  const groups = [digits.slice(0, digits.length % 3)].filter(Boolean)
  for (let at = digits.length % 3; at < digits.length; at += 3) groups.push(digits.slice(at, at + 3))
  return groups.join(',')
}
