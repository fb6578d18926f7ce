import type { QuoteDetail } from '@crm/shared/contract/quotes'
import { addDays, diffDays } from '@crm/shared/days'
import { quote as entity, type QuoteState, quoteStates } from '@crm/shared/entities/quote'
import { isQuoteOpen, quoteNumber } from '@crm/shared/rules/quoteMoves'
import type { Actor } from '../../../core/access/actor.ts'
import { problem } from '../../../core/problem.ts'
import { storedRow } from '../../../core/rows/rows.ts'
import { nextNumber } from '../../../core/rows/sequence.ts'
import type { Tx } from '../../../db/store.ts'
import { partiesOf } from '../../customers/service.ts'
import { beforeQuoteMove, type QuoteRow, stepQuote } from './moves.ts'
import { detailOf, quoteLines, quotes } from './quotes.ts'

const stored = async (tx: Tx, id: number): Promise<QuoteRow> => (await storedRow(tx, entity, id)) as unknown as QuoteRow

/** The contact of a quote, while it is still there. */
export async function liveContact(tx: Tx, contactId: number | null): Promise<number | null> {
  if (contactId === null) return null
  const contact = await tx
    .selectFrom('contacts') // unscoped: of the customer of a quote that was reached
    .select('id')
    .where('id', '=', contactId)
    .where('deletedAt', 'is', null)
    .executeTakeFirst()
  return contact?.id ?? null
}

/** What was written once, for another draft of today: as long valid as the one before was, to a contact who is still there. */
async function again(tx: Tx, actor: Actor, { contactId, discountFen, notes, quotedOn, terms, validUntil }: QuoteRow) {
  return {
    contactId: await liveContact(tx, contactId),
    quotedOn: actor.today,
    validUntil: validUntil && addDays(actor.today, Math.max(0, diffDays(validUntil, quotedOn))),
    discountFen,
    terms,
    notes,
  }
}
const OWN = new Set(['id', 'quoteId', 'position', 'version', 'createdAt', 'updatedAt', 'deletedAt'])
/** Priced already: a product that is gone stays what it was called. */
async function copyLines(tx: Tx, actor: Actor, from: number, to: number): Promise<void> {
  const lines = (await quoteLines.stored(tx, from)).map((line) =>
    Object.fromEntries(Object.entries(line).filter(([key]) => !OWN.has(key))),
  )
  await quoteLines.replace(tx, actor, to, lines)
}

/** The order made of a quote, unless it was voided or thrown away. */
export async function orderOf(tx: Tx, quoteId: number): Promise<string | null> {
  const row = await tx
    .selectFrom('orders') // unscoped: of a quote that was reached
    .select('number')
    .where('quoteId', '=', quoteId)
    .where('deletedAt', 'is', null)
    .where('state', '!=', 'void')
    .executeTakeFirst()
  return row?.number ?? null
}
async function mustHaveNoOrder(tx: Tx, { id }: QuoteRow): Promise<void> {
  const number = await orderOf(tx, id)
  if (number) throw problem('illegal_move', `已转为订单 ${number},不能改版`)
}

/** The versions of a quote, those in the recycle bin too: their numbers are not given again. */
const family = (tx: Tx, root: number) =>
  tx
    .selectFrom('quotes') // unscoped: versions of a quote that was reached
    .select(['id', 'revision', 'deletedAt'])
    .where((eb) => eb.or([eb('id', '=', root), eb('rootId', '=', root)]))
    .orderBy('revision', 'desc')
    .execute()

/** The next version as a draft; the one it comes from is 已有新版 at once, so that only one is in force. */
export async function reviseQuote(tx: Tx, actor: Actor, id: number, version: number): Promise<QuoteDetail> {
  const row = await beforeQuoteMove(tx, actor, id, 'revise', version, 'quote.create')
  await mustHaveNoOrder(tx, row)
  const root = row.rootId ?? row.id
  const [newest] = await family(tx, root)
  const revision = newest!.revision + 1
  const { number } = await stored(tx, root)
  const { amountFen, customerId, ownerId, taxFen, teamId } = row
  const made = await quotes.create(
    tx,
    actor,
    { customerId, ...(await again(tx, actor, row)) },
    {
      amountFen,
      taxFen,
      ownerId,
      teamId,
      number: quoteNumber(number, revision),
      revision,
      rootId: root,
      state: 'draft',
    },
  )
  await copyLines(tx, actor, id, made.id)
  await stepQuote(tx, actor, row, 'revise', { state: 'replaced' })
  return detailOf(tx, actor, made)
}

/** The same offer again, as a quote of its own. */
export async function copyQuote(tx: Tx, actor: Actor, id: number): Promise<QuoteDetail> {
  await quotes.reach(tx, actor, id, 'quote.create')
  const row = await stored(tx, id)
  const { amountFen, customerId, taxFen } = row
  const made = await quotes.create(
    tx,
    actor,
    { customerId, ...(await again(tx, actor, row)) },
    {
      ...(await partiesOf(tx, actor, { customerId })),
      amountFen,
      taxFen,
      number: await nextNumber(tx, 'BJ', actor.today),
      revision: 1,
      rootId: null,
      state: 'draft',
    },
  )
  await copyLines(tx, actor, id, made.id)
  return detailOf(tx, actor, made)
}

/** What stands before a later version: the newest of the live ones. */
async function standing(tx: Tx, { id, rootId }: QuoteRow): Promise<QuoteRow | null> {
  if (rootId === null) return null
  const other = (await family(tx, rootId)).find((each) => each.id !== id && each.deletedAt === null)
  return other ? stored(tx, other.id) : null
}

/** What the customer had said of a version before the next one replaced it: the audit log knows. */
async function stateBefore(tx: Tx, { declineReason, id }: QuoteRow): Promise<QuoteState> {
  const replaced = await tx
    .selectFrom('auditLog')
    .select('before')
    .where('entity', '=', entity.name)
    .where('recordId', '=', id)
    .where('action', '=', 'revise')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  const before = replaced?.before ? (JSON.parse(replaced.before) as { state?: QuoteState }).state : undefined
  return before ?? (declineReason ? 'declined' : 'sent')
}

/** Only a draft, which nobody has seen, may be thrown away; of a later version, the one before stands again. */
export async function removeQuote(tx: Tx, actor: Actor, id: number, version: number): Promise<null> {
  await quotes.reach(tx, actor, id, 'quote.delete')
  const row = await stored(tx, id)
  if (!isQuoteOpen(row.state)) throw problem('illegal_move', `报价单${quoteStates[row.state]},不能删除`)
  await quotes.remove(tx, actor, id, version)
  const before = await standing(tx, row)
  if (before?.state === 'replaced')
    await stepQuote(tx, actor, before, 'reinstate', { state: await stateBefore(tx, before) })
  return null
}

/** Back from the recycle bin; a later version takes its place again, unless another one or an order was made since. */
export async function restoreQuote(tx: Tx, actor: Actor, id: number): Promise<QuoteDetail> {
  await quotes.reachRecycled(tx, actor, id)
  const row = await stored(tx, id)
  const before = await standing(tx, row)
  if (before) {
    if (before.revision > row.revision || before.state === 'draft')
      throw problem('illegal_move', `已有更新的版本 ${before.number}`)
    await mustHaveNoOrder(tx, before)
  }
  const back = await quotes.restore(tx, actor, id)
  if (before && before.state !== 'replaced') await stepQuote(tx, actor, before, 'revise', { state: 'replaced' })
  return detailOf(tx, actor, back)
}
