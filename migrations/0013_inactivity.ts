import { createIndex, createTable, type Db, required, uniqueIndex } from './helpers.ts'

export const name = '0013_inactivity'

/** 久未跟进: its rules, and who was told of which customer's silence. */
export async function up(db: Db): Promise<void> {
  await createTable(db, 'inactivityRules', (t) =>
    t
      .id()
      .ref('teamId', 'teams')
      .text('level')
      .integer('ownerDays', required)
      .integer('managerDays')
      .integer('directorDays'),
  )
  // `since` is the follow-up the silence began with: the next one begins another.
  await createTable(db, 'inactivityTold', (t) =>
    t
      .id()
      .ref('customerId', 'customers', required)
      .text('step', required)
      .text('since', required)
      .ref('userId', 'users', required)
      .text('onDay', required),
  )
  await uniqueIndex(db, 'inactivityTold', ['customerId', 'step', 'since'])
  await createIndex(db, 'inactivityTold', ['userId', 'onDay', 'customerId'])
  await createIndex(db, 'inactivityTold', ['onDay', 'userId'])
  await createTable(db, 'inactivityRuns', (t) => t.id().text('onDay', required))
  await uniqueIndex(db, 'inactivityRuns', ['onDay'])
  // Who is silent, counted per owner and level from the index alone.
  await createIndex(db, 'customers', ['ownerId', 'level', 'lastFollowUpAt', 'createdAt', 'status', 'id', 'deletedAt'], {
    where: '"deletedAt" is null',
    name: 'customers_silence',
  })
}
