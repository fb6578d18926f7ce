import { endpoint, ID_PARAM } from '../kernel/endpoint.ts'
import { option, ref, text } from '../kernel/field.ts'
import type { QuerySpec } from '../kernel/query.ts'
import { type Access, accesses, suspect } from './customers.ts'

export const sharingStates = {
  asked: '等答复',
  granted: '已同意',
  refused: '已拒绝',
  expired: '已过期',
  lapsed: '已失效',
} as const
export type SharingState = keyof typeof sharingStates

/** One colleague asks to work on a customer of another's. What 查重 told the asker is all it tells him. */
export interface SharingRequest {
  readonly id: number
  /** Only where the reader may open it. */
  readonly customerId: number | null
  /** As 查重 showed it when it was asked. */
  readonly customerName: string
  readonly askedById: number
  readonly askedByName: string
  /** Who owned it then. */
  readonly askedOfName: string
  readonly reason: string
  readonly state: SharingState
  readonly access: Access | null
  readonly decidedByName: string | null
  readonly askedAt: string
  readonly expiresAt: string
}
export const sharingAnswers = { ...accesses, refuse: '拒绝' } as const

const QUERY = {
  /** 待我答复, unless said. */
  box: { as: 'oneOf', values: ['todo', 'mine'], label: '哪些' },
  customerId: { as: 'id', label: '客户' },
} as const satisfies QuerySpec

export const sharing = {
  list: endpoint<{ items: SharingRequest[]; total: number; totalCapped: boolean }>()(
    'GET',
    '/api/collaboration-requests',
    'customer.read',
    { summary: '协作申请:待我答复的,或我申请的', query: QUERY },
  ),
  ask: endpoint<SharingRequest>()('POST', '/api/collaboration-requests', 'customer.read', {
    summary: '向查重找到的客户的负责人申请协作',
    status: 201,
    idempotent: true,
    body: {
      ...suspect,
      /** The name of the match, as 查重 shows it: its id is not for everyone. */
      match: text({ label: '查重结果', max: 240 }),
      reason: text({ label: '申请理由', max: 200 }),
    },
  }),
  decide: endpoint<null>()('POST', '/api/customers/:id/collaboration-requests/decide', 'customer.update', {
    summary: '同意(只读或可编辑)或拒绝协作申请',
    params: ID_PARAM,
    body: {
      userId: ref('user', { label: '申请人' }),
      answer: option(sharingAnswers, { label: '答复' }),
    },
  }),
}
