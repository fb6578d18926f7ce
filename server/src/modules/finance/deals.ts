import type { Day } from '@crm/shared/days'
import type { Fen } from '@crm/shared/money'
import type { RawBuilder } from 'kysely'
import { sql } from '../../db/sql.ts'
import { inIds } from '../../db/dialect.ts'
import type { Read } from '../../db/store.ts'

const name = sql.ref
interface Sum {
  readonly customerId: number
  readonly fen: Fen
  readonly last: Day | null
}
async function byCustomer(read: Read, query: RawBuilder<Sum>): Promise<ReadonlyMap<number, Sum>> {
  const { rows } = await query.execute(read as never)
  return new Map(rows.map((row) => [row.customerId, row]))
}

/**
 * 累计成交 of customers: orders, without what came back, and contracts without an order that counts; a contract and its orders are one
 * deal. `last`: the day of the last one.
 */
export async function dealsOf(read: Read, ids: readonly number[]) {
  const orders = await byCustomer(
    read,
    sql`select ${name('customerId')}, sum(${name('netFen')}) as fen, max(${name('orderedOn')}) as last
      from ${sql.table('effectiveOrders')} where ${inIds(read, 'customerId', ids)} group by ${name('customerId')}`,
  )
  const contracts = await byCustomer(
    read,
    sql`select c.${name('customerId')}, sum(c.${name('amountFen')}) as fen, max(c.${name('signedOn')}) as last
      from ${sql.table('effectiveContracts')} c where ${inIds(read, 'c.customerId', ids)}
        and not exists (select 1 from ${sql.table('effectiveOrders')} o where o.${name('contractId')} = c.id)
      group by c.${name('customerId')}`,
  )
  return (id: number) => {
    const [ordered, agreed] = [orders.get(id), contracts.get(id)]
    const days = [ordered?.last ?? null, agreed?.last ?? null].filter((day) => day !== null)
    return { ordersFen: ordered?.fen ?? 0, contractsFen: agreed?.fen ?? 0, last: days.toSorted().at(-1) ?? null }
  }
}
