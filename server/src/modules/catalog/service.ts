/** What other modules may ask of products and prices. */
export { createCategory, removeCategory } from './categories.ts'
export { type Goods, goodsOf } from './goods.ts'
export { asInput, type Priced, type PricedLine, priceLines } from './lines.ts'
export { createMove, removeMove } from './moves.ts'
export { createPrice, removePrice } from './prices.ts'
export { ANYONE, priceOf, pricesFor } from './pricing.ts'
export { createProduct, products, removeProduct, updateProduct, withdrawProduct } from './products.ts'
export { createUse, uses } from './uses.ts'
