import { createIndex, createTable, type Db, required, uniqueIndex } from './helpers.ts'

export const name = '0012_feedback'
const LIVE = { where: '"deletedAt" is null' }
const TYPES = [
  ['complaint', '投诉'],
  ['suggestion', '建议'],
  ['inquiry', '咨询'],
  ['praise', '表扬'],
  ['other', '其他'],
] as const
const AT = '2026-11-22T00:00:00.000Z'

/** 客户反馈. */
export async function up(db: Db): Promise<void> {
  await createTable(db, 'feedback', (t) =>
    t
      .id()
      .text('number', required)
      .ref('customerId', 'customers', required)
      .ref('contactId', 'contacts')
      .text('type', required)
      .text('severity', required)
      .text('state', required)
      .text('words', required)
      .text('occurredOn', required)
      .ref('handlerId', 'users')
      .text('result')
      .text('resolvedAt')
      .integer('version', required)
      .text('createdAt', required)
      .text('updatedAt', required)
      .text('deletedAt'),
  )
  await uniqueIndex(db, 'feedback', ['number'])
  await createIndex(db, 'feedback', ['customerId', 'deletedAt', 'id'])
  await createIndex(db, 'feedback', ['contactId'])
  for (const sorted of ['createdAt', 'updatedAt', 'occurredOn'])
    await createIndex(db, 'feedback', [sorted, 'id', 'customerId', 'deletedAt'], LIVE)
  await createIndex(db, 'feedback', ['handlerId', 'state', 'id'], LIVE)
  // The few that wait, found past the many that are done.
  await createIndex(db, 'feedback', ['customerId', 'severity', 'id'], {
    where: `"deletedAt" is null and "state" in ('open', 'working')`,
    name: 'feedback_waiting',
  })
  await createIndex(db, 'feedback', ['deletedAt', 'id'], {
    where: '"deletedAt" is not null',
    name: 'feedback_recycled',
  })

  // A new installation gets its dictionaries when it is founded; one that is at work gets these now.
  const founded = await db.selectFrom('dictItems').select('id').limit(1).executeTakeFirst()
  if (!founded) return
  await db
    .insertInto('dictItems')
    .values(
      TYPES.map(([code, label], at) => ({
        dictionary: 'feedbackType',
        code,
        label,
        position: (at + 1) * 10,
        active: 1,
        version: 1,
        createdAt: AT,
        updatedAt: AT,
        deletedAt: null,
      })),
    )
    .execute()
}
