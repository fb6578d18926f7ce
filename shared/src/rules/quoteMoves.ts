import type { Day } from '../days.ts'
import type { QuoteState } from '../entities/quote.ts'

/** The steps of a quote: from where each may be taken. */
export const quoteMoves = {
  send: { label: '发出', from: ['draft'] },
  accept: { label: '登记接受', from: ['sent'] },
  decline: { label: '登记未成', from: ['sent'] },
  renew: { label: '延长有效期', from: ['sent'] },
  revise: { label: '改版', from: ['sent', 'accepted', 'declined'] },
  order: { label: '转订单', from: ['accepted'] },
} as const satisfies Record<string, { readonly label: string; readonly from: readonly QuoteState[] }>
export type QuoteMove = keyof typeof quoteMoves
export const mayMoveQuote = (move: QuoteMove, state: QuoteState): boolean =>
  (quoteMoves[move].from as readonly QuoteState[]).includes(state)
export const quoteMovesFrom = (state: QuoteState): QuoteMove[] =>
  (Object.keys(quoteMoves) as QuoteMove[]).filter((move) => mayMoveQuote(move, state))
/** Lines and terms may be changed: what a customer has seen stays as it was. */
export const isQuoteOpen = (state: QuoteState): boolean => state === 'draft'

/** 已过期: it was valid until a day that is over, and nobody has answered. Never stored. */
export const isQuoteExpired = (
  { state, validUntil }: { readonly state: QuoteState; readonly validUntil: Day | null },
  today: Day,
): boolean => (state === 'draft' || state === 'sent') && validUntil !== null && validUntil < today

/** `BJ202611-0001` of the first version, `BJ202611-0001-2` of the second. */
export const quoteNumber = (first: string, revision: number): string =>
  revision === 1 ? first : `${first}-${revision}`
