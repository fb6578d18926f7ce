import { entity } from '../kernel/entity.ts'
import { day, dict, instant, longText, option, ref, text } from '../kernel/field.ts'

export const feedbackSeverities = { normal: '一般', serious: '严重', urgent: '紧急' } as const
export const feedbackStates = { open: '待处理', working: '处理中', solved: '已解决', closed: '已关闭' } as const

/** 客户反馈: what a customer said, and what came of it. Its state is moved by named steps, see rules/feedbackMoves. */
export const feedback = entity({
  name: 'feedback',
  table: 'feedback',
  path: 'feedback',
  label: '客户反馈',
  scope: { via: 'customerId' },
  hidesWithParent: true,
  title: 'number',
  order: '-createdAt',
  recycle: true,
  fields: {
    number: text({ label: '反馈编号', max: 40, readonly: true, filter: true, sort: true }),
    customerId: ref('customer', { label: '客户', filter: true }),
    contactId: ref('contact', { label: '反馈人', optional: true, filter: true }),
    type: dict('feedbackType', { label: '类型', default: 'complaint', filter: true }),
    severity: option(feedbackSeverities, { label: '严重程度', default: 'normal', filter: true }),
    state: option(feedbackStates, { label: '状态', readonly: true, filter: true }),
    words: longText({ label: '客户原话', max: 4000 }),
    occurredOn: day({ label: '发生日期', filter: true, sort: true }),
    handlerId: ref('user', { label: '处理人', optional: true, filter: true }),
    result: longText({ label: '处理结果', max: 4000, optional: true }),
    resolvedAt: instant({ label: '解决时间', optional: true, readonly: true, filter: true }),
  },
})
export type FeedbackState = keyof typeof feedbackStates
