import { createIndex, createTable, type Db, required } from './helpers.ts'

export const name = '0006_interactions'
const LIVE = { where: '"deletedAt" is null' }
const DICTIONARIES = {
  interactionKind: {
    call: '电话',
    visit: '拜访',
    wechat: '微信',
    email: '邮件',
    sms: '短信',
    fax: '传真',
    web: '网络',
    other: '其他',
  },
  interactionResult: {
    interested: '有意向',
    again: '需再跟进',
    quoted: '已报价',
    settled: '已解决',
    unreached: '未联系上',
    refused: '暂无意向',
  },
} as const
const AT = '2026-11-22T00:00:00.000Z'

/** 跟进记录 and what colleagues say to them. */
export async function up(db: Db): Promise<void> {
  await createTable(db, 'interactions', (t) =>
    t
      .id()
      .ref('customerId', 'customers', required)
      .ref('contactId', 'contacts')
      .text('kind', required)
      .text('text', required)
      .text('result')
      .text('followedAt', required)
      .ref('authorId', 'users', required)
      .flag('counts')
      .integer('version', required)
      .text('createdAt', required)
      .text('updatedAt', required)
      .text('deletedAt'),
  )
  // The timeline of a customer, newest first, and its latest follow-up that counts.
  await createIndex(db, 'interactions', ['customerId', 'followedAt', 'id'], {
    ...LIVE,
    name: 'interactions_of_customer',
  })
  await createIndex(db, 'interactions', ['customerId', 'followedAt'], {
    where: '"deletedAt" is null and "counts" = 1',
    name: 'interactions_counting',
  })
  // The manager's day: everybody's, and one person's; the counts are read from the index alone.
  await createIndex(db, 'interactions', ['followedAt', 'id', 'customerId', 'authorId', 'kind', 'deletedAt'], {
    ...LIVE,
    name: 'interactions_by_time',
  })
  await createIndex(db, 'interactions', ['authorId', 'followedAt', 'id', 'customerId', 'kind', 'deletedAt'], {
    ...LIVE,
    name: 'interactions_by_author',
  })
  for (const sorted of ['createdAt', 'updatedAt'])
    await createIndex(db, 'interactions', [sorted, 'id', 'customerId', 'deletedAt'], LIVE)
  for (const parent of ['customerId', 'contactId'])
    await createIndex(db, 'interactions', [parent], { name: `interactions_${parent}` })
  await createIndex(db, 'interactions', ['deletedAt', 'id'], {
    where: '"deletedAt" is not null',
    name: 'interactions_recycled',
  })

  await createTable(db, 'interactionComments', (t) =>
    t
      .id()
      .ref('interactionId', 'interactions', required)
      .ref('authorId', 'users', required)
      .text('text', required)
      .text('createdAt', required),
  )
  await createIndex(db, 'interactionComments', ['interactionId', 'id'])

  // A new installation gets its dictionaries when it is founded; one that is at work gets these now.
  const founded = await db.selectFrom('dictItems').select('id').limit(1).executeTakeFirst()
  if (!founded) return
  const items = Object.entries(DICTIONARIES).flatMap(([dictionary, labels]) =>
    Object.entries(labels).map(([code, label], at) => ({
      dictionary,
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
  await db.insertInto('dictItems').values(items).execute()
}
