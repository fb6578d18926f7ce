import { type hideable, type Hold, pool, type RecycleRule, type RuleDays } from '../entities/pool.ts'
import type { customer } from '../entities/customer.ts'
import { crudEndpoints, endpoint, ID_PARAM } from '../kernel/endpoint.ts'
import type { RowOf } from '../kernel/entity.ts'
import { flag, integer, ref, text } from '../kernel/field.ts'
import type { QuerySpec } from '../kernel/query.ts'
import { group, list } from '../kernel/schema.ts'

export const moveCauses = {
  noFollowUp: '久未跟进',
  noDeal: '久未成交',
  noContract: '合同到期未续',
  release: '主动放入',
  handover: '离职交接',
  claim: '领取',
  assign: '指派',
  transfer: '转移',
  undo: '撤销回收',
} as const
export type MoveCause = keyof typeof moveCauses

/** A pool as its members see it, with what they may still take. */
export interface PoolShown {
  readonly id: number
  readonly name: string
  readonly active: boolean
  readonly isManager: boolean
  /** Customers in it, counted up to 10,000. */
  readonly customers: number
  readonly claimedToday: number
  /** Null = no limit. */
  readonly claimPerDay: number | null
  readonly holdings: number
  readonly holdingsCap: number | null
  /** How many more may be claimed now; null = no limit. */
  readonly left: number | null
  readonly followUpDays: number | null
  readonly hiddenFields: readonly (keyof typeof hideable)[]
}
/** A customer before it is claimed: numbers masked, what the pool hides is empty. */
export interface PooledCustomer {
  readonly id: number
  readonly name: string
  readonly level: string | null
  readonly source: string | null
  readonly industry: string | null
  readonly regionCode: string | null
  readonly regionName: string | null
  readonly phone: string | null
  readonly email: string | null
  readonly lastOwnerName: string | null
  readonly cause: MoveCause | null
  readonly note: string | null
  readonly pooledAt: string | null
  /** The day from which the reader may claim it; null = now. */
  readonly claimableOn: string | null
}
/** Where a customer stands with the rules, for its page. */
export interface PoolStanding {
  /** The pool it falls into, null when no pool takes customers of its owner. */
  readonly poolId: number | null
  readonly poolName: string | null
  readonly leavesOn: string | null
  readonly daysLeft: number | null
  readonly rule: RecycleRule | null
  readonly ruleDays: number | null
  readonly isLocked: boolean
  readonly extendedUntil: string | null
  /** What keeps it where it is, whatever the rules say. */
  readonly holds: readonly Hold[]
  /** A 延期 that waits for an answer. */
  readonly asked: { readonly days: number; readonly reason: string; readonly askedByName: string | null } | null
  readonly mayManage: boolean
}
/** A 延期 that waits for the reader's answer. */
export interface AskedExtension {
  readonly customerId: number
  readonly customerName: string
  readonly ownerName: string | null
  readonly days: number
  readonly reason: string
  readonly askedByName: string | null
  readonly askedAt: string
  /** The day it goes into the pool unless granted; null when no rule takes it any more. */
  readonly leavesOn: string | null
  readonly daysLeft: number | null
}
export interface LeavingCustomer {
  readonly id: number
  readonly name: string
  readonly ownerId: number
  readonly ownerName: string | null
  readonly level: string | null
  readonly on: string
  readonly daysLeft: number
  readonly rule: RecycleRule
  readonly ruleDays: number
}
export interface Preview {
  readonly on: string
  readonly total: number
  readonly byDay: readonly { readonly on: string; readonly count: number }[]
  readonly items: readonly LeavingCustomer[]
  /** Those that would leave by then, and stay because of what is still going on with them. */
  readonly held: { readonly total: number; readonly items: readonly HeldCustomer[] }
}
export interface HeldCustomer {
  readonly id: number
  readonly name: string
  readonly ownerName: string | null
  readonly isLocked: boolean
  readonly holds: readonly Hold[]
}
export interface RecycleBatch {
  readonly id: number
  readonly onDay: string
  readonly state: 'running' | 'done' | 'undone'
  readonly moved: number
  readonly returned: number
  readonly actorName: string | null
  readonly createdAt: string
  readonly undoneAt: string | null
}
export interface LevelDays extends RuleDays {
  readonly level: string
}
export interface Released {
  readonly done: number
  readonly skipped: readonly { readonly id: number; readonly reason: string }[]
}
type Row = RowOf<typeof customer>

const CUSTOMERS = {
  page: { as: 'integer', min: 1, max: 10_000, label: '页码' },
  size: { as: 'integer', min: 1, max: 200, label: '每页行数' },
  q: { as: 'text', max: 100, label: '搜索' },
  level: { as: 'words', max: 100, label: '客户等级' },
  industry: { as: 'words', max: 100, label: '所属行业' },
  source: { as: 'words', max: 100, label: '客户来源' },
  regionCode: { as: 'text', max: 6, label: '地区' },
} as const satisfies QuerySpec
const DAYS = { optional: true, min: 0, max: 3650 } as const
const reason = text({ label: '原因', max: 200 })
const toPool = ref('pool', { label: '公海' })
const {
  list: all,
  get,
  create,
  update,
} = crudEndpoints(pool, { permission: { read: 'pool.setup', write: 'pool.setup' } })

export const pools = {
  list: all,
  get,
  create,
  update,
  mine: endpoint<{ items: PoolShown[] }>()('GET', '/api/pools/mine', 'signedIn', { summary: '我的公海与领取额度' }),
  levelDays: endpoint<{ items: LevelDays[] }>()('GET', '/api/pools/:id/days', 'pool.setup', {
    summary: '各等级的回收天数',
    params: ID_PARAM,
  }),
  setLevelDays: endpoint<{ items: LevelDays[] }>()('PUT', '/api/pools/:id/days', 'pool.setup', {
    summary: '设置各等级的回收天数',
    params: ID_PARAM,
    body: {
      items: list(
        group(
          {
            level: text({ label: '客户等级', max: 40 }),
            followUpDays: integer({ label: '无跟进天数', ...DAYS, help: '0 为不回收,留空用公海的天数' }),
            dealDays: integer({ label: '无成交天数', ...DAYS, help: '0 为不回收,留空用公海的天数' }),
            contractDays: integer({ label: '合同到期未续天数', ...DAYS, help: '0 为不回收,留空用公海的天数' }),
          },
          { label: '等级' },
        ),
        { label: '各等级天数', max: 100 },
      ),
    },
  }),
  customers: endpoint<{ items: PooledCustomer[]; total: number; totalCapped: boolean; nextCursor: null }>()(
    'GET',
    '/api/pools/:id/customers',
    'pool.claim',
    { summary: '公海里的客户', params: ID_PARAM, query: CUSTOMERS },
  ),
  preview: endpoint<Preview>()('GET', '/api/pools/:id/preview', 'pool.manage', {
    summary: '预览回收:到某天为止谁会离开',
    params: ID_PARAM,
    query: {
      on: { as: 'day', label: '到哪天' },
      size: { as: 'integer', min: 1, max: 1000, label: '行数' },
    },
  }),
  extensions: endpoint<{ items: AskedExtension[]; total: number; totalCapped: boolean }>()(
    'GET',
    '/api/pools/extensions',
    'pool.manage',
    { summary: '等我答复的延期申请,先到期的在前' },
  ),
  recycle: endpoint<RecycleBatch>()('POST', '/api/pools/recycle', 'pool.setup', { summary: '立即按规则回收' }),
  batches: endpoint<{ items: RecycleBatch[] }>()('GET', '/api/pools/batches', 'pool.setup', { summary: '回收批次' }),
  undoBatch: endpoint<RecycleBatch>()('POST', '/api/pools/batches/:id/undo', 'pool.setup', {
    summary: '撤销一批回收',
    params: ID_PARAM,
  }),
  releaseMany: endpoint<Released>()('POST', '/api/pools/release', 'pool.release', {
    summary: '批量放入公海',
    body: {
      poolId: toPool,
      reason,
      ids: list(ref('customer', { label: '客户' }), { label: '客户', max: 1000, min: 1 }),
    },
  }),
  claim: endpoint<Row>()('POST', '/api/customers/:id/claim', 'pool.claim', { summary: '领取', params: ID_PARAM }),
  release: endpoint<{ poolId: number; poolName: string }>()('POST', '/api/customers/:id/release', 'pool.release', {
    summary: '放入公海',
    params: ID_PARAM,
    body: { poolId: toPool, reason },
  }),
  assign: endpoint<{ ownerId: number; ownerName: string }>()('POST', '/api/customers/:id/assign', 'pool.claim', {
    summary: '把公海里的客户指派给人',
    params: ID_PARAM,
    body: { ownerId: ref('user', { label: '负责人' }) },
  }),
  standing: endpoint<PoolStanding>()('GET', '/api/customers/:id/pool', 'customer.read', {
    summary: '客户的回收情况',
    params: ID_PARAM,
  }),
  lock: endpoint<PoolStanding>()('POST', '/api/customers/:id/lock', 'pool.manage', {
    summary: '锁定或解锁,锁定的客户不回收',
    params: ID_PARAM,
    body: { locked: flag({ label: '锁定' }) },
  }),
  extend: endpoint<PoolStanding>()('POST', '/api/customers/:id/extend', 'customer.update', {
    summary: '申请延期;有公海管理权的直接生效',
    params: ID_PARAM,
    body: { days: integer({ label: '延期天数', min: 1, max: 365 }), reason },
  }),
  decide: endpoint<PoolStanding>()('POST', '/api/customers/:id/extend/decide', 'pool.manage', {
    summary: '同意或退回延期',
    params: ID_PARAM,
    body: { grant: flag({ label: '同意' }) },
  }),
}
