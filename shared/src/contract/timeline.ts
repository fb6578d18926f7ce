import type { document } from '../entities/document.ts'
import { endpoint, ID_PARAM } from '../kernel/endpoint.ts'
import type { RowOf } from '../kernel/entity.ts'
import type { Interaction, InteractionComment } from './interactions.ts'

/** What the timeline of a customer tells about; the chips above it. */
export const timelineKinds = {
  followUp: '跟进',
  reminder: '提醒',
  feedback: '反馈',
  contract: '合同',
  quote: '报价',
  order: '订单',
  delivery: '交货',
  receivable: '应收',
  receipt: '回款',
  invoice: '发票',
  document: '文档',
  owner: '归属',
  pool: '公海',
  contact: '联系人',
  change: '变更',
  look: '查看号码',
} as const
export type TimelineKind = keyof typeof timelineKinds

export interface TimelineChange {
  readonly label: string
  readonly before: string
  readonly after: string
}
/** One thing that happened. `key` is its anchor: `interaction-34` is `#e-interaction-34`. */
export interface TimelineEntry {
  readonly key: string
  readonly kind: TimelineKind
  readonly id: number
  readonly at: string
  readonly actorName: string | null
  /** In words, without a full stop: 转移负责人. */
  readonly title: string
  readonly text?: string | null
  readonly changes?: readonly TimelineChange[]
  /** What a new record was filled with; shown folded. */
  readonly filled?: readonly { readonly label: string; readonly value: string }[]
  readonly interaction?: Interaction
  readonly comments?: readonly InteractionComment[]
  readonly files?: readonly RowOf<typeof document>[]
}
export interface TimelinePage {
  readonly items: readonly TimelineEntry[]
  /** What the next page goes on from; null at the end. */
  readonly before: string | null
  /** The kinds this reader may be shown. */
  readonly kinds: readonly TimelineKind[]
}

export const timeline = {
  ofCustomer: endpoint<TimelinePage>()('GET', '/api/customers/:id/timeline', 'customer.read', {
    summary: '客户的时间线',
    params: ID_PARAM,
    query: {
      kinds: { as: 'words', max: 20, values: Object.keys(timelineKinds), label: '内容' },
      before: { as: 'text', max: 100, label: '从哪一条往前' },
      size: { as: 'integer', min: 1, max: 100, label: '条数' },
    },
  }),
}
