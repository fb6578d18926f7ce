import type { PriceMoveRow } from '@crm/shared/contract/products'
import type { Day } from '@crm/shared/days'
import { priceMove } from '@crm/shared/entities/product'
import type { Page } from '@crm/shared/kernel/endpoint'
import type { CreateOf, RowOf, UpdateOf } from '@crm/shared/kernel/entity'
import type { ListQuery } from '@crm/shared/kernel/query'
import { taxWithin } from '@crm/shared/rules/lines'
import type { Expression, SqlBool } from 'kysely'
import { sql } from '../../db/sql.ts'
import { type Actor, can } from '../../core/access/actor.ts'
import { crud } from '../../core/rows/crud.ts'
import type { ListExtra } from '../../core/rows/list.ts'
import { invalidField } from '../../core/problem.ts'
import { storedRow } from '../../core/rows/rows.ts'
import { inIds } from '../../db/dialect.ts'
import type { Read, Tx } from '../../db/store.ts'
import { checkSeen, customerLevel, ofKnownCustomers, ofLiveProducts, ofNamed } from './ofCustomer.ts'
import { ANYONE, pricesOn } from './pricing.ts'

export const moves = crud(priceMove)
type Row = RowOf<typeof priceMove>

/** `expired`: those whose last day is over, or the others. */
function ofExpiry(expired: unknown, today: Day): Expression<SqlBool>[] {
  const untilOn = sql.ref('priceMoves.untilOn')
  if (expired === true) return [sql<SqlBool>`${untilOn} < ${today}`]
  return expired === false ? [sql<SqlBool>`(${untilOn} is null or ${untilOn} >= ${today})`] : []
}

/** 可调价清单: with the price of today (a customer's own where one is named) and how far it stands above the cost, both without tax. */
export async function listMoves(
  db: Read | Tx,
  actor: Actor,
  { expired, ...query }: ListQuery,
  { heavy }: Pick<ListExtra, 'heavy'> = {},
): Promise<Page<PriceMoveRow>> {
  const page = await moves.list(db, actor, query, {
    ...(heavy && { heavy }),
    where: [
      ofKnownCustomers(actor, priceMove),
      ofLiveProducts(priceMove),
      ...ofExpiry(expired, actor.today),
      ...ofNamed(priceMove, ['reason'], query.q),
    ],
  })
  // Whoever names the fields he wants gets those.
  if (query.fields) return page as Page<PriceMoveRow>
  return { ...page, items: await withPrices(db, actor, page.items) }
}

async function withPrices(db: Read | Tx, actor: Actor, rows: readonly Row[]): Promise<PriceMoveRow[]> {
  if (rows.length === 0) return []
  const goods = await (db as Tx)
    .selectFrom('products')
    .select(['id', 'number', 'spec', 'costFen', 'taxRateBp', 'priceFen'])
    .where(
      inIds(
        db,
        'id',
        rows.map((row) => row.productId),
      ),
    )
    .execute()
  const named = rows.flatMap((row) => row.customerId ?? [])
  const levels = await (db as Tx)
    .selectFrom('customers') // unscoped: the list has left out those the reader may not see
    .select(['id', 'level'])
    .where(inIds(db, 'id', named))
    .execute()
  const levelOf = new Map(levels.map(({ id, level }) => [id, level]))
  const wanted = rows.map(({ customerId, productId }) => ({
    productId,
    qtyMilli: 1_000,
    buyer: customerId === null ? ANYONE : { customerId, level: levelOf.get(customerId) ?? null },
  }))
  const found = await pricesOn(db, wanted, actor.today)
  const byId = new Map(goods.map((row) => [row.id, row]))
  return rows.map((row, at) => {
    const of = byId.get(row.productId)!
    const priceFen = found[at]?.priceFen ?? of.priceFen
    const costFen = can(actor, 'product.cost') ? of.costFen : null
    const roomFen = costFen === null ? null : priceFen - taxWithin(priceFen, of.taxRateBp) - costFen
    return { ...row, productNumber: of.number, productSpec: of.spec, priceFen, costFen, roomFen }
  })
}

export async function findMove(db: Read | Tx, actor: Actor, id: number): Promise<Row> {
  await checkSeen(db, actor, priceMove, id)
  return moves.find(db, actor, id)
}

const checkSpan = ({ highestFen, lowestFen }: Partial<Pick<Row, 'highestFen' | 'lowestFen'>>) => {
  if (typeof highestFen === 'number' && typeof lowestFen === 'number' && highestFen < lowestFen)
    throw invalidField('highestFen', '最高可到不能低于最低可到')
}

export async function createMove(tx: Tx, actor: Actor, body: CreateOf<typeof priceMove>): Promise<Row> {
  if (body.customerId) await customerLevel(tx, actor, body.customerId)
  checkSpan(body as Partial<Row>)
  return moves.create(tx, actor, { direction: 'either', ...body })
}

export async function updateMove(tx: Tx, actor: Actor, id: number, patch: UpdateOf<typeof priceMove>): Promise<Row> {
  await checkSeen(tx, actor, priceMove, id)
  await moves.reach(tx, actor, id, 'product.update')
  const before = (await storedRow(tx, priceMove, id)) as unknown as Row
  if (patch.customerId && patch.customerId !== before.customerId) await customerLevel(tx, actor, patch.customerId)
  checkSpan({ ...before, ...patch } as Partial<Row>)
  return moves.update(tx, actor, id, patch)
}

export async function removeMove(tx: Tx, actor: Actor, id: number, version: number): Promise<null> {
  await checkSeen(tx, actor, priceMove, id)
  await moves.remove(tx, actor, id, version)
  return null
}

export async function restoreMove(tx: Tx, actor: Actor, id: number): Promise<Row> {
  await checkSeen(tx, actor, priceMove, id)
  return moves.restore(tx, actor, id)
}
