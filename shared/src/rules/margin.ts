import type { Fen } from '../money.ts'

/** In basis points of the net amount, half away from zero; null where nothing was sold or a cost is not known. */
export function marginOf(netFen: Fen, costFen: Fen | null, expenseFen: Fen) {
  const marginFen = costFen === null ? null : netFen - costFen - expenseFen
  if (marginFen === null || netFen <= 0) return { marginFen, marginBp: null }
  const marginBp = Math.sign(marginFen) * Math.round((Math.abs(marginFen) / netFen) * 10_000)
  return { marginFen, marginBp: marginBp === 0 ? 0 : marginBp }
}
