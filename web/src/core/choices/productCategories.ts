import type { ProductCategory } from '@crm/shared/contract/products'
import { useQuery } from '@pinia/colada'
import { computed } from 'vue'
import { allRows } from '../server/allRows'
import { useSession } from '../session'
import { parentsOf, treeOf } from './tree'

const FRESH_MS = 60_000
export const CATEGORIES_KEY = ['productCategories']

/** 产品类别 as a tree, and as choices called by their path: 传动件 / 轴承. */
export function useProductCategories() {
  const session = useSession()
  const query = useQuery({
    key: CATEGORIES_KEY,
    query: async ({ signal }) => {
      // Forms and filters of all pages may meet a category, few do.
      const { productCategories } = await import('@crm/shared/contract/products')
      return allRows<ProductCategory>(productCategories.list, { sort: 'position' }, signal)
    },
    staleTime: FRESH_MS,
    enabled: () => session.can('product.read'),
  })
  const rows = computed(() => query.data.value ?? [])
  const tree = computed(() => treeOf(rows.value))
  const choices = computed(() => parentsOf(rows.value, null))
  return { query, rows, tree, choices }
}
