import { entity } from '../kernel/entity.ts'
import { day, integer, longText, money, option, ref, text } from '../kernel/field.ts'
import { pricedLine } from './pricedLine.ts'

export const quoteStates = {
  draft: '草稿',
  sent: '已发出',
  accepted: '已接受',
  declined: '已拒绝',
  replaced: '已有新版',
} as const
export type QuoteState = keyof typeof quoteStates

/** 报价. A new version is a row of its own that replaces the one before; `rootId` names the first. */
export const quote = entity({
  name: 'quote',
  table: 'quotes',
  path: 'quotes',
  label: '报价单',
  scope: { via: 'customerId' },
  hidesWithParent: true,
  title: 'number',
  order: '-quotedOn',
  recycle: true,
  fields: {
    number: text({ label: '报价单号', max: 40, readonly: true, filter: true, sort: true }),
    revision: integer({ label: '版次', readonly: true }),
    rootId: ref('quote', { label: '首版', optional: true, readonly: true, filter: true }),
    customerId: ref('customer', { label: '客户', filter: true }),
    contactId: ref('contact', { label: '联系人', optional: true }),
    ownerId: ref('user', { label: '业务员', optional: true, filter: true }),
    teamId: ref('team', { label: '部门', optional: true, readonly: true, filter: true }),
    state: option(quoteStates, { label: '状态', readonly: true, filter: true }),
    quotedOn: day({ label: '报价日期', filter: true, sort: true }),
    validUntil: day({ label: '有效期至', optional: true, filter: true, sort: true }),
    discountFen: money({ label: '整单优惠', default: 0, min: 0 }),
    amountFen: money({ label: '报价金额', readonly: true, filter: true, sort: true }),
    taxFen: money({ label: '其中税额', readonly: true }),
    terms: longText({ label: '交货与付款条件', max: 2000, optional: true }),
    declineReason: text({ label: '未成原因', max: 200, optional: true, readonly: true }),
    notes: longText({ label: '备注', max: 4000, optional: true }),
  },
})

export const quoteLine = entity({
  name: 'quoteLine',
  table: 'quoteLines',
  path: 'quote-lines',
  label: '报价明细',
  scope: { via: 'quoteId' },
  hidesWithParent: true,
  title: 'name',
  order: '-id',
  fields: {
    quoteId: ref('quote', { label: '报价单', filter: true }),
    ...pricedLine,
    promisedOn: day({ label: '交货期', optional: true }),
    notes: text({ label: '行备注', max: 200, optional: true }),
  },
})
