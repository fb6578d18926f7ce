import type { customer } from '../entities/customer.ts'
import { endpoint, ID_PARAM, type Page, pageSchema, VERSION_FIELD } from '../kernel/endpoint.ts'
import type { RowOf } from '../kernel/entity.ts'
import { flag, option, ref } from '../kernel/field.ts'
import { table } from '../kernel/schema.ts'

export const duplicateKinds = {
  creditCode: '统一社会信用代码相同',
  name: '名称相同',
  phone: '电话相同',
  email: '邮箱相同',
  similar: '名称相似',
} as const
export type DuplicateKind = keyof typeof duplicateKinds
export const groupStates = { pending: '待处理', ignored: '已忽略', merged: '已合并' } as const
export type GroupState = keyof typeof groupStates

/** One record of a group; the id where it can be opened. Of rows the reader may not open only name, owner and state are told. */
export interface GroupMember {
  readonly id: number | null
  readonly version: number | null
  readonly name: string
  readonly ownerName: string | null
  readonly state: 'live' | 'recycled' | 'merged'
  /** Whose number or address it was, where it was not the customer's own. */
  readonly contactName: string | null
  readonly updatedAt: string | null
}
export interface DuplicateGroup {
  readonly id: number
  readonly kind: DuplicateKind
  readonly state: GroupState
  /** What they share; numbers masked. Empty where the reader sees only a part of the group. */
  readonly shared: string | null
  readonly members: readonly GroupMember[]
  /** Members beyond those listed. */
  readonly more: number
}
export interface DuplicateReport {
  readonly id: number
  readonly state: 'running' | 'done' | 'failed'
  readonly startedAt: string
  readonly finishedAt: string | null
  readonly byName: string | null
  readonly done: number
  readonly total: number
  readonly groups: number
}
export interface DuplicatePage extends Page<DuplicateGroup> {
  readonly report: DuplicateReport | null
}
const PAGING = {
  page: { as: 'integer', min: 1, max: 1_000, label: '页码' },
  size: { as: 'integer', min: 1, max: 100, label: '每页组数' },
} as const

export const duplicates = {
  list: endpoint<DuplicatePage>()('GET', '/api/duplicates', 'duplicate.manage', {
    summary: '查重报告',
    query: {
      ...PAGING,
      state: { as: 'oneOf', values: Object.keys(groupStates), label: '状态' },
      kind: { as: 'oneOf', values: Object.keys(duplicateKinds), label: '依据' },
    },
    reply: pageSchema({ type: 'object' }),
  }),
  run: endpoint<DuplicateReport>()('POST', '/api/duplicates/run', 'duplicate.manage', { summary: '重新查重' }),
  ignore: endpoint<{ state: GroupState }>()('POST', '/api/duplicates/:id/ignore', 'duplicate.manage', {
    summary: '忽略一组疑似重复,或重新处理',
    params: ID_PARAM,
    body: { ignored: flag({ label: '忽略', default: true }) },
  }),
}

export const sides = { this: '保留的这条', other: '被合并的那条' } as const
export type Side = keyof typeof sides

export interface MergeEntry {
  readonly id: number
  readonly mergedAt: string
  readonly byName: string
  readonly survivorId: number
  readonly survivorName: string
  readonly loserId: number
  readonly loserName: string
  readonly undoneAt: string | null
  /** Until then it may be taken back; null when it was, or when a later merge stands in the way. */
  readonly undoUntil: string | null
}

export const merges = {
  merge: endpoint<{ mergeId: number; customer: RowOf<typeof customer> }>()(
    'POST',
    '/api/customers/:id/merge',
    'customer.delete',
    {
      summary: '合并另一条重复的客户',
      params: ID_PARAM,
      body: {
        version: VERSION_FIELD,
        otherId: ref('customer', { label: '被合并的客户' }),
        otherVersion: VERSION_FIELD,
        fields: table(option(sides, { label: '取值' }), { label: '逐项取值', max: 60, optional: true }),
      },
    },
  ),
  list: endpoint<{ items: MergeEntry[] }>()('GET', '/api/customers/:id/merges', 'customer.read', {
    summary: '合并记录',
    params: ID_PARAM,
  }),
  undo: endpoint<{ customer: RowOf<typeof customer>; restored: RowOf<typeof customer> }>()(
    'POST',
    '/api/customers/merges/:id/undo',
    'customer.delete',
    { summary: '撤销合并', params: ID_PARAM },
  ),
}
