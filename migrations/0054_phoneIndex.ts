import { sql } from 'kysely'
import { createIndex, type Db } from './helpers.ts'

export const name = '0054_phoneIndex'

/** A search for four digits looks at the numbers of some thousand people: the index answers that without the rows. */
export async function up(db: Db): Promise<void> {
  await sql`drop index ${sql.ref('phoneNumbers_entity_recordId_index')}`.execute(db)
  await createIndex(db, 'phoneNumbers', ['entity', 'recordId', 'digits', 'lastFour'])
}
