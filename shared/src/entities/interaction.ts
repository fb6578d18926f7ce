import { entity } from '../kernel/entity.ts'
import { dict, instant, longText, ref } from '../kernel/field.ts'

/** What was said to or heard from a customer, by whom and when. Whoever sees the customer sees it. */
export const interaction = entity({
  name: 'interaction',
  table: 'interactions',
  path: 'interactions',
  label: '跟进记录',
  scope: { via: 'customerId' },
  hidesWithParent: true,
  title: 'text',
  order: '-followedAt',
  recycle: true,
  fields: {
    customerId: ref('customer', { label: '客户', filter: true }),
    contactId: ref('contact', { label: '联系人', optional: true, filter: true }),
    kind: dict('interactionKind', { label: '方式', filter: true }),
    text: longText({ label: '内容', max: 4000 }),
    result: dict('interactionResult', { label: '结果', optional: true, filter: true }),
    followedAt: instant({ label: '跟进时间', filter: true, sort: true }),
    authorId: ref('user', { label: '跟进人', readonly: true, filter: true }),
  },
})
