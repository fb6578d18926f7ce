import { contacts } from '@crm/shared/contract/customers'
import { computed, shallowRef } from 'vue'
import { call } from '../../../core/server/client'
import { useSession } from '../../../core/session'
import { toast } from '../../../core/toast'
import { useAttempt } from '../../../core/form/useAttempt'
import type { Contact, Customer } from '../rows'
import { useRefresh } from '../record/useRefresh'
import { isMasked, type PhoneOf, type Reveal } from './useReveal'
import { saveCard, vcard } from './vcard'

export type ContactAction = 'edit' | 'primary' | 'card' | 'remove'

/** What may be done to a contact: its menu, the drawer that is open, 删除 and 恢复, the card for a phone. */
export function useContactActions(
  reveal: Reveal,
  companyOf: (row: Contact) => Promise<Pick<Customer, 'name' | 'regionName' | 'address' | 'website'>>,
) {
  const session = useSession()
  const refresh = useRefresh()
  const { attempt, failure } = useAttempt(refresh.contacts)
  const edited = shallowRef<Contact | null>(null)
  const canReveal = computed(() => session.can('phone.reveal'))

  const menuOf = (row: Contact) => [
    ...(session.can('contact.update') ? [{ key: 'edit', label: '编辑' }] : []),
    ...(session.can('contact.update') && !row.isPrimary ? [{ key: 'primary', label: '设为首要联系人' }] : []),
    { key: 'card', label: '下载名片(.vcf)' },
    ...(session.can('contact.delete') ? [{ key: 'remove', label: '删除', divided: true }] : []),
  ]
  const restore = (row: Pick<Contact, 'id' | 'name'>) =>
    attempt(async () => {
      await call(contacts.restore, { params: { id: row.id } })
      await refresh.contacts()
      toast(`已恢复 ${row.name}`)
    })
  const remove = (row: Contact) =>
    attempt(async () => {
      await call(contacts.remove, { params: { id: row.id }, query: { version: row.version } })
      await refresh.contacts()
      toast(`已删除 ${row.name}`, { label: '撤销', run: () => void restore(row) })
    })
  const makePrimary = (row: Contact) =>
    attempt(async () => {
      await call(contacts.update, { params: { id: row.id }, body: { version: row.version, isPrimary: true } })
      await refresh.contacts()
    })
  /** Whole numbers only: a masked one is asked for where one may, else left out. */
  async function card(row: Contact): Promise<void> {
    const whole = async (field: Extract<PhoneOf, { of: 'contact' }>['field']): Promise<string | null> => {
      const phone = { of: 'contact', id: row.id, field } as const
      if (!isMasked(row[field])) return row[field]
      return reveal.revealed(phone)?.number ?? (canReveal.value ? await reveal.reveal(phone) : null)
    }
    const numbers = { mobile: await whole('mobile'), mobile2: await whole('mobile2'), phone: await whole('phone') }
    await attempt(async () => saveCard(row.name, vcard({ ...row, ...numbers }, await companyOf(row))))
  }
  function run(action: ContactAction, row: Contact): void {
    failure.value = null
    if (action === 'edit') edited.value = row
    else if (action === 'primary') void makePrimary(row)
    else if (action === 'card') void card(row)
    else void remove(row)
  }
  return { menuOf, edited, failure, run, restore, close: () => void (edited.value = null) }
}
