import { priceMoves, productPrices, products, productUses } from '@crm/shared/contract/products'
import { useQueryCache } from '@pinia/colada'
import { CATEGORIES_KEY } from '../../core/choices/productCategories'

const KEYS = [
  ['list', products.list.path],
  ['list', priceMoves.list.path],
  ['list', productPrices.list.path],
  ['list', productUses.list.path],
  ['product'],
  CATEGORIES_KEY,
]
/** After a write: whatever shows products, prices, categories or uses loads again. */
export function useRefresh() {
  const cache = useQueryCache()
  return () => Promise.all(KEYS.map((key) => cache.invalidateQueries({ key })))
}
