import { sql } from 'kysely'
import { createIndex, type Db } from './helpers.ts'

export const name = '0058_silenceSince'

/** Silence counts from the day a customer came to its owner: without that column in the index each count looked into the rows. */
export async function up(db: Db): Promise<void> {
  await sql`drop index ${sql.ref('customers_silence')}`.execute(db)
  const columns = ['ownerId', 'level', 'lastFollowUpAt', 'createdAt', 'receivedAt', 'status', 'id', 'deletedAt']
  await createIndex(db, 'customers', columns, {
    where: '"deletedAt" is null and "ownerId" is not null',
    name: 'customers_silence',
  })
}
