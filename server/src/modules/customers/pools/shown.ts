import type { MoveCause, PooledCustomer, PoolShown } from '@crm/shared/contract/pools'
import { regionName } from '@crm/shared/regions'
import { regionPrefix } from '@crm/shared/regions/prefix'
import { maskEmail } from '@crm/shared/rules/email'
import { maskPhone } from '@crm/shared/rules/phone'
import type { SqlBool } from 'kysely'
import { sql } from '../../../db/sql.ts'
import { type Actor, can } from '../../../core/access/actor.ts'
import { among } from '../../../db/among.ts'
import { problem } from '../../../core/problem.ts'
import { containsText, inIds, startsWith } from '../../../db/dialect.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { folded } from '../derived.ts'
import { poolFor, poolsFor, readCircle } from './circle.ts'
import { claimableOn, type Entry, quotaOf } from './claim.ts'

const db = (read: Read) => read as unknown as Tx
const COUNT_CAP = 10_000
const DEEPEST = 10_000

async function countIn(read: Read, poolId: number): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from (select 1 from ${sql.table('customers')}
    where ${sql.ref('poolId')} = ${poolId} and ${sql.ref('deletedAt')} is null and ${sql.ref('ownerId')} is null
    limit ${sql.lit(COUNT_CAP)}) x`.execute(db(read))
  return Number(rows[0]!.n)
}

/** The actor's pools, with what he may still claim in each. */
export async function poolsOf(read: Read, actor: Actor): Promise<{ items: PoolShown[] }> {
  if (!['pool.claim', 'pool.release', 'pool.manage', 'pool.setup'].some((name) => can(actor, name)))
    return { items: [] }
  const circle = await readCircle(read)
  const items: PoolShown[] = []
  for (const pool of poolsFor(circle, actor)) {
    const { active, claimPerDay, hiddenFields, holdingsCap, id, name, rules } = pool
    const quota = await quotaOf(read, actor, pool)
    items.push({
      id,
      name,
      active,
      isManager: circle.manages(actor.id, id),
      customers: await countIn(read, id),
      claimPerDay,
      holdingsCap,
      ...quota,
      followUpDays: rules.followUpDays,
      hiddenFields,
    })
  }
  return { items }
}

interface Asked {
  readonly page?: number
  readonly size?: number
  readonly q?: string
  readonly level?: readonly string[]
  readonly industry?: readonly string[]
  readonly source?: readonly string[]
  readonly regionCode?: string
}
/** What lies in a pool, newest first. The only way to ownerless customers for whoever may not see all: masked, and without what the pool hides. */
export async function customersIn(read: Read, actor: Actor, id: number, asked: Asked) {
  const pool = poolFor(await readCircle(read), actor, id)
  const { page = 1, size = 50, q } = asked
  if (page * size > DEEPEST) throw problem('page_too_deep', `最多翻到第 ${DEEPEST} 行,请加筛选条件`)
  const hidden = new Set<string>(pool.hiddenFields)
  const column = (name: string) => sql.ref<string>(`customers.${name}`)
  const conditions = [
    sql<SqlBool>`${column('poolId')} = ${id} and ${column('ownerId')} is null and ${column('deletedAt')} is null`,
    // A hidden field is no filter either: it would tell bit by bit.
    ...(['level', 'industry', 'source'] as const).flatMap((key) =>
      asked[key] && !hidden.has(key) ? [among(column(key), asked[key])] : [],
    ),
    ...(asked.regionCode && !hidden.has('regionCode')
      ? [startsWith(column('regionCode'), regionPrefix(asked.regionCode))]
      : []),
    ...(q && folded(q) !== ''
      ? [
          sql<SqlBool>`(${containsText(column('nameFolded'), folded(q))} or ${startsWith(column('initials'), folded(q))})`,
        ]
      : []),
  ]
  const where = sql<SqlBool>`${sql.join(conditions, sql` and `)}`
  const rows = await read
    .selectFrom('customers') // unscoped: the pool was reached, and only what it shows goes out
    .select(['id', 'name', 'level', 'source', 'industry', 'regionCode', 'phone', 'email', 'pooledAt'])
    .where(where)
    .orderBy('pooledAt', 'desc')
    .orderBy('id', 'desc')
    .limit(size)
    .offset((page - 1) * size)
    .execute()
  const { rows: counted } = await sql<{ n: number }>`select count(*) as n from (select 1 from ${sql.table('customers')}
    where ${where} limit ${sql.lit(COUNT_CAP + 1)}) x`.execute(db(read))
  const n = Number(counted[0]!.n)
  const last = await lastMoves(
    read,
    rows.map((row) => row.id),
  )
  const shown = <T>(key: string, value: T): T | null => (hidden.has(key) ? null : value)
  const items = rows.map((row): PooledCustomer => {
    const move = last.get(row.id)
    return {
      id: row.id,
      name: row.name,
      level: row.level,
      pooledAt: row.pooledAt,
      source: shown('source', row.source),
      industry: shown('industry', row.industry),
      regionCode: shown('regionCode', row.regionCode),
      regionName: shown('regionCode', row.regionCode && regionName(row.regionCode)),
      phone: shown('phone', row.phone && maskPhone(row.phone)),
      email: shown('email', row.email && maskEmail(row.email)),
      lastOwnerName: shown('lastOwner', move?.lastOwnerName ?? null),
      cause: (move?.cause as MoveCause | undefined) ?? null,
      note: move?.note ?? null,
      claimableOn: move ? claimableOn(pool, move, actor.id, actor.today) : null,
    }
  })
  return { items, total: Math.min(n, COUNT_CAP), totalCapped: n > COUNT_CAP, nextCursor: null }
}

interface Came extends Entry {
  readonly cause: string
  readonly note: string | null
  readonly lastOwnerName: string | null
}
/** How each came into the pool, and whose it was last. */
async function lastMoves(read: Read, ids: readonly number[]): Promise<ReadonlyMap<number, Came>> {
  const rows = await read
    .selectFrom('poolMoves')
    .leftJoin('users', 'users.id', 'poolMoves.fromOwnerId')
    .select(['customerId', 'cause', 'note', 'onDay', 'fromOwnerId', 'users.name as fromOwnerName'])
    .where(inIds(read, 'poolMoves.customerId', ids))
    .where('toPoolId', 'is not', null)
    .orderBy('poolMoves.id')
    .execute()
  const found = new Map<number, Came>()
  for (const { cause, customerId, fromOwnerId, fromOwnerName, note, onDay } of rows) {
    const before = found.get(customerId)
    const [left, lastOwnerName] =
      fromOwnerId === null
        ? [before?.left ?? null, before?.lastOwnerName ?? null]
        : [{ ownerId: fromOwnerId, onDay }, fromOwnerName]
    found.set(customerId, { cause, note, pooledOn: onDay, left, lastOwnerName })
  }
  return found
}
