import { customers } from '@crm/shared/contract/customers'
import { sharing, type SharingRequest } from '@crm/shared/contract/sharing'
import { useQueryCache } from '@pinia/colada'
import { call } from '../../../core/server/client'
import { useAttempt } from '../../../core/form/useAttempt'
import { toast } from '../../../core/toast'
import { collaboratorsKey, historyKey } from '../record/useRefresh'

export const sharingKey = (which: string) => ['sharing', which]
export type Answer = 'read' | 'edit' | 'refuse'
export const answers: readonly { readonly answer: Answer; readonly label: string }[] = [
  { answer: 'read', label: '同意(只读)' },
  { answer: 'edit', label: '同意(可编辑)' },
  { answer: 'refuse', label: '拒绝' },
]

/** 同意 or 拒绝; whatever came of it, what shows requests and collaborators loads again. */
export function useAnswers() {
  const cache = useQueryCache()
  let touched: number | null = null
  const refresh = () =>
    Promise.all(
      [
        ['sharing'],
        ['list', customers.list.path],
        ...(touched === null ? [] : [collaboratorsKey(touched), historyKey(touched)]),
      ].map((key) => cache.invalidateQueries({ key })),
    )
  const { attempt, failure } = useAttempt(refresh, 'always')
  const decide = ({ askedById, askedByName, customerId }: SharingRequest, answer: Answer) =>
    attempt(async () => {
      touched = customerId
      await call(sharing.decide, { params: { id: customerId! }, body: { userId: askedById, answer } })
      toast(answer === 'refuse' ? `已拒绝 ${askedByName} 的申请` : `${askedByName} 已是协作人`)
    })
  return { decide, failure }
}
