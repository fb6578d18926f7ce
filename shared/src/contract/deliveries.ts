import { delivery as entity, deliveryLine } from '../entities/delivery.ts'
import { crudEndpoints, type Endpoint, endpoint, ID_PARAM, type Page, VERSION_FIELD } from '../kernel/endpoint.ts'
import type { CreateOf, RowOf } from '../kernel/entity.ts'
import { rate, text } from '../kernel/field.ts'
import type { QuerySpec } from '../kernel/query.ts'
import { group, list } from '../kernel/schema.ts'
import { type CountedWindow, deliveryWindows, type DeliveryWindow } from '../entities/delivery.ts'
import type { ApprovalRound } from './approvals.ts'
import { MOST_LINES } from './orders.ts'

export type Delivery = RowOf<typeof entity>
/** With what the order's line says of the goods. */
export type DeliveryLine = RowOf<typeof deliveryLine> & { readonly spec: string | null; readonly unit: string | null }
/** `warnings` is what the rules would like to be known (信用、逾期), after goods went out all the same. */
export interface DeliveryDetail extends Delivery {
  readonly lines: readonly DeliveryLine[]
  readonly warnings?: readonly string[]
}
export interface DeliveryLineInput {
  readonly orderLineId: number
  readonly qtyMilli: number
}
export type DeliveryCreate = CreateOf<typeof entity> & { readonly lines: readonly DeliveryLineInput[] }

/** A line of an order that the customer still waits for. */
export interface OpenLine {
  readonly id: number
  readonly orderId: number
  readonly orderNumber: string
  readonly customerId: number
  readonly customerName: string
  readonly ownerId: number | null
  readonly ownerName: string | null
  readonly delivererId: number | null
  readonly delivererName: string | null
  readonly name: string
  readonly spec: string | null
  readonly unit: string | null
  readonly qtyMilli: number
  /** 已交: what the customer has, returns taken off. */
  readonly deliveredMilli: number
  /** 未交. */
  readonly openMilli: number
  readonly promisedOn: string | null
}
export interface Board extends Page<OpenLine> {
  readonly counts: Readonly<Record<CountedWindow, number>>
}
/** 准时率 = lines complete by their day ÷ lines due; null where none was due. */
export interface OnTime {
  readonly from: string
  readonly to: string
  readonly dueLines: number
  readonly onTimeLines: number
  readonly rateBp: number | null
}
/** Whether goods of an order may leave by the credit rules. `ask`: an approval is needed and nobody was asked; `pending`: somebody was. */
export interface Release {
  readonly outcome: 'free' | 'ask' | 'pending' | 'refused'
  /** What the rules found, also where it lets the goods go. */
  readonly messages: readonly string[]
  /** The last request, while something stands in the way. */
  readonly round: ApprovalRound | null
}
export interface DeliveryRules {
  /** How much more than ordered may be handed over, in basis points. */
  readonly toleranceBp: number
}

const { orderLineId, qtyMilli } = deliveryLine.fields
const crud = crudEndpoints(entity, {
  create: {
    lines: list(group({ orderLineId, qtyMilli }, { label: '明细' }), { label: '明细', max: MOST_LINES, min: 1 }),
  },
  query: {
    teamOfCustomer: { as: 'ids', max: 100, label: '客户所属部门' },
    customerOwnerId: { as: 'ids', max: 100, label: '客户负责人' },
  },
})
const whose = {
  customerId: { as: 'ids', max: 100, label: '客户' },
  ownerId: { as: 'ids', max: 100, label: '业务员' },
  teamId: { as: 'ids', max: 100, label: '部门' },
  delivererId: { as: 'ids', max: 100, label: '交货人' },
} as const satisfies QuerySpec
const WINDOWS = Object.keys(deliveryWindows) as DeliveryWindow[]

export const deliveries = {
  list: crud.list,
  get: endpoint<DeliveryDetail>()('GET', '/api/deliveries/:id', 'delivery.read', {
    summary: '查看交货单',
    params: ID_PARAM,
    reply: crud.get.reply,
  }),
  create: crud.create as unknown as Endpoint<{ body: DeliveryCreate }, DeliveryDetail>,
  void: endpoint<DeliveryDetail>()('POST', '/api/deliveries/:id/void', 'delivery.void', {
    summary: '作废交货单',
    params: ID_PARAM,
    body: { version: VERSION_FIELD, reason: text({ label: '作废原因', max: 200 }) },
  }),
  board: endpoint<Board>()('GET', '/api/deliveries/board', 'delivery.read', {
    summary: '交货看板:还没交的订单明细',
    query: {
      when: { as: 'oneOf', values: WINDOWS, label: '交货期' },
      ...whose,
      personId: { as: 'ids', max: 100, label: '业务员、交货人或客户负责人' },
      q: { as: 'text', max: 100, label: '搜索' },
      page: { as: 'integer', min: 1, max: 10_000, label: '页码' },
      size: { as: 'integer', min: 1, max: 200, label: '每页行数' },
    },
  }),
  onTime: endpoint<OnTime>()('GET', '/api/deliveries/on-time', 'delivery.read', {
    summary: '准时率:按期交齐的明细占应交明细;不说日期是本月到今天',
    query: {
      from: { as: 'day', label: '起' },
      to: { as: 'day', label: '止' },
      ...whose,
    },
  }),
  release: endpoint<Release>()('GET', '/api/orders/:id/release', 'delivery.create', {
    summary: '订单能否交货:信用规则怎么说,申请到哪一步',
    params: ID_PARAM,
  }),
  askRelease: endpoint<Release>()('POST', '/api/orders/:id/release', 'delivery.create', {
    summary: '申请放行:信用规则要审批才能交货时',
    params: ID_PARAM,
    body: { note: text({ label: '申请说明', max: 500, optional: true }) },
  }),
  rules: endpoint<DeliveryRules>()('GET', '/api/settings/deliveries', 'signedIn', { summary: '交货规则' }),
  replaceRules: endpoint<DeliveryRules>()('PUT', '/api/settings/deliveries', 'setting.manage', {
    summary: '设置交货规则',
    body: { toleranceBp: rate({ label: '允许超交', min: 0, max: 10_000 }) },
  }),
}
