import { entity } from '../kernel/entity.ts'
import { flag, integer, option, ref, text } from '../kernel/field.ts'

/** What a pool may keep from those who have not claimed yet. Numbers and addresses of mail are masked in any case. */
export const hideable = {
  phone: '电话',
  email: '邮箱',
  source: '客户来源',
  industry: '所属行业',
  regionCode: '地区',
  lastOwner: '上次负责人',
} as const

/** The rules whose sources exist. 商机 bring theirs. */
export const recycleRules = { noFollowUp: '久未跟进', noDeal: '久未成交', noContract: '合同到期未续' } as const
export type RecycleRule = keyof typeof recycleRules
/** What keeps a customer with its owner whatever the rules say, unless the pool says otherwise. 商机 and 工单 bring theirs. */
export const holdKinds = {
  contract: '有履行中的合同',
  order: '有未交完的订单',
  receivable: '有未收完的应收',
  approval: '有审批中的单据',
} as const
export type HoldKind = keyof typeof holdKinds
/** Through its day; null = until it is done. */
export interface Hold {
  readonly kind: HoldKind
  readonly until: string | null
}
/** Days per rule; null = the rule is off. A level may have its own, 0 of which says: never by this rule. */
export interface RuleDays {
  readonly followUpDays: number | null
  readonly dealDays: number | null
  readonly contractDays: number | null
}

export const pool = entity({
  name: 'pool',
  table: 'pools',
  path: 'pools',
  label: '公海',
  scope: 'everyone',
  title: 'name',
  order: 'id',
  fields: {
    name: text({ label: '公海名称', max: 40, filter: true, sort: true }),
    active: flag({ label: '启用', default: true, filter: true }),
    memberTeamIds: ref('team', {
      label: '成员部门',
      many: { table: 'poolTeams', parent: 'poolId', child: 'teamId' },
      help: '连同下级部门。部门和成员都留空时,所有人都是成员',
    }),
    memberIds: ref('user', {
      label: '成员',
      many: { table: 'poolMembers', parent: 'poolId', child: 'userId' },
    }),
    managerIds: ref('user', {
      label: '公海管理员',
      many: { table: 'poolManagers', parent: 'poolId', child: 'userId' },
      help: '可把公海里的客户指派给成员',
    }),
    claimPerDay: integer({ label: '每人每天领取', optional: true, min: 1, max: 1000, help: '留空为不限' }),
    holdingsCap: integer({
      label: '每人库容',
      optional: true,
      min: 1,
      max: 100_000,
      help: '名下客户到此数后不能再领取,已成交的不占库容;留空为不限',
    }),
    previousOwnerWaitDays: integer({ label: '前负责人等待天数', default: 7, min: 0, max: 365 }),
    newWaitDays: integer({ label: '新入公海等待天数', default: 0, min: 0, max: 90 }),
    remindDays: integer({ label: '提前提醒天数', default: 3, min: 0, max: 90 }),
    followUpDays: integer({
      label: '多少天没有有效跟进则回收',
      optional: true,
      min: 1,
      max: 3650,
      help: '留空为不按跟进回收',
    }),
    dealDays: integer({
      label: '多少天没有成交则回收',
      optional: true,
      min: 1,
      max: 3650,
      help: '从得到客户那天算起,状态为“已成交”即算成交;留空为不按成交回收',
    }),
    contractDays: integer({
      label: '合同到期后多少天没有新合同则回收',
      optional: true,
      min: 1,
      max: 3650,
      help: '从最后一份有效合同到期或完成、或得到客户那天算起,以后到的为准;没有过有效合同的不按此回收。已成交的也回收',
    }),
    exemptWon: flag({ label: '已成交客户不回收', default: true, help: '不按跟进回收' }),
    exemptContract: flag({ label: '有履行中合同的不回收', default: true, help: '已过到期日的合同不算' }),
    exemptOrder: flag({ label: '有未交完订单的不回收', default: true }),
    exemptReceivable: flag({ label: '有未收完应收的不回收', default: true }),
    exemptApproval: flag({ label: '有审批中单据的不回收', default: true }),
    hiddenFields: option(hideable, { label: '领取前不显示', many: true }),
  },
})
