import { contacts, customers, tags } from '@crm/shared/contract/customers'
import { useQueryCache } from '@pinia/colada'

export const customerKey = (id: number) => ['customer', id]
export const historyKey = (id: number) => ['customerHistory', id]
export const collaboratorsKey = (id: number) => ['collaborators', id]

/** After a write: what shows this customer, its contacts or lists of them loads again. */
export function useRefresh() {
  const cache = useQueryCache()
  const stale = (...keys: (string | number)[][]) => Promise.all(keys.map((key) => cache.invalidateQueries({ key })))
  return {
    customer: (id: number) => stale(customerKey(id), historyKey(id), ['list', customers.list.path]),
    /** A customer's contacts come and go with it. */
    withContacts: (id: number) =>
      stale(customerKey(id), historyKey(id), ['list', customers.list.path], ['list', contacts.list.path]),
    /** 剩余天数, quotas, what lies in the pools. */
    pools: () => stale(['pools']),
    quotas: () => stale(['pools', 'mine']),
    lists: () => stale(['list', customers.list.path], ['list', contacts.list.path]),
    contacts: () => stale(['list', contacts.list.path]),
    collaborators: (id: number) => stale(collaboratorsKey(id), historyKey(id)),
  }
}

/** Tags stand in lists, pickers and on customers. */
export function useRefreshTags() {
  const cache = useQueryCache()
  const stale = [['list', tags.list.path], ['choices', 'tag'], ['customer'], ['list', customers.list.path]]
  return () => Promise.all(stale.map((key) => cache.invalidateQueries({ key })))
}
