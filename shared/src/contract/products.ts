import { priceMove, product, productCategory, productPrice, productUse } from '../entities/product.ts'
import { crudEndpoints, type Endpoint, endpoint, ID_PARAM, pageSchema, type Page } from '../kernel/endpoint.ts'
import type { RowOf } from '../kernel/entity.ts'
import { day, quantity, ref } from '../kernel/field.ts'
import type { ListQuery } from '../kernel/query.ts'
import { group, list } from '../kernel/schema.ts'

export type Product = RowOf<typeof product>
export type ProductCategory = RowOf<typeof productCategory>
export type ProductPrice = RowOf<typeof productPrice>
export type ProductUse = RowOf<typeof productUse>
/** In the list: what we delivered of it in that time, and 份额; null where deliveries are not to be seen or nothing was used. */
export interface ProductUseRow extends ProductUse {
  readonly deliveredMilli: number | null
  readonly shareBp: number | null
}

/** What a customer pays: `rule` is the row of productPrices it comes from, null for the list price. */
export interface PriceFound {
  readonly productId: number
  readonly priceFen: number
  readonly listFen: number
  readonly rule: Pick<ProductPrice, 'id' | 'customerId' | 'level' | 'minQtyMilli' | 'fromOn' | 'untilOn'> | null
}
/** For whom and when prices are asked: nobody's is the price anyone gets. */
export interface PricesAsked {
  readonly customerId?: number | null | undefined
  readonly on: string
}
/** What each of the items costs, in their order, once for each of `asked`; null for a product that is not there. */
export interface PricesFound {
  readonly prices: readonly (readonly (PriceFound | null)[])[]
}
/** A line of 可调价清单 with the price of today, and (who may know costs) how far it stands above the cost, both without tax. */
export interface PriceMoveRow extends RowOf<typeof priceMove> {
  readonly productNumber: string
  readonly productSpec: string | null
  readonly priceFen: number
  readonly costFen: number | null
  readonly roomFen: number | null
}

const moves = crudEndpoints(priceMove, { query: { expired: { as: 'flag', label: '已过期' } } })
const QTY = { min: 1, max: 1_000_000_000_000 } as const
/** As many as a document has lines; the price it has and the one it would have. */
const [MOST_PRICED, MOST_ASKED] = [500, 2]

export const products = {
  ...crudEndpoints(product, {
    query: { under: { as: 'ids', max: 20, label: '类别(含下级)', none: true } },
  }),
  price: endpoint<PriceFound>()('GET', '/api/products/:id/price', 'product.read', {
    summary: '客户在某日按数量的价格',
    params: ID_PARAM,
    /** Nobody's: the price anyone gets. Left out, the quantity is 1 and the day today. */
    query: {
      customerId: { as: 'id', label: '客户' },
      qtyMilli: { as: 'integer', ...QTY, label: '数量(千分之一)' },
      on: { as: 'day', label: '日期' },
    },
  }),
  prices: endpoint<PricesFound>()('POST', '/api/products/prices', 'product.read', {
    summary: '单据各行的价格,一次问完',
    body: {
      asked: list(
        group(
          {
            customerId: ref('customer', { label: '客户', optional: true }),
            on: day({ label: '日期' }),
          },
          { label: '给谁、哪天' },
        ),
        { label: '给谁、哪天', min: 1, max: MOST_ASKED },
      ),
      items: list(
        group(
          { productId: ref('product', { label: '产品' }), qtyMilli: quantity({ label: '数量', ...QTY }) },
          { label: '行' },
        ),
        { label: '行', min: 1, max: MOST_PRICED },
      ),
    },
  }),
}
export const productCategories = crudEndpoints(productCategory)
export const productPrices = crudEndpoints(productPrice)
export const priceMoves = {
  ...moves,
  list: { ...moves.list, reply: pageSchema({ type: 'object' }) } as Endpoint<{ query: ListQuery }, Page<PriceMoveRow>>,
}
const uses = crudEndpoints(productUse)
export const productUses = {
  ...uses,
  list: { ...uses.list, reply: pageSchema({ type: 'object' }) } as Endpoint<{ query: ListQuery }, Page<ProductUseRow>>,
}
