import { customers } from '@crm/shared/contract/customers'
import type { Endpoint } from '@crm/shared/kernel/endpoint'
import { useQuery } from '@pinia/colada'
import { computed } from 'vue'
import { useRoute } from 'vue-router'
import { call } from '../server/client'

const idIn = (text: unknown) => (/^[1-9]\d{0,14}$/.test(String(text ?? '')) ? Number(text) : null)

/**
 * What the form of a document starts from: the row of its address (`/orders/5/edit`), or whose it will be
 * (`/orders/new?customerId=3`). `isClosed`: it may not be edited any more. `FormStart` waits for it.
 */
export function useFormStart<Row extends { readonly state: string }>(
  name: string,
  get: Endpoint<{ params: { id: number } }, Row>,
) {
  const route = useRoute()
  const [id, customerId] = [idIn(route.params['id']), idIn(route.query['customerId'])]
  const query = useQuery({
    // Not the page's own copy: a form must start from what is stored now.
    key: [name, id ?? 0, customerId ?? 0],
    query: async ({ signal }) => ({
      row: id ? await call(get, { params: { id } }, { signal }) : null,
      customer: customerId ? await call(customers.get, { params: { id: customerId } }, { signal }) : null,
    }),
    staleTime: 0,
    gcTime: 0,
  })
  const isClosed = computed(() => (query.data.value?.row ?? { state: 'draft' }).state !== 'draft')
  return { id, query, isClosed }
}
