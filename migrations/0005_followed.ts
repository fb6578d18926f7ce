import { addColumns, createIndex, createTable, type Db, required, uniqueIndex } from './helpers.ts'

export const name = '0005_followed'
const LIVE = { where: '"deletedAt" is null' }

/** What the days of a salesperson leave on a customer, and what people are told. */
export async function up(db: Db): Promise<void> {
  await addColumns(db, 'customers', (t) => t.text('lastFollowUpAt').text('lastValidFollowUpAt').text('nextReminderAt'))
  for (const sorted of ['lastFollowUpAt', 'nextReminderAt'])
    await createIndex(db, 'customers', [sorted, 'id', 'ownerId', 'deletedAt'], LIVE)

  await createTable(db, 'notifications', (t) =>
    t
      .id()
      .ref('userId', 'users', required)
      .text('kind', required)
      .text('title', required)
      .text('body')
      .text('link')
      .ref('customerId', 'customers')
      .text('onceKey')
      .text('createdAt', required)
      .text('readAt'),
  )
  await uniqueIndex(db, 'notifications', ['userId', 'onceKey'])
  await createIndex(db, 'notifications', ['userId', 'id'])
  await createIndex(db, 'notifications', ['userId', 'id'], { where: '"readAt" is null', name: 'notifications_unread' })
  await createIndex(db, 'notifications', ['customerId'])
}
