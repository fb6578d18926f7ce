import { quote as entity, type quoteLine, type QuoteState } from '../entities/quote.ts'
import { crudEndpoints, type Endpoint, endpoint, ID_PARAM, type Page, VERSION_FIELD } from '../kernel/endpoint.ts'
import type { CreateOf, RowOf, UpdateOf } from '../kernel/entity.ts'
import { day, text } from '../kernel/field.ts'
import { group, list } from '../kernel/schema.ts'
import { MOST_LINES, type OrderDetail, type OrderLineInput, orderLineInput } from './orders.ts'

/** `isExpired`: nobody has answered, and the day it was valid until is over. */
export type Quote = RowOf<typeof entity> & { readonly isExpired: boolean }
export type QuoteLine = RowOf<typeof quoteLine>
export interface QuoteVersion {
  readonly id: number
  readonly number: string
  readonly revision: number
  readonly state: QuoteState
  readonly quotedOn: string
  readonly amountFen: number
}
/** A quote with its lines and all its versions, newest first. */
export type QuoteDetail = Quote & {
  readonly lines: readonly QuoteLine[]
  readonly versions: readonly QuoteVersion[]
}

const lines = list(group(orderLineInput, { label: '明细' }), { label: '明细', max: MOST_LINES, min: 1 })
const someLines = list(group(orderLineInput, { label: '明细' }), {
  label: '明细',
  max: MOST_LINES,
  min: 1,
  optional: true,
})
export type QuoteCreate = CreateOf<typeof entity> & { readonly lines: readonly OrderLineInput[] }
export type QuoteUpdate = UpdateOf<typeof entity> & { readonly lines?: readonly OrderLineInput[] | null }

/** Every reply says whether it is expired. */
type Said<E, Out> = E extends Endpoint<infer In, unknown> ? Endpoint<In, Out> : never
const crud = crudEndpoints(entity, {
  create: { lines },
  update: { lines: someLines },
  query: {
    teamOfCustomer: { as: 'ids', max: 100, label: '客户所属部门' },
    customerOwnerId: { as: 'ids', max: 100, label: '客户负责人' },
    productId: { as: 'ids', max: 100, label: '产品' },
    expired: { as: 'flag', label: '只看已过期' },
  },
})
const version = { version: VERSION_FIELD }
const step = (name: string, summary: string) =>
  endpoint<QuoteDetail>()('POST', `/api/quotes/:id/${name}`, 'quote.update', {
    summary,
    params: ID_PARAM,
    body: version,
  })

export const quotes = {
  ...crud,
  list: crud.list as Said<typeof crud.list, Page<Quote>>,
  create: crud.create as Said<typeof crud.create, QuoteDetail>,
  update: crud.update as Said<typeof crud.update, QuoteDetail>,
  restore: crud.restore as Said<typeof crud.restore, QuoteDetail>,
  get: endpoint<QuoteDetail>()('GET', '/api/quotes/:id', 'quote.read', {
    summary: '查看报价单',
    params: ID_PARAM,
    reply: crud.get.reply,
  }),
  send: step('send', '发出报价单'),
  accept: step('accept', '登记客户接受报价'),
  decline: endpoint<QuoteDetail>()('POST', '/api/quotes/:id/decline', 'quote.update', {
    summary: '登记报价未成',
    params: ID_PARAM,
    body: { ...version, reason: text({ label: '未成原因', max: 200 }) },
  }),
  renew: endpoint<QuoteDetail>()('POST', '/api/quotes/:id/renew', 'quote.update', {
    summary: '延长报价有效期',
    params: ID_PARAM,
    body: { ...version, validUntil: day({ label: '有效期至' }) },
  }),
  /** The new version is a draft; the one it comes from is 已有新版 at once. */
  revise: endpoint<QuoteDetail>()('POST', '/api/quotes/:id/revise', 'quote.update', {
    summary: '改版:复制为下一版草稿',
    params: ID_PARAM,
    body: version,
    status: 201,
    idempotent: true,
  }),
  copy: endpoint<QuoteDetail>()('POST', '/api/quotes/:id/copy', 'quote.create', {
    summary: '复制为新的报价单',
    params: ID_PARAM,
    status: 201,
    idempotent: true,
  }),
  order: endpoint<OrderDetail>()('POST', '/api/quotes/:id/order', 'order.create', {
    summary: '接受的报价转成订单草稿',
    params: ID_PARAM,
    body: version,
    status: 201,
    idempotent: true,
  }),
}
