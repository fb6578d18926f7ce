import type { Ageing, AgedReceivable, AgeingRow, AgeingSums } from '@crm/shared/contract/ageing'
import { addDays, diffDays } from '@crm/shared/days'
import { receipt } from '@crm/shared/entities/receipt'
import { type Bucket, daysSalesOutstanding, dueRange } from '@crm/shared/rules/ageing'
import type { CompiledQuery, Expression, RawBuilder, SqlBool } from 'kysely'
import { sql } from '../../../db/sql.ts'
import type { Actor } from '../../../core/access/actor.ts'
import { among } from '../../../db/among.ts'
import { both } from '../../../core/rows/filters.ts'
import { invalidField } from '../../../core/problem.ts'
import { tables } from '../../../core/rows/rows.ts'
import { visible } from '../../../core/access/scope.ts'
import type { Read } from '../../../db/store.ts'
import { ofOwners } from '../../customers/service.ts'
import { counted, entriesOf, openOn, past, type Seen, whose, type Whose } from './open.ts'
import { bucketsSet } from './rules.ts'

export type Heavy = <T>(query: CompiledQuery<T>) => Promise<T[]>
interface Query extends Whose {
  readonly asOf?: string
  /** As `knownOf` answered. */
  readonly knownAt: string
  readonly page?: number
  readonly size?: number
}
const DSO_DAYS = 90

/** `asOf` is today unless said: the same pair gives the same figures for ever. */
const seenBy = (actor: Actor, { asOf = actor.today, knownAt }: Query): Seen => ({ asOf, knownAt })

const inBucket = (bucket: Bucket, seen: Seen): Expression<SqlBool> => {
  const { first, last } = dueRange(bucket, seen.asOf)
  const due = sql.ref('o.dueOn')
  return both([
    ...(first === null ? [] : [sql<SqlBool>`${due} >= ${first}`]),
    ...(last === null ? [] : [sql<SqlBool>`${due} <= ${last}`]),
  ])
}
/** A customer's sums, or (customer 0) those of all of them, with how many are listed. */
interface Summed {
  readonly customerId: number
  readonly oldest: string | null
  readonly prepaid: number | string
  readonly n: number | string
  readonly [bucket: string]: number | string | null
}
interface Sorting {
  readonly buckets: readonly Bucket[]
  readonly seen: Seen
  readonly which: Whose
  readonly overdueOnly?: boolean | undefined
  readonly page?: number
  readonly size?: number
}
const customerId = sql.ref('customerId')
const keys = (buckets: readonly Bucket[]) => buckets.map(({ key }) => sql.ref(key))
const plus = (columns: readonly RawBuilder<unknown>[]) => sql.join(columns, sql` + `)

/** What customers had paid ahead by then: receipts less what was allocated of them. */
function paidAhead(actor: Actor, seen: Seen, which: Whose): RawBuilder<unknown> {
  const { customerId: ids, ...owners } = which
  const entries = both([
    sql<SqlBool>`e.${sql.ref('receiptId')} is not null`,
    counted(seen),
    ...entriesOf('receipts', which),
  ])
  const mine = both([
    visible(actor, past(receipt), 'receivable.read'),
    ...ofOwners(receipt, owners),
    ...(Array.isArray(ids) ? [among(sql.ref('receipts.customerId'), ids as number[])] : []),
  ])
  const sum = sql`sum(e.${sql.ref('prepaidFen')})`
  return sql`(select e.${sql.ref('receiptId')} as id, ${sum} as prepaid from ${sql.table('ledgerEntries')} e
    where ${entries} group by e.${sql.ref('receiptId')} having ${sum} <> 0) p
    join ${sql.table('receipts')} on ${sql.ref('receipts.id')} = p.id where ${mine}`
}

/**
 * What each customer owes, bucket by bucket, and has paid ahead: the sums of all of them first, then one page of them, most owed first.
 * One statement, so that of a hundred thousand customers no more rows travel than are shown.
 */
function summed(actor: Actor, { buckets, overdueOnly, page = 1, seen, size = 1, which }: Sorting): RawBuilder<Summed> {
  const [columns, every] = [keys(buckets), sql.table('every')]
  const sorted = buckets.map(
    (bucket) => sql`case when ${inBucket(bucket, seen)} then o.open else 0 end as ${sql.ref(bucket.key)}`,
  )
  const listed = overdueOnly ? sql`${plus(columns.slice(1))} > 0` : sql`1 = 1`
  return sql<Summed>`with ${sql.table('owed')} as materialized (${openOn(actor, seen, which)}),
    ${every} as materialized (
      select ${customerId}, min(oldest) as oldest, ${sql.join(columns.map((column) => sql`sum(${column}) as ${column}`))}, sum(prepaid) as prepaid
      from (select o.${customerId}, o.${sql.ref('dueOn')} as oldest, ${sql.join(sorted)}, 0 as prepaid, 1 as owes from ${sql.table('owed')} o
        union all select ${sql.ref('receipts.customerId')}, null, ${sql.join(columns.map(() => sql`0`))}, p.prepaid, 0 from ${paidAhead(actor, seen, which)}) x
      group by ${customerId} having sum(owes) > 0 or sum(prepaid) <> 0)
    select 0 as ${customerId}, null as oldest, ${sql.join(columns.map((column) => sql`coalesce(sum(${column}), 0) as ${column}`))},
      coalesce(sum(prepaid), 0) as prepaid, (select count(*) from ${every} where ${listed}) as n from ${every}
    union all select * from (select ${customerId}, oldest, ${sql.join(columns)}, prepaid, 0 as n from ${every} where ${listed}
      order by ${plus(columns)} desc, prepaid desc, ${customerId} limit ${sql.lit(size)} offset ${sql.lit((page - 1) * size)}) shown`
}

function sumsOf(buckets: readonly Bucket[], row: Summed): AgeingSums {
  const bucketFen = buckets.map(({ key }) => Number(row[key]))
  const prepaidFen = Number(row.prepaid)
  const totalFen = bucketFen.reduce((a, b) => a + b, 0)
  return { bucketFen, totalFen, overdueFen: totalFen - bucketFen[0]!, prepaidFen, netFen: totalFen - prepaidFen }
}

/** Of one customer the caller has reached. */
export async function ageingOfOne(
  read: Read,
  actor: Actor,
  id: number,
  seen: Seen,
): Promise<Pick<Ageing, 'buckets'> & { readonly sums: AgeingSums }> {
  const buckets = await bucketsSet(read)
  const { rows } = await summed(actor, { buckets, seen, which: { customerId: [id] } }).execute(tables(read))
  return { buckets: buckets.map(({ key, label }) => ({ key, label })), sums: sumsOf(buckets, rows[0]!) }
}

/**
 * 账龄 of every customer the actor may see, most owed first: Σ buckets − 预收 = 应收 of the same day. Totals are of all customers,
 * whatever page is shown.
 */
export async function ageingOf(
  read: Read,
  actor: Actor,
  { overdueOnly, page = 1, size = 50, ...query }: Query & { readonly overdueOnly?: boolean },
  heavy: Heavy,
): Promise<Ageing> {
  const seen = seenBy(actor, query)
  const { asOf: _asOf, knownAt: _knownAt, ...which } = query
  const buckets = await bucketsSet(read)
  const asked = summed(actor, { buckets, overdueOnly, page, seen, size, which })
  const rows = await heavy(asked.compile(tables(read)))
  const all = rows.find((row) => row.customerId === 0)!
  const shown = rows.filter((row) => row.customerId !== 0)
  const names = await namesOf(
    read,
    shown.map((row) => row.customerId),
  )
  const totals = sumsOf(buckets, all)
  const sold = await soldOnCredit(read, actor, seen, which, heavy)
  return {
    ...seen,
    buckets: buckets.map(({ key, label }) => ({ key, label })),
    items: shown.map((row): AgeingRow => ({
      customerId: row.customerId,
      ...names.get(row.customerId)!,
      maxOverdueDays: row.oldest === null ? 0 : Math.max(0, diffDays(seen.asOf, row.oldest)),
      ...sumsOf(buckets, row),
    })),
    total: Number(all.n),
    totals,
    dsoDays: daysSalesOutstanding(totals.totalFen, sold, DSO_DAYS),
  }
}

async function namesOf(read: Read, ids: readonly number[]) {
  if (ids.length === 0) return new Map()
  const rows = await read
    .selectFrom('customers') // unscoped: of receivables the actor was let to
    .leftJoin('users', 'users.id', 'customers.ownerId')
    .select(['customers.id', 'customers.name as customerName', 'customers.ownerId', 'users.name as ownerName'])
    .where('customers.id', 'in', [...ids])
    .execute()
  return new Map(rows.map(({ id, ...row }) => [id, row]))
}

/** What became owed in the 90 days up to `asOf`, less what was taken back. */
async function soldOnCredit(read: Read, actor: Actor, seen: Seen, query: Whose, heavy: Heavy): Promise<number> {
  const since = addDays(seen.asOf, 1 - DSO_DAYS)
  const [row] = await heavy(
    sql<{ sold: number | null }>`select sum(e.${sql.ref('openFen')}) as sold from ${sql.table('ledgerEntries')} e
      join ${sql.table('receivables')} on ${sql.ref('receivables.id')} = e.${sql.ref('receivableId')}
      where e.kind in ('due', 'void') and e.${sql.ref('effectiveOn')} >= ${since} and ${counted(seen)} and ${whose(actor, query)}`.compile(
      tables(read),
    ),
  )
  return Number(row?.sold ?? 0)
}

/** The receivables behind a figure of the table: of one bucket, or all that were open. */
export async function ageingRows(
  read: Read,
  actor: Actor,
  { bucket: key, page = 1, size = 50, ...query }: Query & { readonly bucket?: string },
  heavy: Heavy,
): Promise<{ items: AgedReceivable[]; total: number }> {
  const seen = seenBy(actor, query)
  const { asOf: _asOf, knownAt: _knownAt, ...which } = query
  const bucket = (await bucketsSet(read)).find((each) => each.key === key)
  if (key !== undefined && !bucket) throw invalidField('bucket', `没有账龄档“${key}”`)
  const open = sql`(${openOn(actor, seen, which)}) o`
  const where = bucket ? inBucket(bucket, seen) : sql<SqlBool>`1 = 1`
  const [counting] = await heavy(
    sql<{ n: number }>`select count(*) as n from ${open} where ${where}`.compile(tables(read)),
  )
  const rows = await heavy(
    sql<
      Omit<AgedReceivable, 'overdueDays'>
    >`select o.id as id, r.label as label, o.${sql.ref('customerId')} as ${sql.ref('customerId')},
      c.name as ${sql.ref('customerName')}, r.${sql.ref('contractId')} as ${sql.ref('contractId')}, k.number as ${sql.ref('contractNumber')},
      r.${sql.ref('orderId')} as ${sql.ref('orderId')}, d.number as ${sql.ref('orderNumber')},
      o.${sql.ref('dueOn')} as ${sql.ref('dueOn')}, o.open as ${sql.ref('openFen')}
      from ${open} join ${sql.table('receivables')} r on r.id = o.id join ${sql.table('customers')} c on c.id = o.${sql.ref('customerId')}
      left join ${sql.table('contracts')} k on k.id = r.${sql.ref('contractId')} left join ${sql.table('orders')} d on d.id = r.${sql.ref('orderId')}
      where ${where} order by o.${sql.ref('dueOn')}, o.id limit ${sql.lit(size)} offset ${sql.lit((page - 1) * size)}`.compile(
      tables(read),
    ),
  )
  return {
    items: rows.map((row) => ({
      ...row,
      openFen: Number(row.openFen),
      overdueDays: diffDays(seen.asOf, row.dueOn),
    })),
    total: Number(counting?.n ?? 0),
  }
}
