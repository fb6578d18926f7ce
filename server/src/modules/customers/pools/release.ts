import type { Released } from '@crm/shared/contract/pools'
import type { Actor } from '../../../core/access/actor.ts'
import { tell } from '../../../core/jobs/notices.ts'
import { invalidField, ProblemError, problem } from '../../../core/problem.ts'
import { inSlices } from '../../../core/jobs/slices.ts'
import type { Store, Tx } from '../../../db/store.ts'
import { customers } from '../customers.ts'
import { type Circle, type Pool, poolsFor, readCircle } from './circle.ts'
import { intoPool, movable } from './moves.ts'

export interface Into {
  readonly poolId: number
  readonly reason: string
}

/** Where it may go: a pool of the actor's, or one its owner belongs to. */
function target(circle: Circle, actor: Actor, ownerId: number | null, poolId: number): Pool {
  const open = [...poolsFor(circle, actor), ...(ownerId === null ? [] : circle.of(ownerId))]
  const pool = open.find((one) => one.id === poolId)
  if (!pool) throw invalidField('poolId', '公海不存在或不是你的公海')
  if (!pool.active) throw invalidField('poolId', `${pool.name}已停用`)
  return pool
}

/** Into the pool, told to the one who owned it. */
export async function put(tx: Tx, actor: Actor, circle: Circle, id: number, { poolId, reason }: Into): Promise<Pool> {
  await customers.reach(tx, actor, id, 'pool.release')
  const [row] = await movable(tx, [id])
  if (row!.poolId === poolId) throw problem('illegal_move', '这个客户已在这个公海里')
  const pool = target(circle, actor, row!.ownerId, poolId)
  await intoPool(tx, actor, pool.id, [{ row: row!, cause: 'release', note: reason }])
  if (row!.ownerId !== null && row!.ownerId !== actor.id && !actor.inBulk) {
    // unscoped: its name, for the one who owned it until now
    const { name } = await tx.selectFrom('customers').select('name').where('id', '=', id).executeTakeFirstOrThrow()
    await tell(tx, actor.at, {
      kind: 'pool',
      userIds: [row!.ownerId],
      title: `${actor.name}把你的客户 ${name} 放入了${pool.name}`,
      body: reason,
      link: '/pools',
      customerId: id,
    })
  }
  return pool
}

/** 放入公海. */
export async function release(tx: Tx, actor: Actor, id: number, into: Into) {
  const { id: poolId, name: poolName } = await put(tx, actor, await readCircle(tx), id, into)
  return { poolId, poolName }
}

/** Many at once, in slices; each by its own rights, and what stays is told with its reason. */
export async function releaseMany(
  store: Store,
  actor: Actor,
  { ids, ...into }: Into & { readonly ids: readonly number[] },
): Promise<Released> {
  const skipped: { id: number; reason: string }[] = []
  const circle = await readCircle(store.read)
  if (!circle.pools.some((pool) => pool.id === into.poolId)) throw invalidField('poolId', '公海不存在或不是你的公海')
  const work = async (tx: Tx, id: number): Promise<{ id: number; reason: string } | null> => {
    try {
      await put(tx, actor, circle, id, into)
      return null
    } catch (error) {
      // Refused before anything was written.
      if (error instanceof ProblemError) return { id, reason: error.message }
      throw error
    }
  }
  const onSlice = (results: readonly ({ id: number; reason: string } | null)[]) =>
    void skipped.push(...results.filter((one) => one !== null))
  const all = await inSlices(store, [...new Set(ids)], work, { onSlice })
  return { done: all - skipped.length, skipped }
}

/**
 * Puts these customers into a pool inside the caller's transaction: 离职交接 does so, in slices of its own. The caller has decided that it
 * may. Returns the ids that went.
 */
export async function releaseAll(
  tx: Tx,
  actor: Actor,
  ids: readonly number[],
  { poolId, reason }: Into,
): Promise<number[]> {
  const rows = (await movable(tx, ids)).filter((row) => row.ownerId !== null)
  await intoPool(
    tx,
    actor,
    poolId,
    rows.map((row) => ({ row, cause: 'handover', note: reason })),
  )
  return rows.map(({ id }) => id)
}
