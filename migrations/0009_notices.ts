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
  // Housekeeping finds what has long been read.
  await createIndex(db, 'notifications', ['readAt'], { where: '"readAt" is not null', name: 'notifications_read' })
}
