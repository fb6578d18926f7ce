import type { Feedback } from '@crm/shared/contract/feedback'
import { feedback, type feedbackStates } from '@crm/shared/entities/feedback'
import { instant, ref } from '@crm/shared/kernel/field'
import type { Column } from '../../components/grid/columns'
import { instantTitle } from '../../core/display'

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

export function feedbackColumns(text: (row: object, key: string) => string, zone: string): Column<Feedback>[] {
  const plain = (
    key: string,
    label: string,
    widthPx: number,
    more: Partial<Column<Feedback>> = {},
  ): Column<Feedback> => ({
    key,
    label,
    widthPx,
    text: (row) => text(row, key),
    ...more,
  })
  const time = (key: 'createdAt' | 'updatedAt', label: string, more: Partial<Column<Feedback>> = {}) =>
    plain(key, label, 104, { sort: key, title: (row) => instantTitle(row[key], zone), ...more })
  return [
    plain('number', '反馈编号', 132, { sort: 'number', isPinned: true, to: feedbackPath }),
    plain('customerId', '客户', 184, { to: (row) => `/customers/${row.customerId}` }),
    plain('type', '类型', 64),
    plain('severity', '严重程度', 72),
    plain('state', '状态', 80),
    plain('words', '客户原话', 260),
    plain('handlerId', '处理人', 80),
    plain('occurredOn', '发生日期', 96, { sort: 'occurredOn' }),
    time('createdAt', '登记时间'),
    plain('contactId', '反馈人', 88, { isExtra: true }),
    plain('result', '处理结果', 200, { isExtra: true }),
    plain('resolvedAt', '解决时间', 104, { isExtra: true }),
    time('updatedAt', '更新时间', { isExtra: true }),
  ]
}
