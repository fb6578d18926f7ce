import { creditOutcomes, type CreditOutcome, customer } from '../entities/customer.ts'
import { endpoint, ID_PARAM, VERSION_FIELD } from '../kernel/endpoint.ts'
import { day, integer, money, option, text } from '../kernel/field.ts'
import { group, list } from '../kernel/schema.ts'

export const creditLines = {
  receivable: '未收的应收款',
  orders: '已确认订单里还没成为应收的部分',
  document: '本单',
  prepaid: '减:预收',
} as const
export interface CreditLine {
  readonly key: keyof typeof creditLines
  /** Below zero where it is taken off. */
  readonly fen: number
}
/** 集团: companies that share one limit, besides their own ones. */
export interface CreditGroup {
  readonly id: number
  readonly version: number
  readonly name: string
  readonly creditFen: number
  readonly customerCount: number
}
export interface CreditGroupInput {
  readonly name: string
  readonly creditFen: number
}
/** The group of a customer: what all take up together, the others only as a sum. */
export interface CreditOfGroup extends CreditGroupInput {
  readonly id: number
  readonly othersCount: number
  readonly othersFen: number
  readonly exposureFen: number
  readonly leftFen: number
}
/** 信用占用 of a customer, line by line: they add up to `exposureFen`. */
export interface Credit {
  readonly creditFen: number | null
  readonly temporaryCreditFen: number | null
  readonly temporaryCreditUntil: string | null
  /** Of the customer, to be sent back with a change. */
  readonly version: number
  readonly terms: string | null
  readonly termsDays: number | null
  readonly lines: readonly CreditLine[]
  readonly exposureFen: number
  /** In force today; null: none. */
  readonly limitFen: number | null
  readonly isTemporary: boolean
  /** Below zero: exceeded. null: no limit. */
  readonly leftFen: number | null
  /** null: of no group. */
  readonly group: CreditOfGroup | null
  /** Of what is overdue longest. */
  readonly overdueDays: number
  readonly overdueCount: number
  readonly graceDays: number
  /** What happens to an order that fails. */
  readonly outcome: CreditOutcome
  /** What an order would be told today. */
  readonly findings: readonly string[]
}
export interface CreditRules {
  /** How long something may be overdue before it counts against an order. */
  readonly graceDays: number
  readonly outcome: CreditOutcome
  /** Where a customer level is treated otherwise. */
  readonly levels: readonly { readonly level: string; readonly outcome: CreditOutcome }[]
}

const { creditFen, terms, termsDays } = customer.fields
const MOST_LEVELS = 50
const GROUP = { name: text({ label: '集团名称', max: 60 }), creditFen: money({ label: '集团额度', min: 0 }) }
export const credit = {
  read: endpoint<Credit>()('GET', '/api/customers/:id/credit', 'receivable.read', {
    summary: '客户的信用占用',
    params: ID_PARAM,
    query: { orderId: { as: 'id', label: '订单' } },
  }),
  set: endpoint<Credit>()('PUT', '/api/customers/:id/credit', 'credit.manage', {
    summary: '设置客户的信用额度与账期',
    params: ID_PARAM,
    body: {
      version: VERSION_FIELD,
      creditFen,
      temporaryCreditFen: money({ label: '临时额度', optional: true, min: 0 }),
      temporaryCreditUntil: day({ label: '临时额度有效至', optional: true }),
      terms,
      termsDays,
      groupId: integer({ label: '所属集团', min: 1, max: Number.MAX_SAFE_INTEGER, optional: true }),
    },
  }),
  groups: endpoint<{ items: CreditGroup[] }>()('GET', '/api/credit-groups', 'credit.manage', {
    summary: '共用信用额度的集团',
  }),
  createGroup: endpoint<CreditGroup>()('POST', '/api/credit-groups', 'credit.manage', {
    summary: '新建集团',
    body: GROUP,
    status: 201,
    idempotent: true,
  }),
  updateGroup: endpoint<CreditGroup>()('PUT', '/api/credit-groups/:id', 'credit.manage', {
    summary: '修改集团',
    params: ID_PARAM,
    body: { version: VERSION_FIELD, ...GROUP },
  }),
  removeGroup: endpoint<null>()('DELETE', '/api/credit-groups/:id', 'credit.manage', {
    summary: '删除集团,它的公司各算各的',
    params: ID_PARAM,
    query: { version: { as: 'integer', min: 1, max: Number.MAX_SAFE_INTEGER, label: '版本', required: true } },
    status: 204,
  }),
  rules: endpoint<CreditRules>()('GET', '/api/settings/credit', 'signedIn', { summary: '信用规则' }),
  setRules: endpoint<CreditRules>()('PUT', '/api/settings/credit', 'setting.manage', {
    summary: '设置信用规则',
    body: {
      graceDays: integer({ label: '逾期宽限天数', min: 0, max: 720 }),
      outcome: option(creditOutcomes, { label: '超出时' }),
      levels: list(
        group(
          { level: text({ label: '客户等级', max: 60 }), outcome: option(creditOutcomes, { label: '超出时' }) },
          { label: '按等级' },
        ),
        { label: '按等级', max: MOST_LEVELS },
      ),
    },
  }),
}
