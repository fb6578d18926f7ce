import {
  createCategory,
  createMove,
  createPrice,
  createProduct,
  createUse,
  removeCategory,
  removeMove,
  removePrice,
  removeProduct,
  uses,
} from '@crm/server/modules/catalog/service'
import type { Actor } from '@crm/server/core/access/actor'
import type { Tx } from '@crm/server/db/store'
import type { Kind, Part, Rule } from './part.ts'

/** Made by then: the endpoints of products come first. */
const FIRST = 1

const goods = (tx: Tx, actor: Actor, next: (label: string) => string) =>
  createProduct(tx, actor, { name: next('产品'), priceFen: 1_000 })

/** Five kinds of rows that are asked for in the same way. */
function managed(path: string, of: string, needs: Readonly<Record<'read' | 'create' | 'update' | 'remove', string>>) {
  return {
    [`GET /api/${path}`]: { needs: needs.read, ok: 200 },
    [`POST /api/${path}`]: { needs: needs.create, ok: 201 },
    [`GET /api/${path}/:id`]: { needs: needs.read, of, ok: 200 },
    [`PATCH /api/${path}/:id`]: { needs: needs.update, of, ok: 200 },
    [`DELETE /api/${path}/:id`]: { needs: needs.remove, of, ok: 204 },
    [`POST /api/${path}/:id/restore`]: { needs: needs.remove, of, recycled: true, ok: 200 },
  } satisfies Record<string, Rule>
}
const ofProducts = {
  read: 'product.read',
  create: 'product.update',
  update: 'product.update',
  remove: 'product.update',
} as const
const everybodys = (kind: Omit<Kind, 'of'>): Kind => ({ of: 'everybody', ...kind })

export const products = {
  policies: {
    ...managed('products', 'product', {
      read: 'product.read',
      create: 'product.create',
      update: 'product.update',
      remove: 'product.delete',
    }),
    'GET /api/products/:id/price': { needs: 'product.read', of: 'product', ok: 200 },
    'POST /api/products/prices': { needs: 'product.read', ok: 200 },
    ...managed('product-categories', 'productCategory', ofProducts),
    ...managed('product-prices', 'productPrice', ofProducts),
    ...managed('price-moves', 'priceMove', ofProducts),
    'GET /api/product-uses': { needs: 'customer.read', ok: 200 },
    'POST /api/product-uses': { needs: 'customer.update', of: 'customer', shared: 'edit', ok: 201 },
    'GET /api/product-uses/:id': { needs: 'customer.read', of: 'productUse', shared: 'read', ok: 200 },
    'PATCH /api/product-uses/:id': { needs: 'customer.update', of: 'productUse', shared: 'edit', ok: 200 },
    'DELETE /api/product-uses/:id': { needs: 'customer.update', of: 'productUse', shared: 'edit', ok: 204 },
    'POST /api/product-uses/:id/restore': { needs: 'customer.update', of: 'productUse', recycled: true, ok: 200 },
  },
  bodies: {
    'POST /api/products': (_row, _app, n) => ({ name: `新产品${n}`, priceFen: 100 }),
    'PATCH /api/products/:id': (row) => ({ version: row.version, notes: '改过' }),
    'POST /api/products/prices': () => ({
      asked: [{ on: '2026-11-22' }],
      items: [{ productId: FIRST, qtyMilli: 1_000 }],
    }),
    'POST /api/product-categories': (_row, _app, n) => ({ name: `新类别${n}` }),
    'PATCH /api/product-categories/:id': (row) => ({ version: row.version, position: 7 }),
    'POST /api/product-prices': (_row, _app, n) => ({ productId: FIRST, minQtyMilli: n, priceFen: 90 }),
    'PATCH /api/product-prices/:id': (row) => ({ version: row.version, priceFen: 80 }),
    'POST /api/price-moves': () => ({ productId: FIRST }),
    'PATCH /api/price-moves/:id': (row) => ({ version: row.version, reason: '行情上涨' }),
    'POST /api/product-uses': (row) => ({
      customerId: row.id,
      productId: FIRST,
      fromOn: '2026-10-01',
      untilOn: '2026-10-31',
      qtyMilli: 5_000,
    }),
    'PATCH /api/product-uses/:id': (row) => ({ version: row.version, note: '采购说的' }),
  },
  kinds: {
    product: everybodys({
      make: (tx, { actor, next }) => goods(tx, actor, next),
      remove: (tx, actor, { id, version }) => removeProduct(tx, actor, id, version),
    }),
    productCategory: everybodys({
      make: (tx, { actor, next }) => createCategory(tx, actor, { name: next('类别') }),
      remove: (tx, actor, { id, version }) => removeCategory(tx, actor, id, version),
    }),
    productPrice: everybodys({
      make: async (tx, { actor, next }) =>
        createPrice(tx, actor, { productId: (await goods(tx, actor, next)).id, priceFen: 900 }),
      remove: (tx, actor, { id, version }) => removePrice(tx, actor, id, version),
    }),
    priceMove: everybodys({
      make: async (tx, { actor, next }) => createMove(tx, actor, { productId: (await goods(tx, actor, next)).id }),
      remove: (tx, actor, { id, version }) => removeMove(tx, actor, id, version),
    }),
    productUse: {
      of: 'customer',
      reads: 'customer.read',
      make: async (tx, { actor, customerId, next }) =>
        createUse(tx, actor, {
          customerId,
          productId: (await goods(tx, actor, next)).id,
          fromOn: '2026-01-01',
          untilOn: '2026-06-30',
          qtyMilli: 1_000,
        }),
      remove: (tx, actor, { id, version }) => uses.remove(tx, actor, id, version),
    },
  },
} satisfies Part
