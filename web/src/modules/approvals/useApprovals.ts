import { approvals as api, type ApprovalDetail } from '@crm/shared/contract/approvals'
import { useQueryCache } from '@pinia/colada'
import { shallowRef } from 'vue'
import { call } from '../../core/server/client'
import { isProblem } from '../../core/server/problem'
import { toast } from '../../core/toast'

export const approvalKey = (id: number) => ['approvals', id]

/** After a decision: the lists, the opened one and the workbench load again. */
export function useRefreshApprovals() {
  const cache = useQueryCache()
  const stale = [['list', api.list.path], ['approvals'], ['home']]
  return () => Promise.all(stale.map((key) => cache.invalidateQueries({ key })))
}

type Decision = 'approve' | 'reject' | 'withdraw'

/** What may be done about one approval. Each says what happened and answers true, or keeps why not. */
export function useDecision(id: () => number) {
  const refresh = useRefreshApprovals()
  const failure = shallowRef<unknown>(null)
  const busy = shallowRef<Decision | null>(null)

  async function attempt(what: Decision, words: string, work: () => Promise<ApprovalDetail>): Promise<boolean> {
    failure.value = null
    busy.value = what
    try {
      const { title } = await work()
      toast(`${words} ${title}`)
      await refresh()
      return true
    } catch (error) {
      failure.value = error
      // Somebody was faster: what stands here is not so any more.
      if (isProblem(error, 'illegal_move') || isProblem(error, 'not_found')) await refresh()
      return false
    } finally {
      busy.value = null
    }
  }
  const params = () => ({ id: id() })
  const approve = (note: string) =>
    attempt('approve', '已同意', () => call(api.approve, { params: params(), body: { note: note || null } }))
  const reject = (reason: string) =>
    attempt('reject', '已驳回', () => call(api.reject, { params: params(), body: { reason } }))
  const withdraw = () => attempt('withdraw', '已撤回', () => call(api.withdraw, { params: params(), body: {} }))
  return { approve, reject, withdraw, failure, busy }
}
