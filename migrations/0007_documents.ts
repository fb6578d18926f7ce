import { createIndex, createTable, type Db, required } from './helpers.ts'

export const name = '0007_documents'
const LIVE = { where: '"deletedAt" is null' }

/** Files: what they are called and hang on. Their content lies on disk by its SHA-256. */
export async function up(db: Db): Promise<void> {
  await createTable(db, 'documents', (t) =>
    t
      .id()
      .text('name', required)
      .bigint('sizeBytes', required)
      .text('mediaType', required)
      .text('sha256', required)
      .integer('revision', required)
      .text('subjectType')
      .integer('subjectId')
      .ref('customerId', 'customers')
      .ref('uploaderId', 'users')
      .integer('version', required)
      .text('createdAt', required)
      .text('updatedAt', required)
      .text('deletedAt'),
  )
  await createIndex(db, 'documents', ['customerId', 'deletedAt', 'createdAt', 'id'])
  await createIndex(db, 'documents', ['subjectType', 'subjectId'])
  // Whether a content is still needed.
  await createIndex(db, 'documents', ['sha256'])
  for (const sorted of ['createdAt', 'updatedAt', 'name', 'sizeBytes'])
    await createIndex(db, 'documents', [sorted, 'id', 'customerId', 'deletedAt'], LIVE)
  await createIndex(db, 'documents', ['uploaderId', 'createdAt'], {
    where: '"subjectType" is null',
    name: 'documents_drafts',
  })
  await createIndex(db, 'documents', ['deletedAt', 'id'], {
    where: '"deletedAt" is not null',
    name: 'documents_recycled',
  })
}
