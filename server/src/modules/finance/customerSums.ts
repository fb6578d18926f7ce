import type { CustomerSums } from '@crm/shared/contract/customerMoney'
import { customer } from '@crm/shared/entities/customer'
import type { RawBuilder } from 'kysely'
import { sql } from '../../db/sql.ts'
import type { Actor } from '../../core/access/actor.ts'
import { visible } from '../../core/access/scope.ts'
import { inIds } from '../../db/dialect.ts'
import type { Read } from '../../db/store.ts'
import { dealsOf } from './deals.ts'

const name = sql.ref
const all = async <T>(read: Read, query: RawBuilder<T>): Promise<T[]> => (await query.execute(read as never)).rows

/** Those of them whom the reader sees, and whose money he may know; and whether their orders. */
const readable = (read: Read, actor: Actor, ids: readonly number[]) =>
  all(
    read,
    sql<{
      id: number
      orders: number
    }>`select id, case when ${visible(actor, customer, 'order.read')} then 1 else 0 end as orders
      from ${sql.table('customers')} where ${inIds(read, 'customers.id', ids)}
      and ${name('deletedAt')} is null and ${visible(actor, customer, 'customer.read')}
      and ${visible(actor, customer, 'receivable.read')}`,
  )

const shown = (
  { contractsFen, ordersFen }: { readonly ordersFen: number; readonly contractsFen: number },
  isOpen: boolean,
) => ({
  ordersFen,
  contractsFen,
  isOpen,
})

/** What the customers of a page owe, and what of it is late today; customers out of sight are not among the answers. */
export async function sumsOf(
  read: Read,
  actor: Actor,
  asked: readonly (number | 'none')[],
  { withDeals }: { readonly withDeals: boolean },
): Promise<CustomerSums[]> {
  const wanted = asked.filter((id) => id !== 'none')
  const seen = wanted.length === 0 ? [] : await readable(read, actor, wanted)
  const ids = seen.map(({ id }) => id)
  if (ids.length === 0) return []
  const isLate = sql`${name('dueOn')} < ${actor.today}`
  const owed = await all(
    read,
    sql<CustomerSums>`select ${name('customerId')}, sum(${name('openFen')}) as ${name('openFen')},
      sum(case when ${isLate} then ${name('openFen')} else 0 end) as ${name('overdueFen')},
      sum(case when ${isLate} and ${name('openFen')} > 0 then 1 else 0 end) as ${name('overdueCount')}
      from ${sql.table('effectiveReceivables')} where ${inIds(read, 'customerId', ids)} group by ${name('customerId')}`,
  )
  const found = new Map(owed.map((row) => [row.customerId, row]))
  const dealsBy = withDeals ? await dealsOf(read, ids) : null
  return seen.map(({ id: customerId, orders }) => ({
    ...(found.get(customerId) ?? { customerId, openFen: 0, overdueFen: 0, overdueCount: 0 }),
    ...(dealsBy && { deals: shown(dealsBy(customerId), orders === 1) }),
  }))
}
