import { endpoint } from '../kernel/endpoint.ts'
import { flag, integer, option } from '../kernel/field.ts'
import { group, list } from '../kernel/schema.ts'
import { noticeKinds, type NoticeKind } from '../notices.ts'

/** What somebody was told, as it arrives. */
export interface ArrivedNotice {
  readonly id: number
  readonly kind: NoticeKind
  readonly title: string
  readonly body: string | null
  /** A path within the pages. */
  readonly link: string | null
  readonly customerId: number | null
  readonly createdAt: string
  /** Whether its reader wants this kind shown by the operating system too. */
  readonly desktop: boolean
}
export interface NoticeRow extends ArrivedNotice {
  readonly readAt: string | null
  /** null: no customer, or one that its reader may not see (any more). */
  readonly customerName: string | null
}
export interface NoticePage {
  readonly items: NoticeRow[]
  /** Of all, not of the page; counted up to MOST_UNREAD. */
  readonly unread: number
  readonly nextCursor: string | null
}
/** Beyond it nobody counts: shown as 99+. */
export const MOST_UNREAD = 100

export interface NoticeSwitch {
  readonly kind: NoticeKind
  /** In the pages: bell, count, toast. */
  readonly site: boolean
  readonly desktop: boolean
  readonly mail: boolean
}
export interface NoticeSwitches {
  /** One for each kind, in their order. */
  readonly items: NoticeSwitch[]
  /** Whether this installation sends mail. */
  readonly canMail: boolean
}
const kinds = Object.keys(noticeKinds) as NoticeKind[]
const options = noticeKinds as Readonly<Record<NoticeKind, string>>

/** Everybody's own and nobody else's. */
export const notifications = {
  list: endpoint<NoticePage>()('GET', '/api/notifications', 'signedIn', {
    summary: '我的通知,新的在前',
    query: {
      unread: { as: 'flag', label: '只看未读' },
      kind: { as: 'words', values: kinds, max: kinds.length, label: '种类' },
      size: { as: 'integer', min: 1, max: 100, label: '每页行数' },
      cursor: { as: 'id', label: '游标' },
    },
  }),
  read: endpoint<{ unread: number }>()('POST', '/api/notifications/read', 'signedIn', {
    summary: '标为已读',
    body: {
      ids: list(integer({ label: '通知', min: 1, max: Number.MAX_SAFE_INTEGER }), {
        label: '通知',
        max: 200,
        optional: true,
      }),
      all: flag({ label: '全部', optional: true }),
    },
  }),
  stream: endpoint<null>()('GET', '/api/notifications/stream', 'signedIn', {
    summary: '通知流(Server-Sent Events);不接受 text/event-stream 的只得到此后的和未读数,随即结束',
    query: { after: { as: 'id', label: '此后的通知' } },
  }),
  switches: endpoint<NoticeSwitches>()('GET', '/api/notifications/switches', 'signedIn', { summary: '通知设置' }),
  setSwitches: endpoint<NoticeSwitches>()('PUT', '/api/notifications/switches', 'signedIn', {
    summary: '修改通知设置',
    body: {
      items: list(
        group(
          {
            kind: option(options, { label: '种类' }),
            site: flag({ label: '站内' }),
            desktop: flag({ label: '桌面' }),
            mail: flag({ label: '邮件' }),
          },
          { label: '通知设置' },
        ),
        { label: '通知设置', max: kinds.length },
      ),
    },
  }),
}
