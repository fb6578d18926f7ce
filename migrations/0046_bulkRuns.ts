import { createTable, type Db, required, uniqueIndex } from './helpers.ts'

export const name = '0046_bulkRuns'

/** 批量操作: what was chosen and counted, to be done once. Kept for a day. */
export async function up(db: Db): Promise<void> {
  await createTable(db, 'bulkRuns', (t) =>
    t
      .id()
      .text('token', required)
      .ref('actorId', 'users', required)
      .text('verb', required)
      // As JSON, in the order of the list.
      .text('ids', required)
      .text('state', required)
      .text('asked')
      .text('reply')
      .text('createdAt', required)
      .text('startedAt'),
  )
  await uniqueIndex(db, 'bulkRuns', ['token'])
}
