import { interaction } from '../entities/interaction.ts'
import { crudEndpoints, endpoint, ID_PARAM, VERSION_FIELD } from '../kernel/endpoint.ts'
import type { RowOf } from '../kernel/entity.ts'
import { instant, longText, ref, text } from '../kernel/field.ts'
import type { QuerySpec } from '../kernel/query.ts'
import { group, list } from '../kernel/schema.ts'

export type Interaction = RowOf<typeof interaction>
/** 批示: what a colleague says to a follow-up. */
export interface InteractionComment {
  readonly id: number
  readonly authorId: number
  readonly authorName: string
  readonly text: string
  readonly createdAt: string
}
/** What the one box saved: the record and, where a next date was chosen, its reminder. */
export interface SavedInteraction {
  readonly interaction: Interaction
  readonly reminder: { readonly id: number; readonly version: number; readonly dueAt: string } | null
}

/** One person's follow-ups in a span of time. */
export interface PersonsDay {
  readonly authorId: number
  readonly authorName: string
  readonly count: number
  readonly customerCount: number
  /** By the code of the kind. */
  readonly byKind: Readonly<Record<string, number>>
}

export const MOST_FILES = 20
const MOST_MENTIONS = 20
const { contactId, customerId, followedAt, kind, result, text: words } = interaction.fields
const content = { contactId, kind, text: words, result }
const SPAN = {
  followedAtFrom: { as: 'instant', label: '跟进时间(起)', required: true },
  followedAtTo: { as: 'instant', label: '跟进时间(止)', required: true },
  customerId: { as: 'ids', max: 100, label: '客户' },
  kind: { as: 'words', max: 100, label: '方式' },
  result: { as: 'words', max: 100, label: '结果' },
  q: { as: 'text', max: 100, label: '搜索' },
} as const satisfies QuerySpec

const crud = crudEndpoints(interaction)
export const interactions = {
  list: crud.list,
  get: crud.get,
  /** Left out, `followedAt` is now. Record, reminder and files are saved together or not at all. */
  create: endpoint<SavedInteraction>()('POST', '/api/interactions', 'interaction.create', {
    summary: '写跟进',
    status: 201,
    idempotent: true,
    body: {
      customerId,
      ...content,
      followedAt: instant({ label: followedAt.label, optional: true }),
      remind: group(
        {
          dueAt: instant({ label: '提醒时间' }),
          title: text({ label: '提醒事项', max: 100, optional: true }),
        },
        { label: '下次提醒', optional: true },
      ),
      documentIds: list(ref('document', { label: '附件' }), { label: '附件', max: MOST_FILES, optional: true }),
    },
  }),
  /** Of one's own by whoever may write follow-ups there; of others' it needs `interaction.update`. */
  update: endpoint<Interaction>()('PATCH', '/api/interactions/:id', 'interaction.create', {
    summary: '修改跟进记录',
    params: ID_PARAM,
    partial: true,
    body: { version: VERSION_FIELD, ...content, followedAt },
  }),
  /** Likewise; others' need `interaction.delete`. Goes to the recycle bin. */
  remove: { ...crud.remove, permission: 'interaction.create' },
  restore: crud.restore,
  comments: endpoint<{ items: InteractionComment[] }>()('GET', '/api/interactions/:id/comments', 'interaction.read', {
    summary: '跟进记录的批示',
    params: ID_PARAM,
  }),
  comment: endpoint<InteractionComment>()('POST', '/api/interactions/:id/comments', 'interaction.comment', {
    summary: '批示跟进记录',
    idempotent: true,
    params: ID_PARAM,
    status: 201,
    body: {
      text: longText({ label: '批示', max: 1000 }),
      mentionIds: list(ref('user', { label: '提到的同事' }), {
        label: '提到的同事',
        max: MOST_MENTIONS,
        optional: true,
      }),
    },
  }),
  people: endpoint<{ items: PersonsDay[] }>()('GET', '/api/interactions/people', 'interaction.read', {
    summary: '每人跟进数',
    query: SPAN,
  }),
}
