import type { QuoteDetail } from '@crm/shared/contract/quotes'
import { quote as entity, quoteStates } from '@crm/shared/entities/quote'
import type { RowOf } from '@crm/shared/kernel/entity'
import { isQuoteExpired, mayMoveQuote, type QuoteMove, quoteMoves } from '@crm/shared/rules/quoteMoves'
import type { Actor } from '../../../core/access/actor.ts'
import { invalidField, problem } from '../../../core/problem.ts'
import type { Raw } from '../../../core/rows/rows.ts'
import { stepsOf } from '../../../core/rows/steps.ts'
import type { Tx } from '../../../db/store.ts'
import { checkValidity, detailOf, quotes } from './quotes.ts'

export type QuoteRow = RowOf<typeof entity>
const steps = stepsOf(entity, quotes)

/** The quote as stored, where this step may be taken on it. 404, 403, 409. */
export async function beforeQuoteMove(
  tx: Tx,
  actor: Actor,
  id: number,
  move: QuoteMove,
  version: number,
  permission: string,
): Promise<QuoteRow> {
  const row = await steps.held(tx, actor, id, version, permission)
  if (!mayMoveQuote(move, row.state))
    throw problem('illegal_move', `报价单${quoteStates[row.state]},不能${quoteMoves[move].label}`)
  return row
}

/** Writes the step with its audit row; returns the quote as the API shows it. */
export async function stepQuote(tx: Tx, actor: Actor, row: QuoteRow, action: string, columns: Raw): Promise<QuoteRow> {
  await steps.write(tx, actor, row, action, columns)
  return steps.shown(tx, actor, row.id)
}

const mustBeValid = (row: QuoteRow, { today }: Actor) => {
  if (isQuoteExpired(row, today)) throw problem('illegal_move', `报价已于 ${row.validUntil} 过期,先延长有效期`)
}

export async function sendQuote(tx: Tx, actor: Actor, id: number, version: number): Promise<QuoteDetail> {
  const row = await beforeQuoteMove(tx, actor, id, 'send', version, 'quote.update')
  mustBeValid(row, actor)
  return detailOf(tx, actor, await stepQuote(tx, actor, row, 'send', { state: 'sent' }))
}

export async function acceptQuote(tx: Tx, actor: Actor, id: number, version: number): Promise<QuoteDetail> {
  const row = await beforeQuoteMove(tx, actor, id, 'accept', version, 'quote.update')
  mustBeValid(row, actor)
  return detailOf(tx, actor, await stepQuote(tx, actor, row, 'accept', { state: 'accepted' }))
}

export async function declineQuote(
  tx: Tx,
  actor: Actor,
  id: number,
  { reason, version }: { readonly version: number; readonly reason: string },
): Promise<QuoteDetail> {
  const row = await beforeQuoteMove(tx, actor, id, 'decline', version, 'quote.update')
  return detailOf(tx, actor, await stepQuote(tx, actor, row, 'decline', { state: 'declined', declineReason: reason }))
}

export async function renewQuote(
  tx: Tx,
  actor: Actor,
  id: number,
  { validUntil, version }: { readonly version: number; readonly validUntil: string },
): Promise<QuoteDetail> {
  const row = await beforeQuoteMove(tx, actor, id, 'renew', version, 'quote.update')
  checkValidity({ quotedOn: row.quotedOn, validUntil })
  if (validUntil < actor.today) throw invalidField('validUntil', '有效期不能早于今天')
  return detailOf(tx, actor, await stepQuote(tx, actor, row, 'renew', { validUntil }))
}
