import { sql } from 'kysely'
import { addColumns, type Db, uniqueIndex } from './helpers.ts'

export const name = '0036_stays'

/** 公海: what keeps a customer with its owner besides 锁定, and the rule of contracts that ended without another. */
export async function up(db: Db): Promise<void> {
  await addColumns(db, 'pools', (t) =>
    t
      .integer('contractDays')
      .flag('exemptContract', (c) => c.defaultTo(1))
      .flag('exemptOrder', (c) => c.defaultTo(1))
      .flag('exemptReceivable', (c) => c.defaultTo(1))
      .flag('exemptApproval', (c) => c.defaultTo(1)),
  )
  await addColumns(db, 'poolLevelDays', (t) => t.integer('contractDays'))
  await sql`drop index ${sql.ref('poolMoves_once')}`.execute(db)
  await uniqueIndex(db, 'poolMoves', ['customerId', 'cause', 'onDay'], {
    where: `"cause" in ('noFollowUp', 'noDeal', 'noContract')`,
    name: 'poolMoves_once',
  })
}
