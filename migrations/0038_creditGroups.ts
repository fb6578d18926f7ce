import { createIndex, createTable, type Db, required, uniqueIndex } from './helpers.ts'

export const name = '0038_creditGroups'

/** 集团: companies that share one credit limit; each belongs to one at most. */
export async function up(db: Db): Promise<void> {
  await createTable(db, 'creditGroups', (t) =>
    t
      .id()
      .text('name', required)
      .bigint('creditFen', required)
      .integer('version', required)
      .text('createdAt', required)
      .text('updatedAt', required),
  )
  await uniqueIndex(db, 'creditGroups', ['name'])
  await createTable(db, 'creditGroupMembers', (t) =>
    t.ref('customerId', 'customers', required).ref('groupId', 'creditGroups', required),
  )
  await uniqueIndex(db, 'creditGroupMembers', ['customerId'])
  await createIndex(db, 'creditGroupMembers', ['groupId', 'customerId'])
}
