import { sql } from 'kysely'
import { addColumns, createIndex, type Db } from './helpers.ts'

export const name = '0014_personal'
const LIVE = { where: '"deletedAt" is null' }

/** Who wrote a reminder: one without a customer is seen by that person and its assignee alone, which lists decide from their indexes. */
export async function up(db: Db): Promise<void> {
  await addColumns(db, 'reminders', (t) => t.ref('createdById', 'users'))
  await sql`update reminders set ${sql.ref('createdById')} = (select min(a.${sql.ref('actorId')}) from ${sql.table('auditLog')} a
    where a.entity = 'reminder' and a.${sql.ref('recordId')} = reminders.id and a.action = 'create')`.execute(db)
  for (const sorted of ['dueAt', 'createdAt', 'updatedAt']) {
    await db.schema.dropIndex(`reminders_${sorted}_id_assigneeId_doneAt_deletedAt_index`).execute()
    await createIndex(
      db,
      'reminders',
      [sorted, 'id', 'assigneeId', 'doneAt', 'deletedAt', 'customerId', 'createdById'],
      { ...LIVE, name: `reminders_by_${sorted}` },
    )
  }
  // Whole, not of live rows only: SQLite takes either side of an `or` from an index only where that side alone allows it.
  await db.schema.dropIndex('reminders_of_person').execute()
  await createIndex(
    db,
    'reminders',
    ['assigneeId', 'doneAt', 'dueAt', 'id', 'deletedAt', 'customerId', 'createdById'],
    {
      name: 'reminders_of_person',
    },
  )
  await createIndex(
    db,
    'reminders',
    ['createdById', 'doneAt', 'dueAt', 'id', 'deletedAt', 'customerId', 'assigneeId'],
    {
      where: '"customerId" is null',
      name: 'reminders_by_author',
    },
  )
}
