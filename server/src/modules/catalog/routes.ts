import * as api from '@crm/shared/contract/products'
import { productCategory } from '@crm/shared/entities/product'
import type { Router } from '../../core/http/bind.ts'
import { containing } from '../../core/rows/wordSearch.ts'
import { categories, createCategory, removeCategory, restoreCategory, updateCategory } from './categories.ts'
import { createMove, findMove, listMoves, removeMove, restoreMove, updateMove } from './moves.ts'
import { createPrice, findPrice, listPrices, removePrice, restorePrice, updatePrice } from './prices.ts'
import { priceOf, pricesOfLines } from './pricing.ts'
import { createProduct, listProducts, products, removeProduct, restoreProduct, updateProduct } from './products.ts'
import { createUse, listUses, restoreUse, updateUse, uses } from './uses.ts'

export function catalogRoutes({ read, write }: Router): void {
  read(api.products.list, (db, { actor, query, heavy }) => listProducts(db, actor, query, { heavy }))
  read(api.products.get, (db, { actor, params }) => products.find(db, actor, params.id))
  write(api.products.create, (tx, { actor, body }) => createProduct(tx, actor, body))
  write(api.products.update, (tx, { actor, params, body }) => updateProduct(tx, actor, params.id, body))
  write(api.products.remove, (tx, { actor, params, query }) => removeProduct(tx, actor, params.id, query.version))
  write(api.products.restore, (tx, { actor, params }) => restoreProduct(tx, actor, params.id))
  read(api.products.price, (db, { actor, params, query }) => priceOf(db, actor, params.id, query))
  read(api.products.prices, (db, { actor, body }) => pricesOfLines(db, actor, body))

  read(api.productCategories.list, (db, { actor, query }) =>
    categories.list(db, actor, query, { where: containing(productCategory, ['name'], query.q) }),
  )
  read(api.productCategories.get, (db, { actor, params }) => categories.find(db, actor, params.id))
  write(api.productCategories.create, (tx, { actor, body }) => createCategory(tx, actor, body))
  write(api.productCategories.update, (tx, { actor, params, body }) => updateCategory(tx, actor, params.id, body))
  write(api.productCategories.remove, (tx, { actor, params, query }) =>
    removeCategory(tx, actor, params.id, query.version),
  )
  write(api.productCategories.restore, (tx, { actor, params }) => restoreCategory(tx, actor, params.id))

  read(api.productPrices.list, (db, { actor, query, heavy }) => listPrices(db, actor, query, { heavy }))
  read(api.productPrices.get, (db, { actor, params }) => findPrice(db, actor, params.id))
  write(api.productPrices.create, (tx, { actor, body }) => createPrice(tx, actor, body))
  write(api.productPrices.update, (tx, { actor, params, body }) => updatePrice(tx, actor, params.id, body))
  write(api.productPrices.remove, (tx, { actor, params, query }) => removePrice(tx, actor, params.id, query.version))
  write(api.productPrices.restore, (tx, { actor, params }) => restorePrice(tx, actor, params.id))

  read(api.priceMoves.list, (db, { actor, query, heavy }) => listMoves(db, actor, query, { heavy }))
  read(api.priceMoves.get, (db, { actor, params }) => findMove(db, actor, params.id))
  write(api.priceMoves.create, (tx, { actor, body }) => createMove(tx, actor, body))
  write(api.priceMoves.update, (tx, { actor, params, body }) => updateMove(tx, actor, params.id, body))
  write(api.priceMoves.remove, (tx, { actor, params, query }) => removeMove(tx, actor, params.id, query.version))
  write(api.priceMoves.restore, (tx, { actor, params }) => restoreMove(tx, actor, params.id))

  read(api.productUses.list, (db, { actor, query, heavy }) => listUses(db, actor, query, { heavy }))
  read(api.productUses.get, (db, { actor, params }) => uses.find(db, actor, params.id))
  write(api.productUses.create, (tx, { actor, body }) => createUse(tx, actor, body))
  write(api.productUses.update, (tx, { actor, params, body }) => updateUse(tx, actor, params.id, body))
  write(api.productUses.remove, async (tx, { actor, params, query }) => {
    await uses.remove(tx, actor, params.id, query.version)
    return null
  })
  write(api.productUses.restore, (tx, { actor, params }) => restoreUse(tx, actor, params.id))
}
