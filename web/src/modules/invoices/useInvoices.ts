import { useQueryCache } from '@pinia/colada'

/** An invoice moved: lists, what may still be invoiced, what became owed, consents load again. */
export function useRefreshInvoices() {
  const cache = useQueryCache()
  const stale = [['list'], ['invoice'], ['invoicing'], ['receivable'], ['plan'], ['customerMoney'], ['home']]
  return () => Promise.all(stale.map((key) => cache.invalidateQueries({ key })))
}
