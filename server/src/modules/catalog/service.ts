/** What other modules may ask of products and prices. */
export { type Goods, goodsOf } from './goods.ts'
