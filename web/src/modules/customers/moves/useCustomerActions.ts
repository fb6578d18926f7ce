import { customers } from '@crm/shared/contract/customers'
import { computed, shallowRef } from 'vue'
import { call } from '../../../core/server/client'
import { useSession } from '../../../core/session'
import { toast } from '../../../core/toast'
import { useAttempt } from '../../../core/form/useAttempt'
import type { Customer } from '../rows'
import { useRefresh } from '../record/useRefresh'

export type CustomerAction =
  | 'edit'
  | 'contact'
  | 'transfer'
  | 'collaborators'
  | 'release'
  | 'extend'
  | 'lock'
  | 'unlock'
  | 'remove'
type AtOnce = 'remove' | 'lock' | 'unlock'
type Asked = { readonly action: Exclude<CustomerAction, AtOnce>; readonly row: Customer }

/** What may be done to a customer, from its row or its page: the menu, the dialog that is open, 删除 and 恢复. */
export function useCustomerActions({ onRemoved }: { onRemoved?: (row: Customer) => void } = {}) {
  const session = useSession()
  const refresh = useRefresh()
  const { attempt, failure } = useAttempt(refresh.lists)
  const asked = shallowRef<Asked | null>(null)
  /** Why the last 删除 or 恢复 was refused; the page shows it. */

  const all = [
    { key: 'edit', label: '编辑', permission: 'customer.update' },
    { key: 'contact', label: '新建联系人', permission: 'contact.create' },
    { key: 'transfer', label: '转移负责人', permission: 'customer.assign' },
    { key: 'collaborators', label: '设置协作人', permission: 'customer.assign' },
    { key: 'release', label: '放入公海', permission: 'pool.release' },
    { key: 'extend', label: '申请延期', permission: 'customer.update' },
    { key: 'lock', label: '锁定,不回收', permission: 'pool.manage' },
    { key: 'unlock', label: '解除锁定', permission: 'pool.manage' },
    { key: 'remove', label: '删除', permission: 'customer.delete' },
  ] as const
  const menu = computed(() =>
    all
      .filter((one) => session.can(one.permission))
      .map(({ key, label }) => ({ key, label, divided: key === 'remove' })),
  )
  /** 公海 takes customers from owners only: the rest of its verbs say nothing about the others. */
  const menuOf = (row: Customer | undefined) => {
    const idle = row?.ownerId === null ? ['extend', 'lock', 'unlock'] : [row?.isLocked ? 'lock' : 'unlock']
    return menu.value.filter(({ key }) => !idle.includes(key))
  }

  const restore = (row: Pick<Customer, 'id' | 'name'>) =>
    attempt(async () => {
      await call(customers.restore, { params: { id: row.id } })
      await refresh.withContacts(row.id)
      toast(`已恢复 ${row.name}`)
    })
  const remove = (row: Customer) =>
    attempt(async () => {
      await call(customers.remove, { params: { id: row.id }, query: { version: row.version } })
      onRemoved?.(row)
      await refresh.withContacts(row.id)
      toast(`已删除 ${row.name}`, { label: '撤销', run: () => void restore(row) })
    })
  const lock = (row: Customer, locked: boolean) =>
    attempt(async () => {
      const { pools } = await import('@crm/shared/contract/pools')
      await call(pools.lock, { params: { id: row.id }, body: { locked } })
      await refresh.customer(row.id)
      await refresh.pools()
      toast(locked ? `已锁定 ${row.name},不会被回收` : `已解除 ${row.name} 的锁定`)
    })
  function run(action: CustomerAction, row: Customer): void {
    failure.value = null
    if (action === 'remove') void remove(row)
    else if (action === 'lock' || action === 'unlock') void lock(row, action === 'lock')
    else asked.value = { action, row }
  }
  return { menu, menuOf, onRemoved, asked, failure, run, restore, close: () => void (asked.value = null) }
}
export type CustomerActions = ReturnType<typeof useCustomerActions>
