import { type Product, products } from '@crm/shared/contract/products'
import { dayOf } from '@crm/shared/days'
import { call } from '../server/client'
import { useDictionaries } from './dictionaries'
import { isProblem } from '../server/problem'
import { useSession } from '../session'

const MOST_OFFERED = 20

/** For whom and when a document is: prices depend on both. */
export interface LinesFor {
  readonly customerId: () => number | null
  readonly on: () => string | null
}

export interface LinesCase {
  /** null: anyone. */
  readonly customerId: number | null
  /** null: today. */
  readonly on: string | null
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
    /** What each costs in each case (the document's own where none is said), in one request; null where it cannot be said. */
    async pricesOf(
      items: readonly { readonly productId: number; readonly qtyMilli: number }[],
      cases: readonly LinesCase[] = [{ customerId: customerId(), on: on() }],
    ): Promise<(number | null)[][]> {
      const unknown = cases.map(() => items.map(() => null))
      if (items.length === 0) return unknown
      const today = dayOf(new Date().toISOString(), session.zone)
      const asked = cases.map((one) => ({ ...one, on: one.on ?? today }))
      try {
        const { prices } = await call(products.prices, { body: { asked, items: [...items] } })
        return prices.map((found) => found.map((price) => price?.priceFen ?? null))
      } catch (error) {
        if (isProblem(error)) return unknown
        throw error
      }
    },
  }
}
