import { entity } from '../kernel/entity.ts'
import { day, instant, integer, longText, option, ref, text } from '../kernel/field.ts'

export const repeats = {
  none: '不重复',
  daily: '每天',
  workday: '每个工作日',
  weekly: '每周',
  monthly: '每月',
  yearly: '每年',
} as const
export type Repeat = keyof typeof repeats

/** What a reminder may be about besides a customer and its people; each is the name of an entity. A 费用报销 is its writer's, customer or not. */
export const reminderSubjects = {
  quote: '报价',
  order: '订单',
  delivery: '交货',
  contract: '合同',
  receivable: '应收',
  receipt: '回款',
  invoice: '发票',
  expense: '费用报销',
  feedback: '客户反馈',
} as const
export type ReminderSubject = keyof typeof reminderSubjects

/** What somebody is to do by a certain minute. Of a customer it also shows to whoever may see the customer; without one it is personal. */
export const reminder = entity({
  name: 'reminder',
  table: 'reminders',
  path: 'reminders',
  label: '提醒',
  scope: { owner: 'assigneeId', personal: { without: 'customerId', author: 'createdById' } },
  title: 'title',
  order: 'dueAt',
  recycle: true,
  fields: {
    title: text({ label: '事项', max: 100 }),
    dueAt: instant({ label: '时间', filter: true, sort: true }),
    repeat: option(repeats, { label: '重复', default: 'none', filter: true }),
    repeatUntil: day({ label: '重复至', optional: true }),
    assigneeId: ref('user', { label: '由谁做', optional: true, filter: true, help: '留空为自己' }),
    customerId: ref('customer', { label: '客户', optional: true, filter: true }),
    contactId: ref('contact', { label: '联系人', optional: true }),
    /** The record it is about; that one's customer is the reminder's. */
    subjectType: option(reminderSubjects, { label: '所属', optional: true, filter: true }),
    subjectId: integer({ label: '所属记录', optional: true, filter: true, min: 1 }),
    notes: longText({ label: '备注', max: 2000, optional: true }),
    /** When it was due before it was put off. */
    plannedAt: instant({ label: '原定时间', readonly: true }),
    doneAt: instant({ label: '完成时间', optional: true, readonly: true, filter: true }),
    doneById: ref('user', { label: '完成人', optional: true, readonly: true }),
    createdById: ref('user', { label: '建立人', optional: true, readonly: true }),
    /** The follow-up it was written with. */
    interactionId: integer({ label: '来自跟进', optional: true, readonly: true, min: 1 }),
  },
})
