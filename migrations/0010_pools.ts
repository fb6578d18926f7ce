import { sql } from 'kysely'
import { addColumns, createIndex, createTable, type Db, required, uniqueIndex } from './helpers.ts'

export const name = '0010_pools'

/** 公海: where customers without an owner wait, how they came there, and who took them out. */
export async function up(db: Db): Promise<void> {
  await createTable(db, 'pools', (t) =>
    t
      .id()
      .text('name', required)
      .flag('active', (c) => c.defaultTo(1))
      .integer('claimPerDay')
      .integer('holdingsCap')
      .integer('previousOwnerWaitDays', required)
      .integer('newWaitDays', required)
      .integer('remindDays', required)
      .integer('followUpDays')
      .integer('dealDays')
      .flag('exemptWon', (c) => c.defaultTo(1))
      .text('hiddenFields', required)
      .integer('version', required)
      .text('createdAt', required)
      .text('updatedAt', required)
      .text('deletedAt'),
  )
  await uniqueIndex(db, 'pools', ['name'], { where: '"deletedAt" is null' })
  for (const [table, column, to] of [
    ['poolTeams', 'teamId', 'teams'],
    ['poolMembers', 'userId', 'users'],
    ['poolManagers', 'userId', 'users'],
  ] as const) {
    await createTable(
      db,
      table,
      (t) => t.ref('poolId', 'pools', required).ref(column, to, required),
      (draft) => draft.addPrimaryKeyConstraint(`${table}_key`, ['poolId', column]),
    )
    await createIndex(db, table, [column, 'poolId'])
  }
  await createTable(
    db,
    'poolLevelDays',
    (t) => t.ref('poolId', 'pools', required).text('level', required).integer('followUpDays').integer('dealDays'),
    (draft) => draft.addPrimaryKeyConstraint('poolLevelDays_key', ['poolId', 'level']),
  )

  await addColumns(db, 'customers', (t) =>
    t.ref('poolId', 'pools').text('pooledAt').text('receivedAt').text('recycleExtendedUntil').flag('isLocked'),
  )
  // Whoever has an owner was received at the latest when it was written down.
  await sql`update customers set ${sql.ref('receivedAt')} = ${sql.ref('createdAt')} where ${sql.ref('ownerId')} is not null`.execute(
    db,
  )
  await createIndex(db, 'customers', ['poolId', 'pooledAt', 'id'], {
    where: '"poolId" is not null and "deletedAt" is null',
    name: 'customers_pooled',
  })
  // Who leaves is answered from this one alone.
  await createIndex(
    db,
    'customers',
    ['ownerId', 'receivedAt', 'lastValidFollowUpAt', 'level', 'status', 'isLocked', 'recycleExtendedUntil', 'id'],
    { where: '"deletedAt" is null and "ownerId" is not null', name: 'customers_leaving' },
  )

  await createTable(db, 'poolBatches', (t) =>
    t
      .id()
      .text('onDay', required)
      .text('state', required)
      .integer('moved', required)
      .integer('returned', required)
      .ref('actorId', 'users')
      .text('createdAt', required)
      .text('undoneAt'),
  )
  await createTable(db, 'poolMoves', (t) =>
    t
      .id()
      .ref('customerId', 'customers', required)
      .ref('fromOwnerId', 'users')
      .ref('toOwnerId', 'users')
      .ref('fromPoolId', 'pools')
      .ref('toPoolId', 'pools')
      .text('cause', required)
      .text('note')
      .ref('batchId', 'poolBatches')
      .text('onDay', required)
      .text('at', required)
      .ref('actorId', 'users')
      .text('kept'),
  )
  await createIndex(db, 'poolMoves', ['customerId', 'id'])
  await createIndex(db, 'poolMoves', ['batchId', 'fromOwnerId', 'id'], { where: '"batchId" is not null' })
  // A rule takes a customer once a day, however often the job runs.
  await uniqueIndex(db, 'poolMoves', ['customerId', 'cause', 'onDay'], {
    where: `"cause" in ('noFollowUp', 'noDeal')`,
    name: 'poolMoves_once',
  })
  // No reference to the customer: a claim of today counts though the customer is gone.
  await createTable(db, 'poolClaims', (t) =>
    t
      .id()
      .ref('userId', 'users', required)
      .ref('poolId', 'pools', required)
      .integer('customerId', required)
      .text('onDay', required)
      .text('at', required),
  )
  await createIndex(db, 'poolClaims', ['userId', 'onDay', 'poolId'])
  await createTable(db, 'poolExtensions', (t) =>
    t
      .id()
      .ref('customerId', 'customers', required)
      .integer('days', required)
      .text('reason', required)
      .text('state', required)
      .ref('askedById', 'users')
      .text('askedAt', required)
      .ref('decidedById', 'users')
      .text('decidedAt'),
  )
  await createIndex(db, 'poolExtensions', ['customerId', 'id'])
  await uniqueIndex(db, 'poolExtensions', ['customerId'], {
    where: `"state" = 'asked'`,
    name: 'poolExtensions_one_asked',
  })
}
