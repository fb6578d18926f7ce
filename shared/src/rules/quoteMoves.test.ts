import { describe, expect, it } from 'vitest'
import { type QuoteState, quoteStates } from '../entities/quote.ts'
import {
  isQuoteExpired,
  isQuoteOpen,
  mayMoveQuote,
  type QuoteMove,
  quoteMoves,
  quoteMovesFrom,
  quoteNumber,
} from './quoteMoves.ts'

const states = Object.keys(quoteStates) as QuoteState[]

describe('报价单的步骤', () => {
  const allowed: Readonly<Record<QuoteState, readonly QuoteMove[]>> = {
    draft: ['send'],
    sent: ['accept', 'decline', 'renew', 'revise'],
    accepted: ['revise', 'order'],
    declined: ['revise'],
    replaced: [],
  }
  it.each(states)('%s:只能走写明的几步', (state) => {
    expect(quoteMovesFrom(state)).toEqual(allowed[state])
    for (const move of Object.keys(quoteMoves) as QuoteMove[])
      expect(mayMoveQuote(move, state)).toBe(allowed[state].includes(move))
    expect(isQuoteOpen(state)).toBe(state === 'draft')
  })
})

describe('有效期', () => {
  it('当天还有效,第二天才过期;没写有效期的不过期;有了答复的不再过期', () => {
    const quote = { state: 'sent', validUntil: '2026-11-22' } as const
    expect(isQuoteExpired(quote, '2026-11-22')).toBe(false)
    expect(isQuoteExpired(quote, '2026-11-23')).toBe(true)
    expect(isQuoteExpired({ ...quote, validUntil: null }, '2099-01-01')).toBe(false)
    for (const state of states)
      expect(isQuoteExpired({ ...quote, state }, '2026-12-01')).toBe(state === 'draft' || state === 'sent')
  })
})

it('第二版起,编号带版次', () => {
  expect([1, 2, 11].map((revision) => quoteNumber('BJ202611-0001', revision))).toEqual([
    'BJ202611-0001',
    'BJ202611-0001-2',
    'BJ202611-0001-11',
  ])
})
