import { entity } from '../kernel/entity.ts'
import { day, longText, money, option, quantity, ref, text } from '../kernel/field.ts'
import { pricedLine } from './pricedLine.ts'

export const orderStates = {
  draft: '草稿',
  approving: '审批中',
  confirmed: '已确认',
  partial: '部分交货',
  delivered: '已交货',
  closed: '已关闭',
  void: '已作废',
} as const
export type OrderState = keyof typeof orderStates

/**
 * Totals are those of its lines, tax included; 成交额 and its like are what of them is left once goods came back for good. Owner and team
 * are of its day and never follow the customer's.
 */
export const order = entity({
  name: 'order',
  table: 'orders',
  path: 'orders',
  label: '订单',
  scope: { via: 'customerId' },
  hidesWithParent: true,
  title: 'number',
  order: '-orderedOn',
  recycle: true,
  fields: {
    number: text({ label: '订单号', max: 40, readonly: true, filter: true, sort: true }),
    customerId: ref('customer', { label: '客户', filter: true }),
    contactId: ref('contact', { label: '联系人', optional: true }),
    contractId: ref('contract', { label: '所属合同', optional: true, filter: true }),
    quoteId: ref('quote', { label: '来自报价', optional: true, readonly: true, filter: true }),
    ownerId: ref('user', { label: '业务员', optional: true, filter: true }),
    teamId: ref('team', { label: '部门', optional: true, readonly: true, filter: true }),
    delivererId: ref('user', { label: '交货人', optional: true, filter: true }),
    state: option(orderStates, { label: '状态', readonly: true, filter: true }),
    orderedOn: day({ label: '下单日期', filter: true, sort: true }),
    promisedOn: day({ label: '要求交货期', optional: true, filter: true, sort: true }),
    discountFen: money({ label: '整单优惠', default: 0, min: 0 }),
    amountFen: money({ label: '订单金额', readonly: true, filter: true, sort: true }),
    taxFen: money({ label: '其中税额', readonly: true }),
    costFen: money({ label: '成本', optional: true, readonly: true, mask: 'cost' }),
    netFen: money({ label: '成交额', default: 0, readonly: true, filter: true, sort: true }),
    netTaxFen: money({ label: '成交税额', default: 0, readonly: true }),
    netCostFen: money({ label: '成交成本', optional: true, readonly: true, mask: 'cost' }),
    terms: longText({ label: '交货与付款条件', max: 2000, optional: true }),
    address: text({ label: '送货地址', max: 200, optional: true }),
    voidReason: text({ label: '作废原因', max: 200, optional: true, readonly: true }),
    notes: longText({ label: '备注', max: 4000, optional: true }),
  },
})

/** What was agreed of one product; cost and names are those of the day. */
export const orderLine = entity({
  name: 'orderLine',
  table: 'orderLines',
  path: 'order-lines',
  label: '订单明细',
  scope: { via: 'orderId' },
  hidesWithParent: true,
  title: 'name',
  order: '-id',
  fields: {
    orderId: ref('order', { label: '订单', filter: true }),
    ...pricedLine,
    costFen: money({ label: '单位成本', optional: true, readonly: true, mask: 'cost' }),
    promisedOn: day({ label: '要求交货期', optional: true, filter: true, sort: true }),
    deliveredMilli: quantity({ label: '已交', default: 0, readonly: true }),
    returnedMilli: quantity({ label: '已退', default: 0, readonly: true }),
    netMilli: quantity({ label: '成交数量', default: 0, readonly: true }),
    netFen: money({ label: '成交额', default: 0, readonly: true }),
    netTaxFen: money({ label: '成交税额', default: 0, readonly: true }),
    notes: text({ label: '行备注', max: 200, optional: true }),
  },
})
