import { sql } from 'kysely'
import { createIndex, createSearchIndex, createTable, type Db, required, uniqueIndex } from './helpers.ts'

export const name = '0003_customers'
const LIVE = { where: '"deletedAt" is null' }
/** Addresses are kept as typed and compared without regard to case. */
const EMAIL_KEY = sql`lower("email")`
const FILTERED = ['status', 'level', 'industry', 'source', 'regionCode', 'creditFen']

export async function up(db: Db): Promise<void> {
  await createTable(db, 'tags', (t) =>
    t
      .id()
      .text('name', required)
      .text('color')
      .integer('version', required)
      .text('createdAt', required)
      .text('updatedAt', required)
      .text('deletedAt'),
  )
  await uniqueIndex(db, 'tags', ['name'], LIVE)

  await createTable(db, 'customers', (t) =>
    t
      .id()
      .text('number', required)
      .text('name', required)
      .text('shortName')
      .text('level')
      .text('status', required)
      .text('source')
      .text('industry')
      .text('regionCode')
      .text('address')
      .text('phone')
      .text('email')
      .text('website')
      .text('creditCode')
      .ref('ownerId', 'users')
      .bigint('creditFen')
      .text('terms')
      .integer('termsDays')
      .text('notes')
      .text('nameKey', required)
      .integer('twinNo', required)
      .text('initials', required)
      .text('nameFolded', required)
      .text('shortFolded', required)
      .integer('nameLength', required)
      .text('searchText', required)
      .integer('version', required)
      .text('createdAt', required)
      .text('updatedAt', required)
      .text('deletedAt'),
  )
  await uniqueIndex(db, 'customers', ['number'], LIVE)
  await uniqueIndex(db, 'customers', ['nameKey', 'twinNo'], LIVE)
  // Duplicates are looked for in the recycle bin as well.
  for (const key of ['nameKey', 'creditCode']) await createIndex(db, 'customers', [key])
  await createIndex(db, 'customers', [EMAIL_KEY], { name: 'customers_email' })
  // deletedAt is always empty here, but without it SQLite looks into each row to see that.
  // Lists are answered from these two alone, filters included: by one's owners, or walking the default order past foreign rows.
  await createIndex(db, 'customers', ['ownerId', 'updatedAt', 'id', ...FILTERED, 'deletedAt'], {
    ...LIVE,
    name: 'customers_by_owner',
  })
  await createIndex(db, 'customers', ['updatedAt', 'id', 'ownerId', ...FILTERED, 'deletedAt'], {
    ...LIVE,
    name: 'customers_by_update',
  })
  for (const sorted of ['createdAt', 'number', 'initials', 'level', 'status'])
    await createIndex(db, 'customers', [sorted, 'id', 'ownerId', 'deletedAt'], LIVE)
  // Search: each tier is a range of one of these, ranked without touching the rows.
  for (const spelt of ['nameFolded', 'shortFolded', 'initials'])
    await createIndex(db, 'customers', [spelt, 'nameLength', 'id', 'ownerId', 'deletedAt'], LIVE)
  await createIndex(db, 'customers', ['deletedAt', 'id'], {
    where: '"deletedAt" is not null',
    name: 'customers_recycled',
  })
  await createSearchIndex(db, 'customerSearch')

  await createTable(
    db,
    'customerTags',
    (t) => t.ref('customerId', 'customers', required).ref('tagId', 'tags', required),
    (table) => table.addPrimaryKeyConstraint('customerTags_key', ['customerId', 'tagId']),
  )
  await createIndex(db, 'customerTags', ['tagId', 'customerId'])
  await createTable(
    db,
    'collaborators',
    (t) =>
      t
        .text('entity', required)
        .integer('recordId', required)
        .ref('userId', 'users', required)
        .text('access', required)
        .text('createdAt', required),
    (table) => table.addPrimaryKeyConstraint('collaborators_key', ['entity', 'recordId', 'userId']),
  )
  await createIndex(db, 'collaborators', ['userId', 'entity', 'recordId'])

  await createTable(db, 'contacts', (t) =>
    t
      .id()
      .ref('customerId', 'customers', required)
      .text('name', required)
      .flag('isPrimary')
      .text('decisionRole')
      .text('jobTitle')
      .text('department')
      .text('mobile')
      .text('mobile2')
      .text('phone')
      .text('email')
      .text('wechat')
      .text('birthday')
      .text('birthdayCalendar', required)
      .text('notes')
      .text('initials', required)
      .text('searchText', required)
      .integer('version', required)
      .text('createdAt', required)
      .text('updatedAt', required)
      .text('deletedAt'),
  )
  await createIndex(db, 'contacts', ['customerId', 'deletedAt', 'id'])
  await uniqueIndex(db, 'contacts', ['customerId'], {
    where: '"isPrimary" = 1 and "deletedAt" is null',
    name: 'contacts_primary_unique',
  })
  await createIndex(db, 'contacts', [EMAIL_KEY], { name: 'contacts_email' })
  for (const sorted of ['updatedAt', 'createdAt', 'initials'])
    await createIndex(db, 'contacts', [sorted, 'id', 'customerId', 'deletedAt'], LIVE)
  await createIndex(db, 'contacts', ['birthday', 'id'], LIVE)
  await createIndex(db, 'contacts', ['deletedAt', 'id'], {
    where: '"deletedAt" is not null',
    name: 'contacts_recycled',
  })
  await createSearchIndex(db, 'contactSearch')

  await createTable(db, 'phoneNumbers', (t) =>
    t
      .id()
      .text('entity', required)
      .integer('recordId', required)
      .ref('customerId', 'customers', required)
      .text('digits', required)
      .text('lastFour', required),
  )
  await createIndex(db, 'phoneNumbers', ['digits'])
  await createIndex(db, 'phoneNumbers', ['lastFour'])
  await createIndex(db, 'phoneNumbers', ['entity', 'recordId'])
  await createIndex(db, 'phoneNumbers', ['customerId'])
}
