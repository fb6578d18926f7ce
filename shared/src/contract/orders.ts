import type { ApprovalRound } from './approvals.ts'
import { order as entity, orderLine } from '../entities/order.ts'
import { crudEndpoints, type Endpoint, endpoint, ID_PARAM, VERSION_FIELD } from '../kernel/endpoint.ts'
import type { CreateOf, RowOf, UpdateOf } from '../kernel/entity.ts'
import { rate, text } from '../kernel/field.ts'
import { group, list } from '../kernel/schema.ts'

export type Order = RowOf<typeof entity>
export type OrderLine = RowOf<typeof orderLine>
/** An order with its lines; `warnings` is what the rules would like to be known (信用、逾期), after a step that let it pass. */
export interface OrderDetail extends Order {
  readonly lines: readonly OrderLine[]
  readonly warnings?: readonly string[]
  /** What was asked of approvers, the latest first. */
  readonly approvals?: readonly ApprovalRound[]
}

/** 买过的产品 of one customer, over its effective orders. */
export interface BoughtProduct {
  readonly productId: number | null
  readonly name: string
  readonly spec: string | null
  readonly unit: string | null
  /** Without what came back. */
  readonly qtyMilli: number
  readonly returnedMilli: number
  readonly amountFen: number
  readonly orders: number
  readonly lastOn: string
}

const { discountBp, notes, priceFen, productId, promisedOn, qtyMilli, spec, unit } = orderLine.fields
/** What of a line is said by whoever writes it; of a product, names and rates come along where they are left empty. */
export const orderLineInput = {
  productId,
  name: text({ label: '品名', max: 100, optional: true }),
  spec,
  unit,
  qtyMilli,
  priceFen,
  discountBp,
  taxRateBp: rate({ label: '税率', optional: true, min: 0, max: 10_000 }),
  promisedOn,
  notes,
} as const
export const MOST_LINES = 500
const lines = list(group(orderLineInput, { label: '明细' }), { label: '明细', max: MOST_LINES, min: 1 })
const someLines = list(group(orderLineInput, { label: '明细' }), {
  label: '明细',
  max: MOST_LINES,
  min: 1,
  optional: true,
})

export interface OrderLineInput {
  readonly productId?: number | null
  readonly name?: string | null
  readonly spec?: string | null
  readonly unit?: string | null
  readonly qtyMilli: number
  readonly priceFen: number
  readonly discountBp?: number
  readonly taxRateBp?: number | null
  readonly promisedOn?: string | null
  readonly notes?: string | null
}
export type OrderCreate = CreateOf<typeof entity> & { readonly lines: readonly OrderLineInput[] }
export type OrderUpdate = UpdateOf<typeof entity> & { readonly lines?: readonly OrderLineInput[] | null }

const crud = crudEndpoints(entity, {
  create: { lines },
  update: { lines: someLines },
  query: {
    teamOfCustomer: { as: 'ids', max: 100, label: '客户所属部门' },
    customerOwnerId: { as: 'ids', max: 100, label: '客户负责人' },
    productId: { as: 'ids', max: 100, label: '产品' },
  },
})
const step = (name: string, summary: string, permission = 'order.update') =>
  endpoint<OrderDetail>()('POST', `/api/orders/:id/${name}`, permission, {
    summary,
    params: ID_PARAM,
    body: { version: VERSION_FIELD },
  })

export const orders = {
  ...crud,
  create: crud.create as unknown as Endpoint<{ body: OrderCreate }, OrderDetail>,
  update: crud.update as unknown as Endpoint<{ params: { id: number }; body: OrderUpdate }, OrderDetail>,
  get: endpoint<OrderDetail>()('GET', '/api/orders/:id', 'order.read', {
    summary: '查看订单',
    params: ID_PARAM,
    reply: crud.get.reply,
  }),
  submit: step('submit', '提交订单'),
  withdraw: step('withdraw', '撤回提交的订单'),
  close: step('close', '关闭订单', 'order.void'),
  reopen: step('reopen', '重新打开订单', 'order.void'),
  void: endpoint<OrderDetail>()('POST', '/api/orders/:id/void', 'order.void', {
    summary: '作废订单',
    params: ID_PARAM,
    body: { version: VERSION_FIELD, reason: text({ label: '作废原因', max: 200 }) },
  }),
  bought: endpoint<{ items: BoughtProduct[] }>()('GET', '/api/customers/:id/bought', 'order.read', {
    summary: '客户买过的产品',
    params: ID_PARAM,
  }),
}
