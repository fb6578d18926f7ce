import type { RecycleBatch } from '@crm/shared/contract/pools'
import type { Day } from '@crm/shared/days'
import { recycleRules } from '@crm/shared/entities/pool'
import { type Actor, systemActor } from '../../../core/access/actor.ts'
import type { Clock } from '../../../core/clock.ts'
import { tell } from '../../../core/jobs/notices.ts'
import { inParts, inSlices } from '../../../core/jobs/slices.ts'
import { idList, idsIn } from '../../../db/dialect.ts'
import type { Read, Store, Tx } from '../../../db/store.ts'
import { batchRow } from './batches.ts'
import { type Circle, type Pool, readCircle } from './circle.ts'
import { dueIn } from './leaving.ts'
import type { Mover } from './moves.ts'
import type { step } from './recycleStep.ts'
import { warn } from './warn.ts'

const STEP = new URL('./recycleStep.ts', import.meta.url)
/** Between two looks of a day that has been worked off. */
const LOOK_MS = 60 * 60_000
const looked = new WeakMap<Clock, { day: Day; atMs: number }>()

/** Whether the rules may have something to do: right after midnight, and now and then for what was edited since. */
export async function recyclingWanted(read: Read, clock: Clock): Promise<boolean> {
  const [day, atMs] = [clock.today(), Date.parse(clock.now())]
  const last = looked.get(clock)
  if (last && last.day === day && Math.abs(atMs - last.atMs) < LOOK_MS) return false
  looked.set(clock, { day, atMs })
  return (await unfinished(read)) !== null || (await readCircle(read)).pools.some(hasRules)
}
const hasRules = ({ active, rules }: Pool): boolean =>
  active &&
  [rules, ...Object.values(rules.levels)].some((one) => Boolean(one.followUpDays || one.dealDays || one.contractDays))

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
    const ids = await mayLeave(store, circle, pool, day)
    if (ids.length === 0) continue
    batchId ??= await store.tx((tx) => openBatch(tx, who))
    const facts = { pool, owners: circle.ownersOf(pool.id), batchId, who: mover(who), zone: clock.zone }
    const move = (parts: readonly (readonly number[])[]) =>
      store.bulk<typeof step>(
        STEP,
        parts.map((part) => ({ ...facts, ids: part })),
      )
    await inParts(ids, move, signal ? { signal } : {})
    if (signal?.aborted) return null
  }
  const batch = batchId === null ? null : await finish(store, who, batchId)
  for (const pool of circle.pools) await warn(store, who, pool, clock.zone)
  return batch
}

/**
 * Those whose own rows say that they leave, if anybody at all does; each is looked at again, with its documents, when it is moved. One look
 * instead of two at what keeps them is a fifth of the time of a large batch.
 */
async function mayLeave(
  { bulk, heavy, read }: Store,
  circle: Circle,
  pool: Pool,
  day: { day: Day; zone: string },
): Promise<number[]> {
  const those = (plan: 'list' | 'likely') =>
    read
      .selectFrom('customers') // unscoped: the rules decide, whosever they are
      .where(dueIn(read, circle, pool, day, plan))
  const [one] = await heavy(those('list').select('id').limit(1).compile())
  if (!one) return []
  const likely = those('likely').select(idList(read, 'id').as('ids'))
  // The thread that moves them comes up while they are looked for.
  const [[found]] = await Promise.all([heavy(likely.compile()), bulk<typeof step>(STEP, [])])
  return idsIn(found!.ids)
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

/** Without the rights, which no other thread needs. */
const mover = ({ address, at, id, name, today, via }: Actor): Mover => ({ address, at, id, name, today, via })

/** Counts what moved and tells each owner once how many of his went where. */
async function finish(store: Store, who: Actor, batchId: number): Promise<RecycleBatch> {
  const lost = store.read
    .selectFrom('poolMoves')
    .select(['fromOwnerId', 'toPoolId'])
    .select((e) => [e.fn.countAll<number>().as('n'), e.fn.min('customerId').as('firstId')])
    .where('batchId', '=', batchId)
    .where('cause', 'in', Object.keys(recycleRules))
    .groupBy(['fromOwnerId', 'toPoolId'])
  const losers = await store.heavy(lost.compile())
  const told = async (tx: Tx, { firstId, fromOwnerId, n, toPoolId }: (typeof losers)[number]) => {
    const { name, poolName } = await tx
      .selectFrom('customers') // unscoped: one name, for the one who owned it
      .innerJoin('pools', (join) => join.on('pools.id', '=', toPoolId))
      .select(['customers.name', 'pools.name as poolName'])
      .where('customers.id', '=', firstId)
      .executeTakeFirstOrThrow()
    await tell(tx, who.at, {
      kind: 'pool',
      userIds: [fromOwnerId!],
      title: n === 1 ? `${name} 已回收到${poolName}` : `${name} 等 ${n} 家客户已回收到${poolName}`,
      link: '/pools',
      onceKey: `pool:batch:${batchId}:${toPoolId}`,
    })
  }
  await inSlices(store, losers, told)
  const moved = losers.reduce((sum, { n }) => sum + Number(n), 0)
  return store.tx(async (tx) => {
    await tx.updateTable('poolBatches').set({ state: 'done', moved }).where('id', '=', batchId).execute()
    return batchRow(tx, batchId)
  })
}
