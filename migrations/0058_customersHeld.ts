import { sql } from 'kysely'
import { createIndex, type Db } from './helpers.ts'

export const name = '0058_customersHeld'

/**
 * What an owner's customers are counted by, 久未跟进 (from the day a customer came to its owner) as well as those about to fall into a pool,
 * in one index: of two, each follow-up and each change of hands wrote both.
 */
export async function up(db: Db): Promise<void> {
  for (const index of ['customers_silence', 'customers_leaving']) await sql`drop index ${sql.ref(index)}`.execute(db)
  const leaving = ['receivedAt', 'lastValidFollowUpAt', 'level', 'status', 'isLocked', 'recycleExtendedUntil']
  const silent = ['lastFollowUpAt', 'createdAt']
  await createIndex(db, 'customers', ['ownerId', ...leaving, ...silent, 'id', 'deletedAt'], {
    where: '"deletedAt" is null and "ownerId" is not null',
    name: 'customers_held',
  })
}
