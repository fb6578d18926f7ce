import {
  receivable as entity,
  receivableStatuses,
  type ReceivableStatus,
  receivableTriggers,
} from '../entities/receivable.ts'
import {
  type BodyOf,
  crudEndpoints,
  type Endpoint,
  endpoint,
  ID_PARAM,
  type Page,
  VERSION_FIELD,
} from '../kernel/endpoint.ts'
import type { RowOf } from '../kernel/entity.ts'
import { integer, money, option, rate, ref, text } from '../kernel/field.ts'
import type { ListQuery } from '../kernel/query.ts'
import { group, list } from '../kernel/schema.ts'

/** As people see it: status and what is still to come in are worked out for today. */
export type Receivable = RowOf<typeof entity> & {
  readonly status: ReceivableStatus
  readonly openFen: number
  /** 0 when it is not overdue. */
  readonly overdueDays: number
}
export interface LedgerLine {
  readonly id: number
  readonly kind: 'due' | 'moved' | 'void' | 'allocation' | 'writeOff'
  /** How 未收 changed. */
  readonly openFen: number
  readonly dueOn: string | null
  readonly effectiveOn: string
  readonly recordedAt: string
  readonly receiptId: number | null
  readonly receiptNumber: string | null
  readonly actorName: string | null
  readonly note: string | null
}
export interface ReceivableDetail extends Receivable {
  readonly entries: readonly LedgerLine[]
}
export interface Plan {
  readonly items: readonly Receivable[]
  /** Of the instalments that count. */
  readonly sumFen: number
  /** Of the order or contract. */
  readonly documentFen: number
  readonly warnings: readonly string[]
}

const { label, notes, plannedOn, terms, termsDays } = entity.fields
export const MOST_INSTALMENTS = 60
export const instalment = {
  /** Of one that is there already; with the version that was seen. */
  id: ref('receivable', { label: '期次', optional: true }),
  version: integer({ label: '版本', optional: true, min: 1 }),
  label: { ...label, optional: true },
  trigger: option(receivableTriggers, { label: '何时应收', default: 'day' }),
  amountFen: money({ label: '应收金额', optional: true, min: 1 }),
  /** Of the document, instead of an amount. */
  percentBp: rate({ label: '比例', optional: true, min: 1, max: 10_000 }),
  plannedOn,
  terms,
  termsDays,
  notes,
} as const
export type InstalmentInput = BodyOf<typeof instalment>
const items = list(group(instalment, { label: '期次' }), { label: '回款计划', max: MOST_INSTALMENTS })

const crud = crudEndpoints(entity, {
  query: {
    status: { as: 'words', max: 6, values: Object.keys(receivableStatuses), label: '状态' },
    teamOfCustomer: { as: 'ids', max: 100, label: '客户所属部门' },
    customerOwnerId: { as: 'ids', max: 100, label: '客户负责人' },
  },
})
const planOf = (path: 'orders' | 'contracts', said: string) => ({
  get: endpoint<Plan>()('GET', `/api/${path}/:id/plan`, 'receivable.read', {
    summary: `${said}的回款计划`,
    params: ID_PARAM,
  }),
  put: endpoint<Plan>()('PUT', `/api/${path}/:id/plan`, 'receivable.update', {
    summary: `设置${said}的回款计划`,
    params: ID_PARAM,
    body: { items },
  }),
})
const orderPlan = planOf('orders', '订单')
const contractPlan = planOf('contracts', '合同')

export const receivables = {
  list: crud.list as Endpoint<{ query: ListQuery }, Page<Receivable>>,
  get: endpoint<ReceivableDetail>()('GET', '/api/receivables/:id', 'receivable.read', {
    summary: '查看应收款',
    params: ID_PARAM,
    reply: crud.get.reply,
  }),
  writeOff: endpoint<ReceivableDetail>()('POST', '/api/receivables/:id/write-off', 'receivable.writeOff', {
    summary: '核销坏账',
    params: ID_PARAM,
    body: {
      version: VERSION_FIELD,
      amountFen: money({ label: '核销金额', min: 1 }),
      reason: text({ label: '核销原因', max: 200 }),
    },
  }),
  undoWriteOff: endpoint<ReceivableDetail>()('POST', '/api/receivables/:id/undo-write-off', 'receivable.writeOff', {
    summary: '撤销坏账核销',
    params: ID_PARAM,
    body: { version: VERSION_FIELD, reason: text({ label: '撤销原因', max: 200 }) },
  }),
  orderPlan: orderPlan.get,
  setOrderPlan: orderPlan.put,
  contractPlan: contractPlan.get,
  setContractPlan: contractPlan.put,
}
