import type { RecycleBatch } from '@crm/shared/contract/pools'
import { addDays, type Day } from '@crm/shared/days'
import { sql } from 'kysely'
import { type Actor, systemActor } from '../../../core/actor.ts'
import type { Clock } from '../../../core/clock.ts'
import { tell } from '../../../core/notices.ts'
import { inSlices } from '../../../core/slices.ts'
import { inIds } from '../../../db/dialect.ts'
import type { Read, Store, Tx } from '../../../db/store.ts'
import { batchRow } from './batches.ts'
import { type Pool, readCircle } from './circle.ts'
import { dueIn, explained, HELD, type HeldRow } from './leaving.ts'
import { intoPool, movable } from './moves.ts'

/** Customers looked for at once. */
const PAGE = 2_000
/** Customers moved by the same statements. */
const TOGETHER = 50

const dueRows = (db: Read | Tx, where: ReturnType<typeof dueIn>) =>
  (db as Read)
    .selectFrom('customers') // unscoped: the rules decide, whosever they are
    .select(HELD)
    .where(where)
const isDue = async (read: Read, where: ReturnType<typeof dueIn>) =>
  (await dueRows(read, where).limit(1).executeTakeFirst()) !== undefined

/** Looking costs milliseconds, and jobs are asked every second. */
const LOOK_MS = 10 * 60_000
const looked = new WeakMap<Clock, { day: Day; atMs: number }>()

/** Whether the rules have anything to do today: somebody leaves, was left half-way, or is to be warned. Looks at midnight and now and then. */
export async function recyclingWanted(read: Read, clock: Clock): Promise<boolean> {
  const [day, atMs] = [clock.today(), Date.parse(clock.now())]
  const last = looked.get(clock)
  if (last && last.day === day && Math.abs(atMs - last.atMs) < LOOK_MS) return false
  looked.set(clock, { day, atMs })
  return hasWork(read, clock)
}

async function hasWork(read: Read, clock: Clock): Promise<boolean> {
  const half = await read.selectFrom('poolBatches').select('id').where('state', '=', 'running').executeTakeFirst()
  if (half) return true
  const circle = await readCircle(read)
  const [today, zone] = [clock.today(), clock.zone]
  for (const pool of circle.pools) {
    if (await isDue(read, dueIn(read, circle, pool, { day: today, zone }))) return true
    for (const day of warningDays(pool, today))
      if (await isDue(read, unwarned(read, circle, pool, day, today, zone))) return true
  }
  return false
}

/** The job of a day, and the button: moves whom the rules take today, then warns whom they take soon. */
export async function recycle(
  store: Store,
  clock: Clock,
  actor: Actor | null = null,
  signal?: AbortSignal,
): Promise<RecycleBatch | null> {
  const who = actor ?? systemActor(clock.now(), clock.today(), 'job', '系统')
  const circle = await readCircle(store.read)
  const day = { day: who.today, zone: clock.zone }
  let batchId = await unfinished(store.read)
  for (const pool of circle.pools) {
    const where = dueIn(store.read, circle, pool, day)
    if (!(await isDue(store.read, where))) continue
    batchId ??= await store.tx((tx) => openBatch(tx, who))
    await movePool(store, who, { pool, where, batchId, zone: clock.zone }, signal)
    if (signal?.aborted) return null
  }
  const batch = batchId === null ? null : await finish(store, who, batchId)
  for (const pool of circle.pools) await warn(store, who, pool, clock.zone, signal)
  return batch
}

/** A batch whose server died goes on as the same batch. */
const unfinished = async (read: Read): Promise<number | null> =>
  (await read.selectFrom('poolBatches').select('id').where('state', '=', 'running').orderBy('id').executeTakeFirst())
    ?.id ?? null

async function openBatch(tx: Tx, who: Actor): Promise<number> {
  const facts = { onDay: who.today, state: 'running', moved: 0, returned: 0, undoneAt: null } as const
  const { id } = await tx
    .insertInto('poolBatches')
    .values({ ...facts, actorId: who.id === 0 ? null : who.id, createdAt: who.at })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

interface Moving {
  readonly pool: Pool
  readonly where: ReturnType<typeof dueIn>
  readonly batchId: number
  readonly zone: string
}
async function movePool(store: Store, who: Actor, { batchId, pool, where, zone }: Moving, signal?: AbortSignal) {
  const work = async (tx: Tx, ids: readonly number[]) => {
    // Asked again here: meanwhile somebody may have followed up.
    const due = await dueRows(tx, where)
      .where(inIds(tx, 'customers.id', ids))
      .execute()
    const why = new Map(explained(due, pool, who.today, zone).map((one) => [one.id, one]))
    const rows = await movable(tx, [...why.keys()])
    const moves = rows.map((row) => {
      const { rule, ruleDays } = why.get(row.id)!
      const note = rule === 'noFollowUp' ? `${ruleDays} 天没有有效跟进` : `${ruleDays} 天没有成交`
      return { row, cause: rule, note, batchId }
    })
    await intoPool(tx, who, pool.id, moves)
  }
  await inSlices(store, chunksOf(store.read, where), work, signal ? { signal } : {})
}

/** Ids in small chunks, by pages behind the last id, so that nothing is held open between slices. */
async function* chunksOf(read: Read, where: ReturnType<typeof dueIn>): AsyncGenerator<number[]> {
  for (let last = 0; ;) {
    const rows = await read
      .selectFrom('customers') // unscoped: the rules decide, whosever they are
      .select('id')
      .where(where)
      .where('id', '>', last)
      .orderBy('id')
      .limit(PAGE)
      .execute()
    const ids = rows.map(({ id }) => id)
    for (let from = 0; from < ids.length; from += TOGETHER) yield ids.slice(from, from + TOGETHER)
    if (ids.length < PAGE) return
    last = ids.at(-1)!
  }
}

/** Counts what moved and tells each owner once how many of his went where. */
async function finish(store: Store, who: Actor, batchId: number): Promise<RecycleBatch> {
  const losers = await store.read
    .selectFrom('poolMoves')
    .innerJoin('pools', 'pools.id', 'poolMoves.toPoolId')
    .innerJoin('customers', 'customers.id', 'poolMoves.customerId') // unscoped: one name, for the one who owned it
    .select(['fromOwnerId', 'toPoolId', 'pools.name as poolName'])
    .select((e) => [e.fn.countAll<number>().as('n'), e.fn.min('customers.name').as('name')])
    .where('batchId', '=', batchId)
    .where('cause', 'in', ['noFollowUp', 'noDeal'])
    .groupBy(['fromOwnerId', 'toPoolId', 'pools.name'])
    .execute()
  const told = async (tx: Tx, { fromOwnerId, n, name, poolName, toPoolId }: (typeof losers)[number]) =>
    tell(tx, who.at, {
      kind: 'pool',
      userIds: [fromOwnerId!],
      title: n === 1 ? `${name} 已回收到${poolName}` : `${name} 等 ${n} 家客户已回收到${poolName}`,
      link: '/pools',
      onceKey: `pool:batch:${batchId}:${toPoolId}`,
    })
  await inSlices(store, losers, told)
  return store.tx(async (tx) => {
    const { n } = await tx
      .selectFrom('poolMoves')
      .select((e) => e.fn.countAll<number>().as('n'))
      .where('batchId', '=', batchId)
      .where('cause', 'in', ['noFollowUp', 'noDeal'])
      .executeTakeFirstOrThrow()
    await tx.updateTable('poolBatches').set({ state: 'done', moved: n }).where('id', '=', batchId).execute()
    return batchRow(tx, batchId)
  })
}

/** The days whose leavers are warned today: those within 提前提醒天数, and those of tomorrow once more. */
const warningDays = ({ remindDays }: Pool, today: Day): Day[] => [
  ...new Set([...(remindDays > 0 ? [addDays(today, remindDays)] : []), addDays(today, 1)]),
]
const warnKey = (pool: Pool, stage: 'soon' | 'last') => `pool:${pool.id}:${stage}`

/** Due by `day` and not told so: once for the first warning, once more for the day before. */
function unwarned(
  db: Read | Tx,
  circle: Awaited<ReturnType<typeof readCircle>>,
  pool: Pool,
  day: Day,
  today: Day,
  zone: string,
): ReturnType<typeof dueIn> {
  const stage = day === addDays(today, 1) ? 'last' : 'soon'
  // A stay that began anew is warned anew: the key carries its beginning.
  return sql`(${dueIn(db, circle, pool, { day, zone })} and not exists (select 1 from ${sql.table('notifications')} n
    where n.${sql.ref('customerId')} = ${sql.ref('customers.id')} and n.${sql.ref('userId')} = ${sql.ref('customers.ownerId')}
    and n.${sql.ref('onceKey')} = ${keyOf(warnKey(pool, stage))}))`
}
const keyOf = (prefix: string) =>
  sql`${`${prefix}:`} || cast(${sql.ref('customers.id')} as text) || ':' || ${sql.ref('customers.receivedAt')} || ':' || coalesce(${sql.ref('customers.lastValidFollowUpAt')}, '') || ':' || coalesce(${sql.ref('customers.recycleExtendedUntil')}, '')`
const keyFor = (prefix: string, row: HeldRow) =>
  `${prefix}:${row.id}:${row.receivedAt}:${row.lastValidFollowUpAt ?? ''}:${row.recycleExtendedUntil ?? ''}`

async function warn(store: Store, who: Actor, pool: Pool, zone: string, signal?: AbortSignal): Promise<void> {
  const circle = await readCircle(store.read)
  for (const day of warningDays(pool, who.today).toReversed()) {
    const stage = day === addDays(who.today, 1) ? 'last' : 'soon'
    const where = unwarned(store.read, circle, pool, day, who.today, zone)
    const rows = explained(await dueRows(store.read, where).orderBy('id').execute(), pool, who.today, zone)
    const told = (tx: Tx, row: (typeof rows)[number]) =>
      tell(tx, who.at, {
        kind: 'pool',
        userIds: [row.ownerId!],
        title: `${row.name} ${row.daysLeft <= 1 ? '明天' : `${row.daysLeft} 天后`}进入${pool.name}`,
        body: `${row.ruleDays} 天${row.rule === 'noFollowUp' ? '没有有效跟进' : '没有成交'}。写一条跟进${row.rule === 'noFollowUp' ? '' : '、推进成交'}或申请延期`,
        link: `/customers/${row.id}`,
        customerId: row.id,
        onceKey: keyFor(warnKey(pool, stage), row),
      })
    await inSlices(store, rows, told, signal ? { signal } : {})
  }
}
