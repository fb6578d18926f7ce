import { entity } from '../kernel/entity.ts'
import { day, longText, ref, text } from '../kernel/field.ts'

/** 公告: what the office tells its people, each of whom reads it for himself. */
export const announcement = entity({
  name: 'announcement',
  table: 'announcements',
  path: 'announcements',
  label: '公告',
  scope: 'everyone',
  title: 'title',
  order: '-createdAt',
  recycle: true,
  fields: {
    title: text({ label: '标题', max: 80, noImport: true }),
    body: longText({ label: '内容', max: 4000, noImport: true }),
    teamIds: ref('team', {
      label: '给哪些部门',
      many: { table: 'announcementTeams', parent: 'announcementId', child: 'teamId' },
      help: '连同下级部门;留空给所有人',
      noImport: true,
    }),
    endOn: day({ label: '显示到', optional: true, help: '含当天;留空一直显示', noImport: true }),
    authorId: ref('user', { label: '发布人', optional: true, readonly: true, noImport: true }),
  },
})
