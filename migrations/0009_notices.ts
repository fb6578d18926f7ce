import { createIndex, createTable, type Db, required } from './helpers.ts'

export const name = '0009_notices'

/** What each person wants to be told of, and how; no row means the defaults. */
export async function up(db: Db): Promise<void> {
  await createTable(
    db,
    'noticeSwitches',
    (t) =>
      t
        .ref('userId', 'users', required)
        .text('kind', required)
        .flag('site', (c) => c.defaultTo(1))
        .flag('desktop')
        .flag('mail'),
    (table) => table.addPrimaryKeyConstraint('noticeSwitches_pk', ['userId', 'kind']),
  )
  // The last daily mail of each person: which day, and up to which notice.
  await createTable(
    db,
    'mailDigests',
    (t) => t.ref('userId', 'users', required).text('day', required).integer('lastId', required),
    (table) => table.addPrimaryKeyConstraint('mailDigests_pk', ['userId']),
  )
  // Housekeeping finds what has long been read.
  await createIndex(db, 'notifications', ['readAt'], { where: '"readAt" is not null', name: 'notifications_read' })
}
