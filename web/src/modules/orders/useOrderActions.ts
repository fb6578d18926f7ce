import { type OrderDetail, orders } from '@crm/shared/contract/orders'
import { type OrderMove, orderMoves, orderMovesFrom } from '@crm/shared/rules/orderMoves'
import { useQueryCache } from '@pinia/colada'
import { shallowRef } from 'vue'
import { useRouter } from 'vue-router'
import { call } from '../../core/server/client'
import { confirm } from '../../core/confirm'
import { useSession } from '../../core/session'
import { toast } from '../../core/toast'
import { useAttempt } from '../../core/form/useAttempt'
import { type Order, orderPath } from './rows'

export type OrderAction = OrderMove | 'edit' | 'copy' | 'print' | 'remove'
export const orderKey = (id: number) => ['order', id]

/** What a step came to, for the page that shows the order next: what the rules would like to be known, or why they refused. */
export const outcome = shallowRef<{ id: number; warnings: readonly string[]; failure: unknown } | null>(null)

/** After a write: the order, every list of orders, the customer's story and money, 工作台 load again. */
export function useRefreshOrders() {
  const cache = useQueryCache()
  const stale = [
    ['list', orders.list.path],
    ['order'],
    ['timeline'],
    ['home'],
    ['customerMoney'],
    ['bought'],
    ['approvals'],
  ]
  return () => Promise.all(stale.map((key) => cache.invalidateQueries({ key })))
}

const permissionOf: Readonly<Record<OrderMove, 'order.update' | 'order.void'>> = {
  submit: 'order.update',
  withdraw: 'order.update',
  close: 'order.void',
  reopen: 'order.void',
  void: 'order.void',
}

/** What may be done to an order: the steps of its state, 编辑, 删除, 恢复. */
export function useOrderActions({ edit, removed }: { edit: (row: Order) => void; removed?: () => void }) {
  const router = useRouter()
  const session = useSession()
  const refresh = useRefreshOrders()
  const { attempt, failure, isBusy } = useAttempt(refresh)
  /** The order that is being voided: its reason is asked for. */
  const voided = shallowRef<Order | null>(null)

  const stepsOf = (row: Order) =>
    orderMovesFrom(row.state)
      .filter((move) => session.can(permissionOf[move]))
      .map((key) => ({ key, label: orderMoves[key].label }))
  const canEdit = (row: Order) => row.state === 'draft' && session.can('order.update')
  const canRemove = (row: Order) => row.state === 'draft' && session.can('order.delete')
  const menuOf = (row: Order) => [
    ...(canEdit(row) ? [{ key: 'edit', label: '编辑' }] : []),
    ...stepsOf(row),
    { key: 'print', label: '打印' },
    ...(canRemove(row) ? [{ key: 'remove', label: '删除', divided: true }] : []),
  ]
  const step = (move: Exclude<OrderMove, 'void'>, row: Pick<Order, 'id' | 'version'>): Promise<OrderDetail> =>
    call(orders[move], { params: { id: row.id }, body: { version: row.version } })
  const take = (move: Exclude<OrderMove, 'void'>, row: Order) =>
    attempt(async () => {
      const after = await step(move, row)
      outcome.value = { id: row.id, warnings: after.warnings ?? [], failure: null }
      await refresh()
      if (after.state === 'approving') toast(`${row.number} 已提交审批`)
    })
  const restore = (row: Order) =>
    attempt(async () => {
      await call(orders.restore, { params: { id: row.id } })
      await refresh()
      toast(`已恢复 ${row.number}`)
    })
  const remove = (row: Order) =>
    attempt(async () => {
      await call(orders.remove, { params: { id: row.id }, query: { version: row.version } })
      removed?.()
      await refresh()
      toast(`已删除 ${row.number}`, { label: '撤销', run: () => void restore(row) })
    })
  async function close(row: Order): Promise<void> {
    const isSure = await confirm({
      title: `关闭订单 ${row.number}?`,
      detail: '未交的数量不再交货,金额不变;可以重新打开。',
      yes: '关闭订单',
    })
    if (isSure) await take('close', row)
  }
  function run(action: OrderAction, row: Order): void {
    failure.value = null
    if (action === 'edit') edit(row)
    else if (action === 'remove') void remove(row)
    else if (action === 'void') voided.value = row
    else if (action === 'close') void close(row)
    else if (action === 'print') void router.push(`/print${orderPath(row)}`)
    else if (action !== 'copy') void take(action, row)
  }
  return { stepsOf, menuOf, canEdit, canRemove, failure, voided, isBusy, step, run, restore }
}
