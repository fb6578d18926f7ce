import { type Day, dayOf } from '@crm/shared/days'
import type { Hold } from '@crm/shared/entities/pool'
import type { Rules } from '@crm/shared/rules/recycling'
import { boundsOf } from '@crm/shared/rules/zoned'
import type { RawBuilder, SqlBool } from 'kysely'
import { sql } from '../../../db/sql.ts'

// The rooms whose contracts, orders and approvals these are lie above this one: read as SQL, like what a customer must not lose (bound.ts).

const column = sql.ref
/** Each starts at the customer: left to itself, SQLite may start at the state and read the company's for each customer. */
const of = (table: string, name: string) =>
  sql`${sql.table(table)} ${sql.raw(name)} where ${column(`${name}.customerId`)} = ${column('customers.id')}`
const live = (table: string, name: string) => sql`${of(table, name)} and ${column(`${name}.deletedAt`)} is null`
const counts = (view: string, id: string) => sql`select 1 from ${sql.table(view)} e where e.id = ${column(id)}`
/** Every contract that counts, completed ones too. */
const contracts = sql`${live('contracts', 'c')} and (${counts('effectiveContracts', 'c.id')}) = 1`
const [untilOn, completedAt] = [column<string | null>('c.endOn'), column<string | null>('c.completedAt')]
/** What has no day on which it is over. */
const lasting = {
  order: sql`${live('orders', 'o')} and not (o.state <> 'confirmed' and o.state <> 'partial')`,
  receivable: sql`${live('receivables', 'r')} and (${counts('effectiveReceivables', 'r.id')} and ${column('e.openFen')} > 0) = 1`,
  approval: sql`${of('approvals', 'a')} and exists (
    select 1 from ${sql.table('approvalTasks')} t where ${column('t.approvalId')} = a.id and t.outcome is null)`,
} as const
type Lasting = keyof typeof lasting
const goesOn = (day: Day) => sql`(${completedAt} is null and (${untilOn} is null or ${untilOn} >= ${day}))`

/** True of customers that something of the pool's choice keeps on `day`. */
export function isHeld({ holds }: Rules, day: Day): RawBuilder<SqlBool> {
  const parts = holds.map((kind) =>
    kind === 'contract'
      ? sql`exists (select 1 from ${contracts} and ${goesOn(day)})`
      : sql`exists (select 1 from ${lasting[kind]})`,
  )
  return parts.length === 0 ? sql<SqlBool>`1 = 0` : sql<SqlBool>`(${sql.join(parts, sql` or `)})`
}

export const hadContract = sql<SqlBool>`exists (select 1 from ${contracts})`
/** True of customers of which no effective contract went on until `day`. */
export function contractsEnded(day: Day, zone: string): RawBuilder<SqlBool> {
  const later = sql`(${completedAt} >= ${boundsOf(day, zone).from} or ${goesOn(day)})`
  return sql<SqlBool>`not exists (select 1 from ${contracts} and ${later})`
}

/** Sorts behind every day: goes on without an end. */
const FOREVER = '9999-12-31'
const has = (kind: Lasting) => sql<0 | 1>`case when exists (select 1 from ${lasting[kind]}) then 1 else 0 end`
const until = sql<string | null>`max(coalesce(${untilOn}, ${sql.lit(FOREVER)}))`
/** Beside the columns of the customer itself: what the rules ask its documents for. */
export const HOLDS = [
  sql<string | null>`(select ${until} from ${contracts} and ${completedAt} is null)`.as('contractUntil'),
  sql<string | null>`(select max(${completedAt}) from ${contracts})`.as('contractEndedAt'),
  has('order').as('hasOrder'),
  has('receivable').as('hasReceivable'),
  has('approval').as('hasApproval'),
] as const

/** In their place where it is known that nothing keeps the customer, and no rule asks when its contract ended. */
export const NO_HOLDS = [
  sql<string | null>`null`.as('contractUntil'),
  sql<string | null>`null`.as('contractEndedAt'),
  sql<0 | 1>`0`.as('hasOrder'),
  sql<0 | 1>`0`.as('hasReceivable'),
  sql<0 | 1>`0`.as('hasApproval'),
] as const

export interface HoldFacts {
  readonly contractUntil: string | null
  readonly contractEndedAt: string | null
  readonly hasOrder: 0 | 1
  readonly hasReceivable: 0 | 1
  readonly hasApproval: 0 | 1
}
/** All of them, whether or not they still hold and the pool minds them. */
export function holdsOf(row: HoldFacts): Hold[] {
  const { contractUntil, hasApproval, hasOrder, hasReceivable } = row
  const found: Record<Lasting, 0 | 1> = { order: hasOrder, receivable: hasReceivable, approval: hasApproval }
  const kinds = (Object.keys(found) as Lasting[]).filter((kind) => found[kind] === 1)
  const all = kinds.map((kind): Hold => ({ kind, until: null }))
  if (contractUntil === null) return all
  return [{ kind: 'contract', until: contractUntil === FOREVER ? null : contractUntil }, ...all]
}
/** Those that keep it in this pool on `day`. */
export const heldBy = (row: HoldFacts, { holds }: Rules, day: Day): Hold[] =>
  holdsOf(row).filter(({ kind, until }) => holds.includes(kind) && (until === null || until >= day))

/** The end of the last contract; null where there was none, or one goes on without an end. */
export function contractEndOf({ contractEndedAt, contractUntil }: HoldFacts, zone: string): Day | null {
  if (contractUntil === FOREVER) return null
  const ended = contractEndedAt === null ? null : dayOf(contractEndedAt, zone)
  return ended !== null && (contractUntil === null || ended > contractUntil) ? ended : contractUntil
}
