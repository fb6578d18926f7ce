import { createIndex, createTable, type Db, required, uniqueIndex } from './helpers.ts'

export const name = '0004_imports'
const COUNTS = ['total', 'done', 'created', 'updated', 'skipped', 'duplicates', 'failed']

export async function up(db: Db): Promise<void> {
  await createTable(db, 'imports', (t) => {
    t.id()
      .text('entity', required)
      .text('mode', required)
      .text('state', required)
      .text('fileName', required)
      .ref('userId', 'users')
    t.text('createdAt', required)
      .text('updatedAt', required)
      .text('headers', required)
      .text('mapping', required)
      .text('warnings', required)
      .text('problem')
    for (const count of COUNTS) t.integer(count, required)
    return t.text('leasedBy').text('leasedUntil').text('limitedTo')
  })
  await createIndex(db, 'imports', ['userId', 'id'])
  await createTable(db, 'importRows', (t) =>
    t
      .id()
      .ref('importId', 'imports', required)
      .integer('rowNumber', required)
      .text('cells', required)
      .text('status', required)
      .text('message')
      .integer('recordId')
      .integer('recordVersion'),
  )
  await uniqueIndex(db, 'importRows', ['importId', 'rowNumber'])
  await createIndex(db, 'importRows', ['importId', 'status', 'rowNumber'])
}
