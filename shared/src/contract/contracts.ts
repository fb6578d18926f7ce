import { contract as entity, contractTemplate } from '../entities/contract.ts'
import { crudEndpoints, endpoint, ID_PARAM, VERSION_FIELD } from '../kernel/endpoint.ts'
import type { CreateOf, RowOf, UpdateOf } from '../kernel/entity.ts'
import { day, ref, text } from '../kernel/field.ts'
import type { ApprovalRound } from './approvals.ts'

export type ContractRow = RowOf<typeof entity>
/** In the list: what came in of it, where the reader may see receivables. */
export interface Contract extends ContractRow {
  readonly receivedFen?: number | null
  /** 期: of its plan and its orders', all and those that are settled; null as above. */
  readonly instalments?: Instalments | null
}
export interface Instalments {
  readonly settled: number
  readonly all: number
}
export type ContractCreate = CreateOf<typeof entity>
export type ContractUpdate = UpdateOf<typeof entity>
export type ContractTemplate = RowOf<typeof contractTemplate>

export const revisionStates = {
  proposed: '待批准',
  inForce: '生效中',
  superseded: '已被替换',
  refused: '未通过',
} as const
export type RevisionState = keyof typeof revisionStates
export interface ContractChangeLine {
  readonly field: string
  readonly label: string
  readonly before: string
  readonly after: string
}
/** A version the contract had, has, or is to have. */
export interface ContractRevision {
  readonly id: number
  readonly revision: number
  readonly state: RevisionState
  readonly reason: string | null
  readonly actorName: string | null
  readonly createdAt: string
  readonly decidedAt: string | null
  /** Against the version it replaces, or is to replace; none for the first. */
  readonly changes: readonly ContractChangeLine[]
}
export interface ContractDetail extends Contract {
  /** The newest first. */
  readonly revisions: readonly ContractRevision[]
  /** Of the contract and of its changes, the latest first. */
  readonly approvals: readonly ApprovalRound[]
}
export interface ContractText {
  readonly text: string
  /** Named in the text, and without a value yet. */
  readonly missing: readonly string[]
}

const { contactId, title, type, startOn, endOn, terms, termsDays, ourSigner, theirSigner, body, notes } = entity.fields
/** What a change may propose; whose contract it is and who wrote it stay. */
export const CHANGEABLE = [
  'title',
  'type',
  'contactId',
  'amountFen',
  'startOn',
  'endOn',
  'terms',
  'termsDays',
  'ourSigner',
  'theirSigner',
  'body',
  'notes',
] as const satisfies readonly (keyof typeof entity.fields)[]
export type Changeable = (typeof CHANGEABLE)[number]
export interface ContractChange extends Partial<Pick<ContractUpdate, Changeable>> {
  readonly version: number
  readonly reason: string
}

const crud = crudEndpoints(entity, {
  query: {
    teamOfCustomer: { as: 'ids', max: 100, label: '客户所属部门' },
    customerOwnerId: { as: 'ids', max: 100, label: '客户负责人' },
    expiry: { as: 'words', values: ['soon', 'expired'], max: 2, label: '到期' },
  },
})
const step = <const B extends object = object>(name: string, summary: string, permission: string, more?: B) =>
  endpoint<ContractDetail>()('POST', `/api/contracts/:id/${name}`, permission, {
    summary,
    params: ID_PARAM,
    body: { version: VERSION_FIELD, ...more } as { version: typeof VERSION_FIELD } & B,
  })

export const contracts = {
  ...crud,
  get: endpoint<ContractDetail>()('GET', '/api/contracts/:id', 'contract.read', {
    summary: '查看合同',
    params: ID_PARAM,
    reply: crud.get.reply,
  }),
  submit: step('submit', '提交合同', 'contract.update'),
  withdraw: step('withdraw', '撤回合同的审批', 'contract.update'),
  sign: step('sign', '登记签订', 'contract.sign', { signedOn: day({ label: '签订日期' }) }),
  change: endpoint<ContractDetail>()('POST', '/api/contracts/:id/change', 'contract.update', {
    summary: '变更合同:提出新的一版,批准后生效',
    params: ID_PARAM,
    // What is left out stays as it is.
    partial: true,
    body: {
      version: VERSION_FIELD,
      reason: text({ label: '变更原因', max: 200 }),
      title: { ...title, optional: true },
      type,
      contactId,
      amountFen: { ...entity.fields.amountFen, optional: true },
      startOn,
      endOn,
      terms,
      termsDays,
      ourSigner,
      theirSigner,
      body,
      notes,
    },
  }),
  withdrawChange: step('withdraw-change', '撤回变更', 'contract.update'),
  complete: step('complete', '完成合同', 'contract.sign'),
  archive: step('archive', '归档合同', 'contract.sign'),
  void: step('void', '作废合同', 'contract.void', { reason: text({ label: '作废原因', max: 200 }) }),
  /** A template filled with what is known; kept as the contract's text. */
  fill: step('fill', '按模板生成合同正文', 'contract.update', {
    templateId: ref('contractTemplate', { label: '模板' }),
  }),
  text: endpoint<ContractText>()('GET', '/api/contracts/:id/text', 'contract.read', {
    summary: '合同正文,占位符已填',
    params: ID_PARAM,
  }),
  templates: crudEndpoints(contractTemplate, {
    permission: { read: 'contract.read', write: 'contract.template' },
  }),
}
