import type { HistoryEntry } from '@crm/shared/contract/customers'
import { customer } from '@crm/shared/entities/customer'
import type { Field } from '@crm/shared/kernel/field'

export const historyKinds = { all: '全部', change: '变更', look: '查看号码' } as const
export type HistoryKind = keyof typeof historyKinds

const words: Readonly<Record<string, string>> = {
  create: '新建客户',
  update: '修改资料',
  remove: '删除客户',
  restore: '从回收站恢复',
  collaborators: '调整协作人',
  'duplicate.override': '查重提示后仍然保存',
  reveal: '查看号码',
  import: '导入',
}
const labels: Readonly<Record<string, Field>> = customer.fields

export interface TimelineItem {
  readonly id: number
  readonly at: string
  readonly actorName: string
  readonly kind: Exclude<HistoryKind, 'all'>
  readonly title: string
  /** What a new record was filled with; folded. */
  readonly filled: readonly { readonly label: string; readonly value: string }[]
  readonly changes: HistoryEntry['changes']
}

/** An audit line as a person reads it. */
export function timelineItem({ id, at, actorName, action, changes }: HistoryEntry): TimelineItem {
  const base = {
    id,
    at,
    actorName,
    kind: 'change',
    title: words[action] ?? '其他操作',
    filled: [],
    changes: [],
  } as const
  if (action === 'reveal') {
    const field = changes.find(({ label }) => label === '说明')?.after ?? ''
    return { ...base, kind: 'look', title: `查看了完整的${labels[field]?.label ?? '号码'}` }
  }
  if (action === 'create') return { ...base, filled: changes.map(({ label, after }) => ({ label, value: after })) }
  const owner = changes.find(({ label }) => label === customer.fields.ownerId.label)
  return { ...base, title: action === 'update' && owner && changes.length === 1 ? '转移负责人' : base.title, changes }
}
