import type { Quote, QuoteCreate, QuoteDetail, QuoteUpdate, QuoteVersion } from '@crm/shared/contract/quotes'
import { quote as entity, quoteLine, quoteStates } from '@crm/shared/entities/quote'
import type { Page } from '@crm/shared/kernel/endpoint'
import type { RowOf } from '@crm/shared/kernel/entity'
import type { ListQuery } from '@crm/shared/kernel/query'
import { isQuoteExpired, isQuoteOpen } from '@crm/shared/rules/quoteMoves'
import type { SqlBool } from 'kysely'
import { sql } from '../../../db/sql.ts'
import type { Actor } from '../../../core/access/actor.ts'
import { crud } from '../../../core/rows/crud.ts'
import { linesOf } from '../../../core/rows/lines.ts'
import type { ListExtra } from '../../../core/rows/list.ts'
import { invalidField, problem, stale } from '../../../core/problem.ts'
import { type Raw, storedRow } from '../../../core/rows/rows.ts'
import { nextNumber } from '../../../core/rows/sequence.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { asInput, type Priced, priceLines } from '../../catalog/service.ts'
import { moveRemindersOf, named, ofOwners, partiesOf } from '../../customers/service.ts'

export const quotes = crud(entity)
export const quoteLines = linesOf(quoteLine, 'quoteId', entity)
type Row = RowOf<typeof entity>

const withExpiry = (row: Row, { today }: Actor): Quote => ({ ...row, isExpired: isQuoteExpired(row, today) })
/** What is kept of a line: costs are the business of orders. */
const keptLines = ({ lines }: Priced): Raw[] =>
  lines.map((line) => Object.fromEntries(Object.entries(line).filter(([key]) => key !== 'costFen')))
const keptTotals = ({ totals: { amountFen, taxFen } }: Priced) => ({ amountFen, taxFen })

const column = (name: string) => sql.ref(`quotes.${name}`)
export async function listQuotes(
  db: Read | Tx,
  actor: Actor,
  { customerOwnerId, expired, productId, teamOfCustomer, ...query }: ListQuery,
  { heavy }: Pick<ListExtra, 'heavy'> = {},
): Promise<Page<Quote>> {
  const page = await quotes.list(db, actor, query, {
    ...(heavy && { heavy }),
    where: [
      ...ofOwners(entity, { customerOwnerId, teamOfCustomer }),
      ...quoteLines.withProduct(productId),
      ...(expired === true
        ? [sql<SqlBool>`${column('state')} in ('draft', 'sent') and ${column('validUntil')} < ${actor.today}`]
        : []),
      ...named(entity, ['number', 'notes'], query.q),
    ],
  })
  return { ...page, items: page.items.map((row) => withExpiry(row, actor)) }
}

/** The first version and those made of it, newest first. */
async function versionsOf(db: Read | Tx, row: Row): Promise<QuoteVersion[]> {
  const root = row.rootId ?? row.id
  return (db as Read)
    .selectFrom('quotes') // unscoped: versions of one quote are of one customer, who was reached
    .select(['id', 'number', 'revision', 'state', 'quotedOn', 'amountFen'])
    .where((eb) => eb.or([eb('id', '=', root), eb('rootId', '=', root)]))
    .where('customerId', '=', row.customerId)
    .where('deletedAt', 'is', null)
    .orderBy('revision', 'desc')
    .execute()
}

/** The quote with its lines and versions, for an actor who was let to it. */
export async function detailOf(db: Read | Tx, actor: Actor, row: Row): Promise<QuoteDetail> {
  return {
    ...withExpiry(row, actor),
    lines: await quoteLines.show(db, actor, row.id),
    versions: await versionsOf(db, row),
  }
}
export const findQuote = async (db: Read | Tx, actor: Actor, id: number): Promise<QuoteDetail> =>
  detailOf(db, actor, await quotes.find(db, actor, id))

export function checkValidity({ quotedOn, validUntil }: { quotedOn: string; validUntil?: string | null | undefined }) {
  if (validUntil && validUntil < quotedOn) throw invalidField('validUntil', '有效期不能早于报价日期')
}

export async function createQuote(tx: Tx, actor: Actor, { lines: inputs, ...body }: QuoteCreate): Promise<QuoteDetail> {
  await quotes.checkParent(tx, actor, { ...body }, 'quote.create')
  checkValidity(body)
  const parties = await partiesOf(tx, actor, body)
  const discountFen = body.discountFen ?? 0
  const priced = await priceLines(tx, inputs, { discountFen, promisedOn: null })
  const row = await quotes.create(
    tx,
    actor,
    { ...body, discountFen, ownerId: parties.ownerId },
    {
      ...keptTotals(priced),
      number: await nextNumber(tx, 'BJ', actor.today),
      revision: 1,
      rootId: null,
      state: 'draft',
      teamId: parties.teamId,
    },
  )
  await quoteLines.replace(tx, actor, row.id, keptLines(priced))
  return detailOf(tx, actor, row)
}

function mustBeOpen({ state }: Pick<Row, 'state'>): void {
  if (!isQuoteOpen(state)) throw problem('illegal_move', `报价单${quoteStates[state]},不能再修改,可以改版`)
}

export async function updateQuote(
  tx: Tx,
  actor: Actor,
  id: number,
  { lines: inputs, ...patch }: QuoteUpdate,
): Promise<QuoteDetail> {
  await quotes.reach(tx, actor, id, 'quote.update')
  const before = (await storedRow(tx, entity, id)) as unknown as Row
  mustBeOpen(before)
  // With its lines, so that a form can merge both.
  if (before.version !== patch.version) throw stale(entity.label, await findQuote(tx, actor, id))
  const after = { ...before, ...patch } as Row
  if (before.revision > 1 && after.customerId !== before.customerId)
    throw invalidField('customerId', '改版的报价单不能换客户')
  checkValidity(after)
  const moved = ['customerId', 'contactId', 'ownerId'].some((key) => Object.hasOwn(patch, key))
  if (moved) await quotes.checkParent(tx, actor, { ...patch }, 'quote.update', { ...before })
  const parties = moved ? await partiesOf(tx, actor, after) : before
  const isPriced = inputs || after.discountFen !== before.discountFen
  const standing = await quoteLines.stored(tx, id)
  const priced = isPriced
    ? await priceLines(tx, inputs ?? standing.map(asInput), {
        discountFen: after.discountFen,
        promisedOn: null,
        standing,
      })
    : null
  const row = await quotes.update(tx, actor, id, { ...patch, ...(moved && { ownerId: parties.ownerId }) }, () => ({
    ...(priced && keptTotals(priced)),
    teamId: parties.teamId,
  }))
  if (priced) await quoteLines.replace(tx, actor, id, keptLines(priced))
  if (row.customerId !== before.customerId) {
    await moveFiles(tx, row)
    await moveRemindersOf(tx, 'quote', id, row.customerId)
  }
  return detailOf(tx, actor, row)
}
/** Its files are seen by whoever sees its customer. */
const moveFiles = (tx: Tx, { customerId, id }: Row) =>
  tx
    .updateTable('documents')
    .set({ customerId })
    .where('subjectType', '=', 'quote')
    .where('subjectId', '=', id)
    .execute()
