import type { PriceFound, PricesAsked, PricesFound } from '@crm/shared/contract/products'
import type { Day } from '@crm/shared/days'
import { type Buyer, ruleFor } from '@crm/shared/rules/prices'
import type { Actor } from '../../core/access/actor.ts'
import { notFound } from '../../core/problem.ts'
import { inIds } from '../../db/dialect.ts'
import type { Read, Tx } from '../../db/store.ts'
import { customerLevel } from './ofCustomer.ts'

export const ANYONE: Buyer = { customerId: null, level: null }
/** One thing somebody may buy. */
export interface Wanted {
  readonly productId: number
  readonly qtyMilli: number
  readonly buyer: Buyer
}

/** What each would cost on a day, in the order asked; null for a product that is not there (or in the recycle bin). */
export async function pricesOn(
  db: Read | Tx,
  wanted: readonly Wanted[],
  on: Day,
): Promise<readonly (PriceFound | null)[]> {
  const ids = [...new Set(wanted.map(({ productId }) => productId))]
  if (ids.length === 0) return []
  const goods = await (db as Tx)
    .selectFrom('products')
    .select(['id', 'priceFen'])
    .where(inIds(db, 'id', ids))
    .where('deletedAt', 'is', null)
    .execute()
  const rules = await (db as Tx)
    .selectFrom('productPrices')
    .select(['id', 'productId', 'customerId', 'level', 'minQtyMilli', 'priceFen', 'fromOn', 'untilOn'])
    .where(inIds(db, 'productId', ids))
    .where('deletedAt', 'is', null)
    .execute()
  const [lists, byProduct] = [
    new Map(goods.map((row) => [row.id, row.priceFen])),
    Map.groupBy(rules, (row) => row.productId),
  ]
  return wanted.map(({ buyer, productId, qtyMilli }) => {
    const listFen = lists.get(productId)
    if (listFen === undefined) return null
    const best = ruleFor(byProduct.get(productId) ?? [], buyer, { on, qtyMilli })
    if (!best) return { productId, listFen, priceFen: listFen, rule: null }
    const { productId: _, priceFen, ...rule } = best
    return { productId, listFen, priceFen, rule }
  })
}

/** For the lines of a quote or an order: what this customer pays, in the order of `items`. */
export const pricesFor = (
  db: Read | Tx,
  buyer: Buyer,
  items: readonly Pick<Wanted, 'productId' | 'qtyMilli'>[],
  on: Day,
): Promise<readonly (PriceFound | null)[]> =>
  pricesOn(
    db,
    items.map((item) => ({ ...item, buyer })),
    on,
  )

interface Asked {
  readonly customerId?: number | undefined
  readonly qtyMilli?: number | undefined
  readonly on?: Day | undefined
}
/** The price of one product as the API tells it. 404 for a customer out of sight. */
export async function priceOf(
  db: Read | Tx,
  actor: Actor,
  productId: number,
  { customerId, on = actor.today, qtyMilli = 1_000 }: Asked,
): Promise<PriceFound> {
  const buyer = customerId === undefined ? ANYONE : { customerId, level: await customerLevel(db, actor, customerId) }
  const [found] = await pricesFor(db, buyer, [{ productId, qtyMilli }], on)
  if (!found) throw notFound('产品')
  return found
}

/** The prices of all lines of a document, for each buyer and day asked about. 404 for a customer out of sight. */
export async function pricesOfLines(
  db: Read | Tx,
  actor: Actor,
  { asked, items }: { readonly asked: readonly PricesAsked[]; readonly items: readonly Omit<Wanted, 'buyer'>[] },
): Promise<PricesFound> {
  const prices = []
  for (const { customerId, on } of asked) {
    const buyer = customerId ? { customerId, level: await customerLevel(db, actor, customerId) } : ANYONE
    prices.push(await pricesFor(db, buyer, items, on))
  }
  return { prices }
}
