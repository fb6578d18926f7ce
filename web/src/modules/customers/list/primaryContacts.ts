import { contacts } from '@crm/shared/contract/customers'
import { call } from '../../../core/server/client'
import type { CustomerFigures } from '../../../core/panels/customerFigures'
import { EMPTY } from '../../../core/display/display'

const KEY = 'primaryContact'
/** 首要联系人 of the customers of a page; in the list itself it would cost each reader, whether or not he wants it. */
export const primaryContacts: CustomerFigures = {
  key: ['list', contacts.list.path, KEY],
  permission: 'contact.read',
  columns: [{ key: KEY, label: '首要联系人', widthPx: 88, inCard: '' }],
  load: async () => ({
    async read(ids, _, { signal }) {
      const query = {
        customerId: ids.join(),
        isPrimary: true,
        size: ids.length,
        fields: ['name', 'customerId', 'jobTitle'],
      }
      const { items } = await call(contacts.list, { query }, { signal })
      const found = new Map(items.map((row) => [row.customerId, row]))
      return new Map(
        ids.map((id) => {
          const one = found.get(id)
          const title = [one?.name, one?.jobTitle].filter(Boolean).join(' · ')
          return [id, { [KEY]: one ? { text: one.name, title } : { text: EMPTY } }]
        }),
      )
    },
  }),
}
