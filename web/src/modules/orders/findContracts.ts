import { contracts } from '@crm/shared/contract/contracts'
import { call } from '../../core/server/client'
import { contractLabel } from '../../core/choices/documentSearch'
import type { Search } from '../../core/choices/references'
import { useSession } from '../../core/session'

const MOST_OFFERED = 20

/** The contracts of the customer that stands in a form, told apart by number, name, amount and what is still to come in. */
export function findContractsOf(customerId: () => number | null): Search {
  const session = useSession()
  return async (text) => {
    const id = customerId()
    if (!id || !session.can('contract.read')) return []
    const q = text.trim() ? { q: text.trim() } : {}
    const { items } = await call(contracts.list, { query: { ...q, customerId: String(id), size: MOST_OFFERED } })
    return items.filter(({ state }) => state !== 'void').map((one) => ({ value: one.id, label: contractLabel(one) }))
  }
}
