import { endpoint, ID_PARAM, type Page, pageSchema } from '../kernel/endpoint.ts'
import { flag, ref, text } from '../kernel/field.ts'
import { list } from '../kernel/schema.ts'

export const handoverStates = {
  running: '交接中',
  done: '已完成',
  undoing: '撤销中',
  undone: '已撤销',
} as const
export type HandoverState = keyof typeof handoverStates

/** One kind of what is handed over: 客户, 提醒, 协作… */
export interface HandoverCount {
  readonly key: string
  readonly label: string
  readonly count: number
}
export interface Handover {
  readonly id: number
  readonly state: HandoverState
  readonly fromUserId: number
  readonly fromName: string
  readonly to: readonly { readonly userId: number; readonly name: string }[]
  readonly byName: string
  readonly createdAt: string
  readonly finishedAt: string | null
  readonly total: number
  readonly done: number
  /** Moved so far, by kind. */
  readonly counts: readonly HandoverCount[]
  readonly disables: boolean
  /** After an undo: what somebody had changed since and therefore stayed where it was. */
  readonly left: number
  /** Why it stands still, in Chinese. */
  readonly problem: string | null
}
export interface HandoverRow {
  readonly id: number
  readonly kind: string
  readonly label: string
  readonly title: string
  readonly customerName: string | null
  readonly toName: string
  readonly state: 'moved' | 'undone' | 'left'
}
const PAGING = {
  page: { as: 'integer', min: 1, max: 10_000, label: '页码' },
  size: { as: 'integer', min: 1, max: 200, label: '每页行数' },
} as const
const include = list(text({ label: '类别', max: 40 }), { label: '交接哪些', max: 40, optional: true })

export const handovers = {
  list: endpoint<Page<Handover>>()('GET', '/api/handovers', 'handover.manage', {
    summary: '离职交接记录',
    query: PAGING,
    reply: pageSchema({ type: 'object' }),
  }),
  preview: endpoint<{ counts: HandoverCount[]; isDisabled: boolean }>()(
    'POST',
    '/api/handovers/preview',
    'handover.manage',
    { summary: '看看要交接多少', body: { fromUserId: ref('user', { label: '交出人' }) } },
  ),
  start: endpoint<Handover>()('POST', '/api/handovers', 'handover.manage', {
    summary: '开始交接',
    body: {
      fromUserId: ref('user', { label: '交出人' }),
      toUserId: ref('user', { label: '接收人', optional: true }),
      /** Instead of one receiver: customers go round these, and what hangs on a customer goes with it. */
      split: list(ref('user', { label: '接收人' }), { label: '平均分给', max: 20, optional: true }),
      /** Kinds; all when left out. */
      include,
      disable: flag({ label: '完成后停用交出人', default: false }),
    },
  }),
  get: endpoint<Handover>()('GET', '/api/handovers/:id', 'handover.manage', {
    summary: '查看交接',
    params: ID_PARAM,
  }),
  rows: endpoint<Page<HandoverRow>>()('GET', '/api/handovers/:id/rows', 'handover.manage', {
    summary: '交接清单',
    params: ID_PARAM,
    query: PAGING,
    reply: pageSchema({ type: 'object' }),
  }),
  undo: endpoint<Handover>()('POST', '/api/handovers/:id/undo', 'handover.manage', {
    summary: '撤销交接',
    params: ID_PARAM,
  }),
}
