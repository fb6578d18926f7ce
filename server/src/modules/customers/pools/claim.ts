import { addDays, type Day } from '@crm/shared/days'
import type { customer } from '@crm/shared/entities/customer'
import type { RowOf } from '@crm/shared/kernel/entity'
import { type Actor, can } from '../../../core/access/actor.ts'
import { tell } from '../../../core/jobs/notices.ts'
import { forbidden, invalidField, notFound, problem } from '../../../core/problem.ts'
import { ownersWithin } from '../../../core/access/scope.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { customers } from '../customers.ts'
import { type Circle, type Pool, poolsFor, readCircle } from './circle.ts'
import { movable, type Moved, toOwner } from './moves.ts'

type Row = RowOf<typeof customer>

const claimsOn = async (db: Read | Tx, userId: number, poolId: number, onDay: Day): Promise<number> => {
  const { n } = await (db as Read)
    .selectFrom('poolClaims')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('userId', '=', userId)
    .where('poolId', '=', poolId)
    .where('onDay', '=', onDay)
    .executeTakeFirstOrThrow()
  return n
}
/** 库容 counts what one owns, deals aside. */
const holdingsOf = async (db: Read | Tx, userId: number): Promise<number> => {
  const { n } = await (db as Read)
    .selectFrom('customers') // unscoped: one's own, counted
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('ownerId', '=', userId)
    .where('deletedAt', 'is', null)
    .where('status', '!=', 'won')
    .executeTakeFirstOrThrow()
  return n
}

/** What somebody has claimed and holds, and how many more the pool lets him claim now; null = no limit. */
export async function quotaOf(db: Read | Tx, { id: userId, today }: Pick<Actor, 'id' | 'today'>, pool: Pool) {
  const { claimPerDay, holdingsCap } = pool
  const [claimedToday, holdings] = [await claimsOn(db, userId, pool.id, today), await holdingsOf(db, userId)]
  const rest = [
    ...(claimPerDay === null ? [] : [claimPerDay - claimedToday]),
    ...(holdingsCap === null ? [] : [holdingsCap - holdings]),
  ]
  return { claimedToday, holdings, left: rest.length === 0 ? null : Math.max(0, Math.min(...rest)) }
}

/** How a customer came to lie here: into this pool, and out of somebody's hands, which may have been into another one. */
export interface Entry {
  readonly pooledOn: Day
  readonly left: { readonly ownerId: number; readonly onDay: Day } | null
}
/** The day from which `userId` may claim it; null = already. */
export function claimableOn(
  { newWaitDays, previousOwnerWaitDays }: Pick<Pool, 'newWaitDays' | 'previousOwnerWaitDays'>,
  { left, pooledOn }: Entry,
  userId: number,
  today: Day,
): Day | null {
  const forAll = addDays(pooledOn, newWaitDays)
  const own = left?.ownerId === userId ? addDays(left.onDay, previousOwnerWaitDays) : forAll
  const from = own > forAll ? own : forAll
  return from <= today ? null : from
}

const lastMove = (tx: Tx, customerId: number) =>
  tx
    .selectFrom('poolMoves')
    .leftJoin('users', 'users.id', 'poolMoves.toOwnerId')
    .select(['fromOwnerId', 'toOwnerId', 'fromPoolId', 'toPoolId', 'onDay', 'cause', 'users.name as toOwnerName'])
    .where('customerId', '=', customerId)
    .orderBy('poolMoves.id', 'desc')
    .limit(1)
    .executeTakeFirst()

const lastLeft = async (tx: Tx, customerId: number): Promise<Entry['left']> => {
  const row = await tx
    .selectFrom('poolMoves')
    .select(['fromOwnerId', 'onDay'])
    .where('customerId', '=', customerId)
    .where('fromOwnerId', 'is not', null)
    .orderBy('poolMoves.id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ? { ownerId: row.fromOwnerId!, onDay: row.onDay } : null
}

/** A pooled customer within sight, with its pool; 409 names the winner when a member comes too late, 404 tells nobody else anything. */
async function pooled(
  tx: Tx,
  circle: Circle,
  actor: Actor,
  id: number,
): Promise<{ row: Moved; pool: Pool; last: Awaited<ReturnType<typeof lastMove>> }> {
  const [row] = await movable(tx, [id])
  const last = row && (await lastMove(tx, id))
  const mine = poolsFor(circle, actor)
  const poolId = row?.ownerId === null ? row.poolId : last?.toOwnerId === row?.ownerId ? last?.fromPoolId : null
  const pool = mine.find((one) => one.id === poolId)
  if (!row || !pool) throw notFound('公海客户')
  if (row.ownerId !== null) throw problem('claimed', `已被${last!.toOwnerName ?? '别人'}领取`)
  return { row, pool, last }
}

/** 领取, in one transaction: what is refused costs nothing, since nothing of it is kept. */
export async function claim(tx: Tx, actor: Actor, id: number): Promise<Row> {
  const circle = await readCircle(tx)
  const { last, pool, row } = await pooled(tx, circle, actor, id)
  if (!pool.active) throw problem('claim_refused', `${pool.name}已停用`)
  if (last) {
    const left = await lastLeft(tx, id)
    const from = claimableOn(pool, { pooledOn: last.onDay, left }, actor.id, actor.today)
    if (from !== null)
      throw problem(
        'claim_refused',
        left?.ownerId === actor.id ? `这是你放出的客户,${from} 起可以再领取` : `刚进入公海,${from} 起可以领取`,
      )
  }
  const { claimedToday, holdings } = await quotaOf(tx, actor, pool)
  if (pool.claimPerDay !== null && claimedToday >= pool.claimPerDay)
    throw problem('claim_refused', `今天已领取 ${claimedToday} 家,每天最多 ${pool.claimPerDay} 家`)
  if (pool.holdingsCap !== null && holdings >= pool.holdingsCap)
    throw problem('claim_refused', `名下已有 ${holdings} 家客户,库容 ${pool.holdingsCap} 家,请先放出或成交一些`)
  if (!(await toOwner(tx, actor, actor.id, { row, cause: 'claim' }))) throw problem('claimed', '已被别人领取')
  await tx
    .insertInto('poolClaims')
    .values({ userId: actor.id, poolId: pool.id, customerId: id, onDay: actor.today, at: actor.at })
    .execute()
  return customers.find(tx, actor, id)
}

/** 指派 by a manager of the pool to its members, or by whoever may assign customers to the people of his circle. */
export async function assign(
  tx: Tx,
  actor: Actor,
  id: number,
  ownerId: number,
): Promise<{ ownerId: number; ownerName: string }> {
  const circle = await readCircle(tx)
  const reach = actor.grants.get('customer.assign')
  const managed = circle.pools.filter((pool) => circle.manages(actor.id, pool.id))
  if (reach === undefined && managed.length === 0) throw forbidden('没有指派公海客户的权限')
  const { pool, row } = await pooled(tx, circle, actor, id)
  const isManager = managed.includes(pool)
  if (reach === undefined && !isManager) throw forbidden('没有指派这个公海的客户的权限')
  const owner = await tx
    .selectFrom('users')
    .select(['id', 'name', 'disabled'])
    .where('id', '=', ownerId)
    .where('deletedAt', 'is', null)
    .executeTakeFirst()
  if (!owner || owner.disabled === 1) throw invalidField('ownerId', '负责人不存在或已停用')
  const within = reach === 'all' || (reach !== undefined && ownersWithin(actor, reach).includes(ownerId))
  if (!within && !(isManager && circle.isMember(ownerId, pool.id)))
    throw invalidField('ownerId', '负责人不是这个公海的成员,也不在你的管理范围内')
  if (!(await toOwner(tx, actor, ownerId, { row, cause: 'assign' }))) throw problem('claimed', '已被别人领取')
  if (ownerId !== actor.id) {
    // unscoped: its name, for the one who owns it now
    const { name } = await tx.selectFrom('customers').select('name').where('id', '=', id).executeTakeFirstOrThrow()
    const facts = { kind: 'assigned', userIds: [ownerId], customerId: id, link: `/customers/${id}` } as const
    await tell(tx, actor.at, { ...facts, title: `${actor.name}把公海客户 ${name} 指派给你`, body: `来自 ${pool.name}` })
  }
  return { ownerId, ownerName: owner.name }
}

/** Whether the actor may hand out what is in the pool. */
export const mayAssign = (circle: Circle, actor: Actor, poolId: number): boolean =>
  can(actor, 'customer.assign') || circle.manages(actor.id, poolId)
