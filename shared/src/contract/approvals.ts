import { endpoint, ID_PARAM, type Page, pageSchema } from '../kernel/endpoint.ts'
import { integer, money, option, ref, text } from '../kernel/field.ts'
import type { QuerySpec } from '../kernel/query.ts'
import { group, list } from '../kernel/schema.ts'

/** What may need somebody's consent. */
export const approvalSubjects = {
  contract: '合同',
  contractChange: '合同变更',
  order: '订单',
  quote: '报价',
  discount: '折扣',
  credit: '超信用额度',
  invoice: '开票',
  expense: '费用报销',
} as const
export type ApprovalSubjectName = keyof typeof approvalSubjects
export const approvalSubjectNames = Object.keys(approvalSubjects) as ApprovalSubjectName[]

/** How the people of one step agree. */
export const approvalModes = { all: '会签', any: '或签', sequence: '依次' } as const
export type ApprovalMode = keyof typeof approvalModes
export const approverKinds = { superior: '申请人的上级', role: '角色', user: '指定人员' } as const
export type ApproverKind = keyof typeof approverKinds

export const approvalStates = {
  pending: '审批中',
  approved: '已通过',
  refused: '已驳回',
  withdrawn: '已撤回',
} as const
export type ApprovalState = keyof typeof approvalStates

/** What became of the request to one person. */
export const taskOutcomes = {
  approved: '已同意',
  refused: '已驳回',
  forwarded: '已转交',
  skipped: '已跳过',
  ended: '无需处理',
  withdrawn: '已撤回',
} as const
export type TaskOutcome = keyof typeof taskOutcomes

/** A line of the trail. `rerouted`: nobody of the step was there, somebody else is asked. */
export const approvalActions = {
  requested: '提交审批',
  approved: '同意',
  refused: '驳回',
  withdrawn: '撤回',
  forwarded: '转交',
  skipped: '跳过',
  rerouted: '改由他人审批',
} as const
export type ApprovalAction = keyof typeof approvalActions

/** One of the three, as `kind` says: a person, whoever holds a role, or the applicant's superior so many levels up (1 = the nearest). */
export interface Approver {
  readonly kind: ApproverKind
  readonly userId: number | null
  readonly roleId: number | null
  readonly levels: number | null
}
export interface FlowStep {
  readonly mode: ApprovalMode
  readonly approvers: readonly Approver[]
  /** Taken from this amount on; null: always. */
  readonly minAmountFen: number | null
}
export interface ApprovalFlow {
  readonly subject: ApprovalSubjectName
  /** Below it everything passes at once; null: from nothing on. */
  readonly minAmountFen: number | null
  /** None: everything passes at once. */
  readonly steps: readonly FlowStep[]
}

export interface ApprovalFact {
  readonly label: string
  readonly value: string
}
export interface ApprovalEntry {
  readonly at: string
  readonly actorName: string
  readonly action: ApprovalAction
  /** 0 = the first; null where it concerns the whole. */
  readonly step: number | null
  /** To whom it went. */
  readonly toName: string | null
  readonly note: string | null
}
/** One request for consent to one record, for its page. */
export interface ApprovalRound {
  readonly id: number
  readonly state: ApprovalState
  readonly applicantName: string
  readonly createdAt: string
  /** Whose word is waited for. */
  readonly waitingFor: readonly string[]
  readonly waitingForIds: readonly number[]
  readonly entries: readonly ApprovalEntry[]
}
export interface ApprovalRow {
  readonly id: number
  readonly subject: ApprovalSubjectName
  readonly subjectId: number
  readonly title: string
  readonly customerId: number | null
  readonly customerName: string | null
  readonly amountFen: number | null
  readonly applicantId: number | null
  readonly applicantName: string
  readonly state: ApprovalState
  readonly createdAt: string
  /** Of the last thing that happened. */
  readonly changedAt: string
  readonly waitingFor: readonly string[]
  /** The reader is asked now. */
  readonly isMine: boolean
}
export interface ApprovalTask {
  readonly userId: number
  readonly name: string
  /** null: not decided; `openedAt` says whether it is his turn. */
  readonly outcome: TaskOutcome | null
  readonly openedAt: string | null
  readonly decidedAt: string | null
  readonly note: string | null
}
export interface ApprovalDetail extends ApprovalRow {
  readonly facts: readonly ApprovalFact[]
  /** The record's page; whoever may not see the record is told so there. */
  readonly link: string | null
  readonly steps: readonly { readonly mode: ApprovalMode; readonly tasks: readonly ApprovalTask[] }[]
  readonly entries: readonly ApprovalEntry[]
  readonly mayWithdraw: boolean
}

/** `all`: for whoever sets flows up. */
export const approvalBoxes = { todo: '待我审批', mine: '我发起的', done: '已处理', all: '全部' } as const
export type ApprovalBox = keyof typeof approvalBoxes

const boxes = Object.keys(approvalBoxes) as ApprovalBox[]
const states = Object.keys(approvalStates) as ApprovalState[]
const SUBJECT_PARAM = {
  subject: { as: 'oneOf', values: approvalSubjectNames, label: '审批事项', required: true },
} as const satisfies QuerySpec
const NOTE_MAX = 500
const decision = (name: string, summary: string) =>
  endpoint<ApprovalDetail>()('POST', `/api/approvals/:id/${name}`, 'signedIn', {
    summary,
    params: ID_PARAM,
    body: { note: text({ label: '意见', max: NOTE_MAX, optional: true }) },
  })
const MOST_STEPS = 10
const MOST_APPROVERS = 20

export const approvals = {
  list: endpoint<Page<ApprovalRow>>()('GET', '/api/approvals', 'signedIn', {
    summary: '审批列表,新的在前',
    query: {
      box: { as: 'oneOf', values: boxes, label: '看哪些' },
      state: { as: 'words', values: states, max: states.length, label: '状态' },
      subject: { as: 'words', values: approvalSubjectNames, max: approvalSubjectNames.length, label: '审批事项' },
      q: { as: 'text', max: 100, label: '搜索' },
      page: { as: 'integer', min: 1, max: 10_000, label: '页码' },
      size: { as: 'integer', min: 1, max: 200, label: '每页行数' },
    },
    reply: pageSchema({ type: 'object' }),
  }),
  get: endpoint<ApprovalDetail>()('GET', '/api/approvals/:id', 'signedIn', { summary: '查看审批', params: ID_PARAM }),
  approve: decision('approve', '同意'),
  reject: endpoint<ApprovalDetail>()('POST', '/api/approvals/:id/reject', 'signedIn', {
    summary: '驳回',
    params: ID_PARAM,
    body: { reason: text({ label: '驳回原因', max: NOTE_MAX }) },
  }),
  withdraw: decision('withdraw', '申请人撤回'),
  forward: endpoint<ApprovalDetail>()('POST', '/api/approvals/:id/forward', 'signedIn', {
    summary: '转交给同事',
    params: ID_PARAM,
    body: {
      userId: ref('user', { label: '转交给' }),
      note: text({ label: '说明', max: NOTE_MAX }),
    },
  }),
  flows: endpoint<{ items: ApprovalFlow[]; roles: { id: number; name: string }[] }>()(
    'GET',
    '/api/approval-flows',
    'approval.setup',
    {
      summary: '全部审批流程,和可选的角色',
    },
  ),
  flow: endpoint<ApprovalFlow>()('GET', '/api/approval-flows/:subject', 'approval.setup', {
    summary: '查看审批流程',
    params: SUBJECT_PARAM,
  }),
  setFlow: endpoint<ApprovalFlow>()('PUT', '/api/approval-flows/:subject', 'approval.setup', {
    summary: '设置审批流程',
    params: SUBJECT_PARAM,
    body: {
      minAmountFen: money({ label: '从多少金额起', min: 0, optional: true }),
      steps: list(
        group(
          {
            mode: option(approvalModes, { label: '方式' }),
            minAmountFen: money({ label: '从多少金额起', min: 0, optional: true }),
            approvers: list(
              group(
                {
                  kind: option(approverKinds, { label: '审批人' }),
                  userId: ref('user', { label: '人员', optional: true }),
                  roleId: ref('role', { label: '角色', optional: true }),
                  levels: integer({ label: '上几级', min: 1, max: 10, optional: true }),
                },
                { label: '审批人' },
              ),
              { label: '审批人', min: 1, max: MOST_APPROVERS },
            ),
          },
          { label: '步骤' },
        ),
        { label: '步骤', max: MOST_STEPS },
      ),
    },
  }),
}
