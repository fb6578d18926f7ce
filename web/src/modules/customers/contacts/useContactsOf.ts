import { contacts } from '@crm/shared/contract/customers'
import { useQuery } from '@pinia/colada'
import { computed } from 'vue'
import { call } from '../../../core/server/client'
import { useCan } from '../../../core/useCan'
import type { Contact } from '../rows'

/** More people than any customer has in an address book; the list page shows the rest. */
const MOST = 200

/** The people of a customer, the primary one first. */
export function useContactsOf(customerId: number) {
  const canRead = useCan('contact.read')
  const query = useQuery({
    key: ['list', contacts.list.path, { of: customerId }],
    query: ({ signal }) =>
      call(contacts.list, { query: { customerId: [customerId], size: MOST, sort: 'id' } }, { signal }),
    enabled: canRead,
  })
  const rows = computed<Contact[]>(() => query.data.value?.items ?? [])
  return {
    canRead,
    contacts: computed(() => [
      ...rows.value.filter((row) => row.isPrimary),
      ...rows.value.filter((row) => !row.isPrimary),
    ]),
    isKnown: computed(() => query.data.value !== undefined),
    query,
  }
}
