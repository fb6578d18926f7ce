import { createIndex, createTable, type Db, required, uniqueIndex } from './helpers.ts'

export const name = '0061_sharingRequests'

/** 申请协作: who asks the owner of a customer to work on it, and what came of it. */
export async function up(db: Db): Promise<void> {
  await createTable(db, 'sharingRequests', (t) =>
    t
      .id()
      .ref('customerId', 'customers', required)
      .ref('askedById', 'users', required)
      .ref('askedOfId', 'users', required)
      .text('shownName', required)
      .text('reason', required)
      .text('state', required)
      .text('access')
      .text('askedAt', required)
      .text('expiresAt', required)
      .ref('decidedById', 'users')
      .text('decidedAt'),
  )
  await uniqueIndex(db, 'sharingRequests', ['customerId', 'askedById'], {
    where: `"state" = 'asked'`,
    name: 'sharingRequests_one_asked',
  })
  await createIndex(db, 'sharingRequests', ['customerId', 'id'])
  await createIndex(db, 'sharingRequests', ['askedById', 'id'])
}
