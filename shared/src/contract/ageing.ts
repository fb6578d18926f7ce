import { endpoint, ID_PARAM } from '../kernel/endpoint.ts'
import { integer } from '../kernel/field.ts'
import type { QuerySpec } from '../kernel/query.ts'
import { list } from '../kernel/schema.ts'

export interface AgeingBucket {
  readonly key: string
  readonly label: string
}
/** Amounts in 分, one per bucket in their order. `totalFen` = the buckets' sum, `netFen` = that less what was paid ahead. */
export interface AgeingSums {
  readonly bucketFen: readonly number[]
  readonly totalFen: number
  readonly overdueFen: number
  readonly prepaidFen: number
  readonly netFen: number
}
export interface AgeingRow extends AgeingSums {
  readonly customerId: number
  readonly customerName: string
  readonly ownerId: number | null
  readonly ownerName: string | null
  /** Of the oldest amount, on that day. */
  readonly maxOverdueDays: number
}
export interface Ageing {
  readonly asOf: string
  readonly knownAt: string
  readonly buckets: readonly AgeingBucket[]
  readonly items: readonly AgeingRow[]
  readonly total: number
  readonly totals: AgeingSums
  /** Of the 90 days up to `asOf`; null when nothing was sold on credit. */
  readonly dsoDays: number | null
}
export interface AgedReceivable {
  readonly id: number
  readonly label: string
  readonly customerId: number
  readonly customerName: string
  readonly contractId: number | null
  readonly contractNumber: string | null
  readonly orderId: number | null
  readonly orderNumber: string | null
  readonly dueOn: string
  /** Still open on that day, as known then. */
  readonly openFen: number
  /** Below zero: not due yet. */
  readonly overdueDays: number
}
/** One movement; `balanceFen` is what the customer owed after it (below zero: what we hold of his). */
export interface StatementLine {
  readonly on: string
  readonly what: string
  readonly number: string | null
  readonly owedFen: number
  readonly paidFen: number
  readonly balanceFen: number
}
export interface Statement {
  readonly customerId: number
  readonly customerName: string
  readonly from: string
  readonly to: string
  readonly knownAt: string
  readonly openingFen: number
  readonly closingFen: number
  readonly owedFen: number
  readonly paidFen: number
  readonly lines: readonly StatementLine[]
  /** What of the closing balance is how old on the last day: Σ buckets − 预收 = `closingFen`. */
  readonly buckets: readonly AgeingBucket[]
  readonly ageing: AgeingSums
}
export interface AgeingRules {
  /** Upper ends of the buckets of what is overdue, in days, rising. */
  readonly ends: readonly number[]
}

export const MOST_BUCKET_ENDS = 8
/** Ten years: beyond it nothing is told apart. */
export const LONGEST_BUCKET_DAYS = 3650
const WHEN = {
  asOf: { as: 'day', label: '截止日期' },
  knownAt: { as: 'instant', label: '按何时所知' },
} as const satisfies QuerySpec
const WHOSE = {
  customerId: { as: 'ids', max: 100, label: '客户' },
  customerOwnerId: { as: 'ids', max: 100, label: '客户负责人' },
  teamOfCustomer: { as: 'ids', max: 100, label: '客户所属部门' },
} as const satisfies QuerySpec
const PAGED = {
  page: { as: 'integer', min: 1, max: 10_000, label: '页' },
  size: { as: 'integer', min: 1, max: 200, label: '每页' },
} as const satisfies QuerySpec

export const ageing = {
  table: endpoint<Ageing>()('GET', '/api/receivables/ageing', 'receivable.read', {
    summary: '账龄:任意一天,按当时或现在所知',
    query: { ...WHEN, ...WHOSE, ...PAGED, overdueOnly: { as: 'flag', label: '只看有逾期的' } },
  }),
  rows: endpoint<{ items: AgedReceivable[]; total: number }>()(
    'GET',
    '/api/receivables/ageing/rows',
    'receivable.read',
    {
      summary: '账龄一格里的应收款',
      query: { ...WHEN, ...WHOSE, ...PAGED, bucket: { as: 'text', max: 20, label: '账龄档' } },
    },
  ),
  statement: endpoint<Statement>()('GET', '/api/customers/:id/statement', 'receivable.read', {
    summary: '客户对账单',
    params: ID_PARAM,
    query: {
      from: { as: 'day', label: '自', required: true },
      to: { as: 'day', label: '至', required: true },
      knownAt: WHEN.knownAt,
    },
  }),
  rules: endpoint<AgeingRules>()('GET', '/api/settings/ageing', 'signedIn', { summary: '账龄档' }),
  setRules: endpoint<AgeingRules>()('PUT', '/api/settings/ageing', 'setting.manage', {
    summary: '设置账龄档',
    body: {
      ends: list(integer({ label: '天数', min: 1, max: LONGEST_BUCKET_DAYS }), {
        label: '账龄档',
        min: 1,
        max: MOST_BUCKET_ENDS,
      }),
    },
  }),
}
