import { createIndex, createTable, type Db, required } from './helpers.ts'

export const name = '0047_announcements'

/** 公告: what the office tells everybody, or some teams; and who has read it. */
export async function up(db: Db): Promise<void> {
  await createTable(db, 'announcements', (t) =>
    t
      .id()
      .text('title', required)
      .text('body', required)
      .text('endOn')
      .ref('authorId', 'users')
      .integer('version', required)
      .text('createdAt', required)
      .text('updatedAt', required)
      .text('deletedAt'),
  )
  await createTable(
    db,
    'announcementTeams',
    (t) => t.ref('announcementId', 'announcements', required).ref('teamId', 'teams', required),
    (draft) => draft.addPrimaryKeyConstraint('announcementTeams_key', ['announcementId', 'teamId']),
  )
  await createIndex(db, 'announcementTeams', ['teamId', 'announcementId'])
  await createTable(
    db,
    'announcementReads',
    (t) => t.ref('announcementId', 'announcements', required).ref('userId', 'users', required).text('readAt', required),
    (draft) => draft.addPrimaryKeyConstraint('announcementReads_key', ['announcementId', 'userId']),
  )
}
