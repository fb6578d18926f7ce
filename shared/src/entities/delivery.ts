import { entity } from '../kernel/entity.ts'
import { day, longText, option, quantity, ref, text } from '../kernel/field.ts'

export const deliveryKinds = { delivery: '交货', return: '退货' } as const
export const deliveryStates = { done: '有效', void: '已作废' } as const

/** The board: what is still to be handed over, by the promised day. Of the days to come, 今天 and 明天 are part of 7 天内. */
export const deliveryWindows = {
  overdue: '逾期',
  today: '今天',
  tomorrow: '明天',
  week: '7 天内',
  all: '全部未交',
} as const
export type DeliveryWindow = keyof typeof deliveryWindows
/** Those with a number beside them. */
export const countedWindows = ['overdue', 'today', 'tomorrow', 'week'] as const satisfies readonly DeliveryWindow[]
export type CountedWindow = (typeof countedWindows)[number]

/** Goods handed over, or taken back, of one order. */
export const delivery = entity({
  name: 'delivery',
  table: 'deliveries',
  path: 'deliveries',
  label: '交货单',
  scope: { via: 'customerId' },
  hidesWithParent: true,
  title: 'number',
  order: '-deliveredOn',
  fields: {
    number: text({ label: '交货单号', max: 40, readonly: true, filter: true, sort: true }),
    orderId: ref('order', { label: '订单', filter: true }),
    customerId: ref('customer', { label: '客户', readonly: true, filter: true }),
    kind: option(deliveryKinds, { label: '类型', default: 'delivery', filter: true }),
    state: option(deliveryStates, { label: '状态', readonly: true, filter: true }),
    deliveredOn: day({ label: '交货日期', filter: true, sort: true }),
    delivererId: ref('user', { label: '交货人', optional: true, filter: true }),
    carrier: text({ label: '承运方', max: 60, optional: true }),
    trackingNumber: text({ label: '运单号', max: 60, optional: true }),
    address: text({ label: '送货地址', max: 200, optional: true }),
    receiver: text({ label: '收货人', max: 60, optional: true }),
    voidReason: text({ label: '作废原因', max: 200, optional: true, readonly: true }),
    notes: longText({ label: '备注', max: 2000, optional: true }),
  },
})

export const deliveryLine = entity({
  name: 'deliveryLine',
  table: 'deliveryLines',
  path: 'delivery-lines',
  label: '交货明细',
  scope: { via: 'deliveryId' },
  hidesWithParent: true,
  title: 'name',
  order: '-id',
  fields: {
    deliveryId: ref('delivery', { label: '交货单', filter: true }),
    orderLineId: ref('orderLine', { label: '订单明细', filter: true }),
    name: text({ label: '品名', max: 100, readonly: true }),
    qtyMilli: quantity({ label: '数量', min: 1, max: 1_000_000_000_000 }),
  },
})
