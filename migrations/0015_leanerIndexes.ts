import { sql } from 'kysely'
import { createIndex, type Db } from './helpers.ts'

export const name = '0015_leanerIndexes'
const LIVE = { where: '"deletedAt" is null' }
/** Orders of the list that are rarely asked for. */
const SORTED = ['createdAt', 'initials', 'level', 'status', 'lastFollowUpAt', 'nextReminderAt']

/**
 * Fewer and smaller indexes of customers: fourteen of them carried the owner, so that each change of hands rewrote fourteen pages and
 * the nightly recycling of a hundred thousand most of the database. The owner stays where lists and searches are answered from the
 * index alone; empty values that nobody looks up are left out.
 */
export async function up(db: Db): Promise<void> {
  const drop = (index: string) => sql`drop index ${sql.ref(index)}`.execute(db)
  for (const sorted of SORTED) {
    await drop(`customers_${sorted}_id_ownerId_deletedAt_index`)
    await createIndex(db, 'customers', [sorted, 'id', 'deletedAt'], LIVE)
  }
  // The unique one has the same order.
  await drop('customers_number_id_ownerId_deletedAt_index')
  // Who has no owner is nobody's silence.
  await drop('customers_silence')
  await createIndex(db, 'customers', ['ownerId', 'level', 'lastFollowUpAt', 'createdAt', 'status', 'id', 'deletedAt'], {
    where: '"deletedAt" is null and "ownerId" is not null',
    name: 'customers_silence',
  })
  await drop('customers_creditCode_index')
  await createIndex(db, 'customers', ['creditCode'], { where: '"creditCode" is not null' })
  for (const table of ['customers', 'contacts']) {
    await drop(`${table}_email`)
    await createIndex(db, table, [sql`lower("email")`], {
      where: 'lower("email") is not null',
      name: `${table}_email`,
    })
  }
}
