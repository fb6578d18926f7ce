import { type QuoteDetail, quotes } from '@crm/shared/contract/quotes'
import { orders } from '@crm/shared/contract/orders'
import { type QuoteMove, quoteMoves, quoteMovesFrom } from '@crm/shared/rules/quoteMoves'
import { useQueryCache } from '@pinia/colada'
import { shallowRef } from 'vue'
import { useRouter } from 'vue-router'
import { call, newKey } from '../../core/server/client'
import { useSession } from '../../core/session'
import { toast } from '../../core/toast'
import { useAttempt } from '../../core/form/useAttempt'
import { type Quote, quotePath } from './rows'

export type QuoteAction = QuoteMove | 'edit' | 'copy' | 'print' | 'remove'
export const quoteKey = (id: number) => ['quote', id]

/** After a write: the quote, every list of quotes and orders, the customer's story load again. */
export function useRefreshQuotes() {
  const cache = useQueryCache()
  const stale = [['list', quotes.list.path], ['list', orders.list.path], ['quote'], ['timeline']]
  return () => Promise.all(stale.map((key) => cache.invalidateQueries({ key })))
}

const permissionOf: Readonly<Record<QuoteMove, 'quote.update' | 'quote.create' | 'order.create'>> = {
  send: 'quote.update',
  accept: 'quote.update',
  decline: 'quote.update',
  renew: 'quote.update',
  revise: 'quote.create',
  order: 'order.create',
}

/** What may be done to a quote: the steps of its state, 编辑, 复制, 打印, 删除, 恢复. */
export function useQuoteActions({ removed }: { removed?: () => void } = {}) {
  const router = useRouter()
  const session = useSession()
  const refresh = useRefreshQuotes()
  const { attempt, failure, isBusy } = useAttempt(refresh)
  /** Whose dialog is open: a reason or a day is asked for. */
  const declined = shallowRef<Quote | null>(null)
  const renewed = shallowRef<Quote | null>(null)
  function closeDialog(): void {
    declined.value = null
    renewed.value = null
  }

  const stepsOf = (row: Quote) =>
    quoteMovesFrom(row.state)
      .filter((move) => session.can(permissionOf[move]))
      .filter((move) => !row.isExpired || (move !== 'accept' && move !== 'send'))
      .map((key) => ({ key, label: quoteMoves[key].label }))
  const canEdit = (row: Quote) => row.state === 'draft' && session.can('quote.update')
  const canRemove = (row: Quote) => row.state === 'draft' && session.can('quote.delete')
  const menuOf = (row: Quote) => [
    ...(canEdit(row) ? [{ key: 'edit', label: '编辑' }] : []),
    ...stepsOf(row),
    { key: 'print', label: '打印' },
    ...(session.can('quote.create') ? [{ key: 'copy', label: '复制' }] : []),
    ...(canRemove(row) ? [{ key: 'remove', label: '删除', divided: true }] : []),
  ]
  const at = (row: Pick<Quote, 'id' | 'version'>) => ({ params: { id: row.id }, body: { version: row.version } })
  const step = (move: 'send' | 'accept', row: Pick<Quote, 'id' | 'version'>): Promise<QuoteDetail> =>
    call(quotes[move], at(row))
  const take = (move: 'send' | 'accept', row: Quote) =>
    attempt(async () => {
      await step(move, row)
      await refresh()
    })
  const revise = (row: Quote) =>
    attempt(async () => {
      const { id } = await call(quotes.revise, at(row), { idempotencyKey: newKey() })
      await refresh()
      await router.push(`${quotePath({ id })}/edit`)
    })
  const copy = (row: Quote) =>
    attempt(async () => {
      const { id } = await call(quotes.copy, { params: { id: row.id } }, { idempotencyKey: newKey() })
      await refresh()
      await router.push(`${quotePath({ id })}/edit`)
    })
  const order = (row: Quote) =>
    attempt(async () => {
      const { id } = await call(quotes.order, at(row), { idempotencyKey: newKey() })
      await refresh()
      await router.push(`/orders/${id}`)
    })
  const restore = (row: Quote) =>
    attempt(async () => {
      await call(quotes.restore, { params: { id: row.id } })
      await refresh()
      toast(`已恢复 ${row.number}`)
    })
  const remove = (row: Quote) =>
    attempt(async () => {
      await call(quotes.remove, { params: { id: row.id }, query: { version: row.version } })
      removed?.()
      await refresh()
      toast(`已删除 ${row.number}`, { label: '撤销', run: () => void restore(row) })
    })
  function run(action: QuoteAction, row: Quote): void {
    failure.value = null
    if (action === 'edit') void router.push(`${quotePath(row)}/edit`)
    else if (action === 'print') void router.push(`/print${quotePath(row)}`)
    else if (action === 'decline') declined.value = row
    else if (action === 'renew') renewed.value = row
    else if (action === 'revise') void revise(row)
    else if (action === 'copy') void copy(row)
    else if (action === 'order') void order(row)
    else if (action === 'remove') void remove(row)
    else void take(action, row)
  }
  return { stepsOf, menuOf, canEdit, canRemove, failure, declined, renewed, closeDialog, isBusy, step, run, restore }
}
export type QuoteActions = ReturnType<typeof useQuoteActions>
