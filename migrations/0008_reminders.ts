import { sql } from 'kysely'
import { createIndex, createTable, type Db, required, uniqueIndex } from './helpers.ts'

export const name = '0008_reminders'
const LIVE = { where: '"deletedAt" is null' }

/** What people are to do and when, who reads it in a calendar elsewhere, and the days off of years to come. */
export async function up(db: Db): Promise<void> {
  await createTable(db, 'reminders', (t) =>
    t
      .id()
      .text('title', required)
      .text('dueAt', required)
      .text('repeat', required)
      .text('repeatUntil')
      .ref('assigneeId', 'users', required)
      .ref('customerId', 'customers')
      .ref('contactId', 'contacts')
      .text('notes')
      .text('plannedAt', required)
      .text('doneAt')
      .ref('doneById', 'users')
      .integer('interactionId')
      .text('anchorAt', required)
      .text('firedFor')
      .integer('nextId')
      .integer('version', required)
      .text('createdAt', required)
      .text('updatedAt', required)
      .text('deletedAt'),
  )
  // A person's open ones in order, a customer's, and everybody's by time.
  await createIndex(db, 'reminders', ['assigneeId', 'doneAt', 'dueAt', 'id', 'deletedAt'], {
    ...LIVE,
    name: 'reminders_of_person',
  })
  await createIndex(db, 'reminders', ['customerId', 'doneAt', 'dueAt', 'deletedAt'], {
    ...LIVE,
    name: 'reminders_of_customer',
  })
  for (const sorted of ['dueAt', 'createdAt', 'updatedAt'])
    await createIndex(db, 'reminders', [sorted, 'id', 'assigneeId', 'doneAt', 'deletedAt'], LIVE)
  // Only what has not been told yet: the job that tells looks into nothing else.
  await createIndex(db, 'reminders', ['dueAt', 'id'], {
    where: '"deletedAt" is null and "doneAt" is null and ("firedFor" is null or "firedFor" <> "dueAt")',
    name: 'reminders_to_tell',
  })
  for (const parent of ['customerId', 'contactId', 'doneById', 'interactionId'])
    await createIndex(db, 'reminders', [parent], { name: `reminders_${parent}` })
  await createIndex(db, 'reminders', ['deletedAt', 'id'], {
    where: '"deletedAt" is not null',
    name: 'reminders_recycled',
  })

  // Birthdays come round by month and day, solar or lunar.
  await createIndex(db, 'contacts', [sql`substr("birthday", 6)`], {
    where: '"birthday" is not null and "deletedAt" is null',
    name: 'contacts_by_birthday',
  })

  await createTable(db, 'calendarFeeds', (t) =>
    t.id().ref('userId', 'users', required).text('hash', required).text('createdAt', required),
  )
  await uniqueIndex(db, 'calendarFeeds', ['userId'])
  await uniqueIndex(db, 'calendarFeeds', ['hash'])

  await createTable(db, 'holidays', (t) => t.id().text('day', required).text('kind', required).text('name', required))
  await uniqueIndex(db, 'holidays', ['day'])
}
