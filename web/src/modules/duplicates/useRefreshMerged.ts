import { contacts, customers } from '@crm/shared/contract/customers'
import { useQueryCache } from '@pinia/colada'

const SHOWN = [
  ['duplicates'],
  ['merges'],
  ['customer'],
  ['customerHistory'],
  ['timeline'],
  ['collaborators'],
  ['list', customers.list.path],
  ['list', contacts.list.path],
]
/** After a merge or its undo: whatever shows customers and what hangs on them. */
export function useRefreshMerged() {
  const cache = useQueryCache()
  return () => Promise.all(SHOWN.map((key) => cache.invalidateQueries({ key })))
}
