import { sql } from 'kysely'
import { createIndex, type Db } from './helpers.ts'

export const name = '0057_moneyIndexes'

/**
 * What a team's receivables and receipts amount to is read from an index alone: 20,000 rows of 10,000 customers each cost a page before.
 * And SQLite turns `a + b < c` around to `c > a + b`, so that an index with that condition was never used: it is written without a bare
 * column now.
 */
export async function up(db: Db): Promise<void> {
  for (const index of [
    'receivables_customerId_deletedAt_id_index',
    'receivables_open',
    'receipts_customerId_deletedAt_id_index',
  ])
    await sql`drop index ${sql.ref(index)}`.execute(db)
  const amounts = ['amountFen', 'receivedFen', 'writtenOffFen']
  await createIndex(db, 'receivables', ['customerId', 'deletedAt', 'id', 'dueOn', 'activeOn', 'voidedOn', ...amounts], {
    name: 'receivables_of_customer',
  })
  await createIndex(db, 'receivables', ['dueOn', 'customerId', 'deletedAt', ...amounts, 'id'], {
    where:
      '"deletedAt" is null and "voidedOn" is null and "activeOn" is not null and "receivedFen" + "writtenOffFen" - "amountFen" < 0',
    name: 'receivables_open',
  })
  await createIndex(
    db,
    'receipts',
    ['customerId', 'deletedAt', 'id', 'state', 'receivedOn', 'amountFen', 'allocatedFen'],
    { name: 'receipts_of_customer' },
  )
}
