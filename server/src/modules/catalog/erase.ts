import { dropTokens } from '../../db/search.ts'
import type { Tx } from '../../db/store.ts'

/** Removes a product for good with all that is said of it; lines of documents keep its words. Only 系统初始化 goes so far. */
export async function eraseProduct(tx: Tx, id: number): Promise<void> {
  for (const table of ['productPrices', 'priceMoves', 'productUses'] as const)
    await tx.deleteFrom(table).where('productId', '=', id).execute()
  for (const table of ['quoteLines', 'orderLines'] as const)
    await tx.updateTable(table).set({ productId: null }).where('productId', '=', id).execute()
  await dropTokens(tx, 'productSearch', id)
  await tx.deleteFrom('products').where('id', '=', id).execute()
}

/** Whatever is below it or in it stands alone then. */
export async function eraseCategory(tx: Tx, id: number): Promise<void> {
  await tx.updateTable('productCategories').set({ parentId: null }).where('parentId', '=', id).execute()
  await tx.updateTable('products').set({ categoryId: null }).where('categoryId', '=', id).execute()
  await tx.deleteFrom('productCategories').where('id', '=', id).execute()
}
