import { announcement } from '../entities/announcement.ts'
import { crudEndpoints, endpoint } from '../kernel/endpoint.ts'
import type { RowOf } from '../kernel/entity.ts'
import { ref } from '../kernel/field.ts'
import { list } from '../kernel/schema.ts'

export type Announcement = RowOf<typeof announcement>
/** One that is shown to the reader now. */
export interface AnnouncementShown extends Pick<
  Announcement,
  'id' | 'title' | 'body' | 'endOn' | 'authorName' | 'createdAt'
> {
  readonly readAt: string | null
}
export const announcements = {
  ...crudEndpoints(announcement, { permission: { read: 'setting.manage', write: 'setting.manage' } }),
  mine: endpoint<{ items: AnnouncementShown[] }>()('GET', '/api/announcements/mine', 'signedIn', {
    summary: '给我的公告,新的在前',
  }),
  read: endpoint<{ items: AnnouncementShown[] }>()('POST', '/api/announcements/read', 'signedIn', {
    summary: '已读公告',
    body: { ids: list(ref('announcement', { label: '公告' }), { label: '公告', max: 100, min: 1 }) },
  }),
}
