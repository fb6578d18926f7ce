import { createIndex, createTable, type Db, required } from './helpers.ts'

export const name = '0062_exportJobs'

/** 导出 that take longer than a request: who asked for what, how far it is, and which file in the folder `exports` it became. */
export async function up(db: Db): Promise<void> {
  await createTable(db, 'exportJobs', (t) =>
    t
      .id()
      .ref('userId', 'users', required)
      .text('list', required)
      .text('query', required)
      .text('fileName', required)
      .text('state', required)
      .integer('total')
      .integer('rows', required)
      .integer('bytes')
      .integer('attempts', required)
      .text('runId')
      .text('rights')
      .text('limitedTo')
      .text('address')
      .text('problem')
      .text('createdAt', required)
      .text('updatedAt', required)
      .text('endedAt')
      .text('expiresAt'),
  )
  await createIndex(db, 'exportJobs', ['userId', 'id'])
  await createIndex(db, 'exportJobs', ['state', 'id'])
}
