import { type Product, products } from '@crm/shared/contract/products'
import { call } from './client'
import { useDictionaries } from './dictionaries'
import { isProblem } from './problem'
import { useSession } from './session'

const MOST_OFFERED = 20

/** For whom and when a document is: prices depend on both. */
export interface LinesFor {
  readonly customerId: () => number | null
  readonly on: () => string | null
}

/** Products and prices as the lines of a document ask for them (`source` of LineGrid); nothing for whoever may not see products. */
export function useLineProducts({ customerId, on }: LinesFor) {
  const session = useSession()
  const { labelOf } = useDictionaries()
  const choiceOf = ({ id, name, number, priceFen, spec, taxRateBp, unit }: Product) => ({
    productId: id,
    name,
    number,
    spec,
    unit: unit === null ? null : labelOf('productUnit', unit),
    priceFen,
    taxRateBp,
  })
  return {
    choiceOf,
    async search(text: string) {
      if (!session.can('product.read')) return []
      const q = text.trim() ? { q: text.trim() } : {}
      const { items } = await call(products.list, { query: { ...q, active: true, size: MOST_OFFERED } })
      return items.map(choiceOf)
    },
    /** `buyer`: somebody else than whom the document is for; null = anyone. */
    async priceOf(productId: number, qtyMilli: number, buyer = customerId()): Promise<number | null> {
      const day = on()
      const query = { qtyMilli, ...(buyer && { customerId: buyer }), ...(day && { on: day }) }
      try {
        return (await call(products.price, { params: { id: productId }, query })).priceFen
      } catch (error) {
        if (isProblem(error)) return null
        throw error
      }
    },
  }
}
