import type { Feedback } from '@crm/shared/contract/feedback'
import { feedback, type feedbackStates } from '@crm/shared/entities/feedback'
import { instant, ref } from '@crm/shared/kernel/field'
import type { Column } from '../../components/grid/columns'
import type { ColumnOf } from '../../components/list/useColumns'
import type { ListView } from '../../components/list/useListView'

export type { Feedback }
type Tone = 'info' | 'ok' | 'warn' | 'bad' | 'primary'
export const stateTones: Readonly<Record<keyof typeof feedbackStates, Tone>> = {
  open: 'warn',
  working: 'primary',
  solved: 'ok',
  closed: 'info',
}
export const severityTones: Readonly<Record<Feedback['severity'], Tone>> = {
  normal: 'info',
  serious: 'warn',
  urgent: 'bad',
}
export const feedbackPath = (row: Pick<Feedback, 'id'>) => ({ path: '/feedback', query: { open: String(row.id) } })
export const feedbackFilters = {
  ...feedback.fields,
  ownerId: ref('user', { label: '客户负责人' }),
  teamId: ref('team', { label: '客户所属部门' }),
  createdAt: instant({ label: '登记时间' }),
  updatedAt: instant({ label: '更新时间' }),
}

export function feedbackColumns(plain: ColumnOf<Feedback>): Column<Feedback>[] {
  return [
    plain('number', '反馈编号', 132, { sort: 'number', isPinned: true, to: feedbackPath }),
    plain('customerId', '客户', 184, { to: (row) => `/customers/${row.customerId}` }),
    plain('type', '类型', 64),
    plain('severity', '严重程度', 72),
    plain('state', '状态', 80),
    plain('words', '客户原话', 260),
    plain('handlerId', '处理人', 80),
    plain('occurredOn', '发生日期', 96, { sort: 'occurredOn' }),
    plain('createdAt', '登记时间', 104, { sort: 'createdAt' }),
    plain('contactId', '反馈人', 88, { isExtra: true }),
    plain('result', '处理结果', 200, { isExtra: true }),
    plain('resolvedAt', '解决时间', 104, { isExtra: true }),
    plain('updatedAt', '更新时间', 104, { sort: 'updatedAt', isExtra: true }),
  ]
}
export const feedbackViews = (canDelete: boolean): ListView[] => [
  { key: 'all', label: '全部', fixed: {} },
  ...(canDelete ? [{ key: 'recycled', label: '回收站', fixed: { deleted: 'only' } }] : []),
]
