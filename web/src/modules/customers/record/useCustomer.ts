import { customers } from '@crm/shared/contract/customers'
import type { Page } from '@crm/shared/kernel/endpoint'
import { useQuery, useQueryCache } from '@pinia/colada'
import { call } from '../../../core/server/client'
import type { Customer } from '../rows'
import { customerKey } from './useRefresh'

/** One customer; the row a list has shown stands until the answer comes. */
export function useCustomer(id: number) {
  const cache = useQueryCache()
  const listed = (): Customer | undefined =>
    cache
      .getEntries({ key: ['list', customers.list.path] })
      .flatMap(({ state }) => (state.value.data as Page<Customer> | undefined)?.items ?? [])
      .find((row) => row.id === id && !row.deletedAt && row.name !== undefined)
  return useQuery({
    key: customerKey(id),
    query: ({ signal }) => call(customers.get, { params: { id } }, { signal }),
    placeholderData: listed,
  })
}
