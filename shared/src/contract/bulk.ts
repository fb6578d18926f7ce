import { customer } from '../entities/customer.ts'
import { endpoint } from '../kernel/endpoint.ts'
import { option, ref, text } from '../kernel/field.ts'
import type { QuerySpec } from '../kernel/query.ts'
import { list, table } from '../kernel/schema.ts'
import type { PermissionName } from '../permissions.ts'
import { customers } from './customers.ts'

/** What may be done to many customers at once, and the right each of them is asked for. */
export const bulkVerbs = {
  assign: { label: '转移负责人', needs: 'customer.assign' },
  release: { label: '放入公海', needs: 'pool.release' },
  tag: { label: '设置标签', needs: 'customer.update' },
  status: { label: '修改状态', needs: 'customer.update' },
  remove: { label: '删除', needs: 'customer.delete' },
} as const satisfies Record<string, { readonly label: string; readonly needs: PermissionName }>
export type BulkVerb = keyof typeof bulkVerbs
const verbs = Object.fromEntries(Object.entries(bulkVerbs).map(([key, { label }]) => [key, label])) as Record<
  BulkVerb,
  string
>
export const tagModes = { add: '加上', remove: '去掉', replace: '换成' } as const

export interface BulkPreview {
  /** Good for an hour and for one run. */
  readonly token: string
  readonly verb: BulkVerb
  readonly count: number
  readonly highestId: number
}
export interface BulkResult {
  readonly done: number
  readonly skipped: readonly { readonly id: number; readonly name: string; readonly reason: string }[]
}

const {
  count: _c,
  cursor: _,
  deleted: _d,
  fields: _f,
  page: _p,
  size: _s,
  sort: _o,
  totals: _t,
  ...asked
} = customers.list.query as QuerySpec
/** The parameters by which the list chooses its rows. */
export const BULK_FILTER: QuerySpec = asked
/** Customers of one run. */
export const MOST_BULK = 10_000

export const bulk = {
  preview: endpoint<BulkPreview>()('POST', '/api/customers/bulk/preview', 'customer.read', {
    summary: '批量操作:选定并计数',
    body: {
      verb: option(verbs, { label: '操作' }),
      ids: list(ref('customer', { label: '客户' }), { label: '客户', max: 1000, min: 1, optional: true }),
      filter: table(text({ label: '筛选值', max: 8_000 }), { label: '筛选', max: 60, optional: true }),
    },
  }),
  run: endpoint<BulkResult>()('POST', '/api/customers/bulk', 'customer.read', {
    summary: '批量操作:执行,逐个说明没有做的原因',
    body: {
      token: text({ label: '批量编号', max: 60 }),
      ownerId: ref('user', { label: '新负责人', optional: true }),
      poolId: ref('pool', { label: '公海', optional: true }),
      reason: text({ label: '原因', max: 200, optional: true }),
      tagIds: list(ref('tag', { label: '标签' }), { label: '标签', max: 50, optional: true }),
      tagMode: option(tagModes, { label: '标签', default: 'add' }),
      status: option(customer.fields.status.options, { label: '客户状态', optional: true }),
    },
  }),
}
