import { feedback } from '@crm/shared/contract/feedback'
import { type FeedbackMove, feedbackMoves, movesFrom } from '@crm/shared/rules/feedbackMoves'
import { useQueryCache } from '@pinia/colada'
import { shallowRef } from 'vue'
import { call } from '../../core/server/client'
import { useSession } from '../../core/session'
import { toast } from '../../core/toast'
import { useAttempt } from '../../core/form/useAttempt'
import type { Feedback } from './rows'

export type FeedbackAction = FeedbackMove | 'edit' | 'remove'
export const feedbackKey = (id: number) => ['feedback', id]

/** After a write: every list of feedback, the opened one and the customer's timeline load again. */
export function useRefreshFeedback() {
  const cache = useQueryCache()
  const stale = [['list', feedback.list.path], ['feedback'], ['timeline'], ['home']]
  return () => Promise.all(stale.map((key) => cache.invalidateQueries({ key })))
}

/** What may be done to a feedback: the steps of its state, 编辑, 删除 and 恢复. */
export function useFeedbackActions() {
  const session = useSession()
  const refresh = useRefreshFeedback()
  const { attempt, failure } = useAttempt(refresh)
  /** The row whose form or 处理结果 is open. */
  const edited = shallowRef<Feedback | null>(null)
  const resolved = shallowRef<Feedback | null>(null)

  const stepsOf = (row: Feedback) =>
    session.can('feedback.update') ? movesFrom(row.state).map((key) => ({ key, label: feedbackMoves[key].label })) : []
  const menuOf = (row: Feedback) => [
    ...stepsOf(row),
    ...(session.can('feedback.update') ? [{ key: 'edit', label: '编辑' }] : []),
    ...(session.can('feedback.delete') ? [{ key: 'remove', label: '删除', divided: true }] : []),
  ]
  const move = (step: Exclude<FeedbackMove, 'resolve'>, row: Feedback) =>
    attempt(async () => {
      await call(feedback[step], { params: { id: row.id }, body: { version: row.version } })
      await refresh()
    })
  const restore = (row: Feedback) =>
    attempt(async () => {
      await call(feedback.restore, { params: { id: row.id } })
      await refresh()
      toast(`已恢复 ${row.number}`)
    })
  const remove = (row: Feedback) =>
    attempt(async () => {
      await call(feedback.remove, { params: { id: row.id }, query: { version: row.version } })
      await refresh()
      toast(`已删除 ${row.number}`, { label: '撤销', run: () => void restore(row) })
    })
  function run(action: FeedbackAction, row: Feedback): void {
    failure.value = null
    if (action === 'edit') edited.value = row
    else if (action === 'resolve') resolved.value = row
    else if (action === 'remove') void remove(row)
    else void move(action, row)
  }
  function close(): void {
    edited.value = null
    resolved.value = null
  }
  return { stepsOf, menuOf, edited, resolved, failure, run, restore, close }
}
