import type { Ageing, AgedReceivable, AgeingRow, AgeingSums } from '@crm/shared/contract/ageing'
import { addDays, diffDays } from '@crm/shared/days'
import { receipt } from '@crm/shared/entities/receipt'
import { type Bucket, daysSalesOutstanding, dueRange } from '@crm/shared/rules/ageing'
import { type CompiledQuery, type Expression, type RawBuilder, sql, type SqlBool } from 'kysely'
import type { Actor } from '../../../core/actor.ts'
import { among } from '../../../core/among.ts'
import { both } from '../../../core/filters.ts'
import { invalidField } from '../../../core/problem.ts'
import { tables } from '../../../core/rows.ts'
import { visible } from '../../../core/scope.ts'
import type { Read } from '../../../db/store.ts'
import { ofOwners } from '../../customers/service.ts'
import { counted, openOn, type Seen, whose, type Whose } from './open.ts'
import { bucketsSet } from './rules.ts'

export type Heavy = <T>(query: CompiledQuery<T>) => Promise<T[]>
interface Query extends Whose {
  readonly asOf?: string
  readonly knownAt?: string
  readonly page?: number
  readonly size?: number
}
const DSO_DAYS = 90

/** `asOf` is today and `knownAt` now unless said: the same pair gives the same figures for ever. */
export const seenBy = (actor: Actor, { asOf = actor.today, knownAt = actor.at }: Query): Seen => ({ asOf, knownAt })

const inBucket = (bucket: Bucket, seen: Seen): Expression<SqlBool> => {
  const { first, last } = dueRange(bucket, seen.asOf)
  const due = sql.ref('o.dueOn')
  return both([
    ...(first === null ? [] : [sql<SqlBool>`${due} >= ${first}`]),
    ...(last === null ? [] : [sql<SqlBool>`${due} <= ${last}`]),
  ])
}
const sumOf = (bucket: Bucket, seen: Seen): RawBuilder<unknown> =>
  sql`coalesce(sum(case when ${inBucket(bucket, seen)} then o.open end), 0) as ${sql.ref(bucket.key)}`

interface Summed {
  readonly customerId: number
  readonly oldest: string
  readonly [bucket: string]: number | string
}

/** What customers had paid ahead by then: receipts less what was allocated of them. */
async function paidAhead(heavy: Heavy, read: Read, actor: Actor, seen: Seen, query: Whose) {
  const { customerId, ...owners } = query
  const mine = both([
    visible(actor, receipt, 'receivable.read'),
    ...ofOwners(receipt, owners),
    ...(Array.isArray(customerId) ? [among(sql.ref('receipts.customerId'), customerId as number[])] : []),
  ])
  const rows = await heavy(
    sql<{ customerId: number; prepaid: number }>`select ${sql.ref('receipts.customerId')} as ${sql.ref('customerId')},
      sum(e.${sql.ref('prepaidFen')}) as prepaid from ${sql.table('ledgerEntries')} e
      join ${sql.table('receipts')} on ${sql.ref('receipts.id')} = e.${sql.ref('receiptId')}
      where ${counted(seen)} and ${mine} group by ${sql.ref('receipts.customerId')} having sum(e.${sql.ref('prepaidFen')}) <> 0`.compile(
      tables(read),
    ),
  )
  return new Map(rows.map((row) => [row.customerId, Number(row.prepaid)]))
}

interface Sorting {
  readonly buckets: readonly Bucket[]
  readonly seen: Seen
  readonly which: Whose
}
/** What each customer owes, bucket by bucket. */
const summed = (read: Read, actor: Actor, { buckets, seen, which }: Sorting, heavy: Heavy): Promise<Summed[]> =>
  heavy(
    sql<Summed>`select o.${sql.ref('customerId')} as ${sql.ref('customerId')}, min(o.${sql.ref('dueOn')}) as oldest,
      ${sql.join(buckets.map((bucket) => sumOf(bucket, seen)))}
      from (${openOn(seen, whose(actor, which))}) o group by o.${sql.ref('customerId')}`.compile(tables(read)),
  )

/** Of one customer the caller has reached. */
export async function ageingOfOne(
  read: Read,
  actor: Actor,
  customerId: number,
  seen: Seen,
): Promise<Pick<Ageing, 'buckets'> & { readonly sums: AgeingSums }> {
  const heavy: Heavy = async (query) => (await tables(read).executeQuery(query)).rows
  const buckets = await bucketsSet(read)
  const which = { customerId: [customerId] }
  const [row] = await summed(read, actor, { buckets, seen, which }, heavy)
  const prepaid = await paidAhead(heavy, read, actor, seen, which)
  return {
    buckets: buckets.map(({ key, label }) => ({ key, label })),
    sums: sums(
      buckets.map(({ key }) => Number(row?.[key] ?? 0)),
      prepaid.get(customerId) ?? 0,
    ),
  }
}

const add = (a: readonly number[], b: readonly number[]) => a.map((value, at) => value + b[at]!)
const sums = (bucketFen: readonly number[], prepaidFen: number): AgeingSums => {
  const totalFen = bucketFen.reduce((a, b) => a + b, 0)
  return { bucketFen, totalFen, overdueFen: totalFen - bucketFen[0]!, prepaidFen, netFen: totalFen - prepaidFen }
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
  const rows = await summed(read, actor, { buckets, seen, which }, heavy)
  const prepaid = await paidAhead(heavy, read, actor, seen, which)
  const zero = buckets.map(() => 0)
  const byCustomer = new Map(
    rows.map((row) => [row.customerId, { oldest: row.oldest, bucketFen: buckets.map(({ key }) => Number(row[key])) }]),
  )
  const everyone = [...new Set([...byCustomer.keys(), ...prepaid.keys()])].map((customerId) => {
    const found = byCustomer.get(customerId)
    return {
      customerId,
      maxOverdueDays: found ? Math.max(0, diffDays(seen.asOf, found.oldest)) : 0,
      ...sums(found?.bucketFen ?? zero, prepaid.get(customerId) ?? 0),
    }
  })
  const listed = everyone
    .filter(({ overdueFen }) => !overdueOnly || overdueFen > 0)
    .toSorted((a, b) => b.totalFen - a.totalFen || b.prepaidFen - a.prepaidFen || a.customerId - b.customerId)
  const shown = listed.slice((page - 1) * size, page * size)
  const names = await namesOf(
    read,
    shown.map(({ customerId }) => customerId),
  )
  const totals = sums(
    everyone.reduce((all, { bucketFen }) => add(all, bucketFen), zero),
    everyone.reduce((all, { prepaidFen }) => all + prepaidFen, 0),
  )
  const sold = await soldOnCredit(read, actor, seen, which, heavy)
  return {
    ...seen,
    buckets: buckets.map(({ key, label }) => ({ key, label })),
    items: shown.map((row): AgeingRow => ({ ...row, ...names.get(row.customerId)! })),
    total: listed.length,
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
  const open = sql`(${openOn(seen, whose(actor, which))}) o`
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
