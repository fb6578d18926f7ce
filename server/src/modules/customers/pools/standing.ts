import type { PoolStanding } from '@crm/shared/contract/pools'
import { addDays, diffDays } from '@crm/shared/days'
import { customer } from '@crm/shared/entities/customer'
import { sql } from '../../../db/sql.ts'
import type { Actor } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import { tell } from '../../../core/jobs/notices.ts'
import { problem } from '../../../core/problem.ts'
import { visible } from '../../../core/access/scope.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { superiors } from '../../org/service.ts'
import { customers } from '../customers.ts'
import { isOpenAsk } from './asked.ts'
import { readCircle } from './circle.ts'
import { heldBy, HOLDS } from './holds.ts'
import { HELD, leavingOf } from './leaving.ts'
import { movable } from './moves.ts'

const mayManage = async (db: Read | Tx, actor: Actor, id: number): Promise<boolean> => {
  const { rows } = await sql`select 1 from ${sql.table('customers')} where ${sql.ref('customers.id')} = ${id}
    and ${visible(actor, customer, 'pool.manage')}`.execute(db as Tx)
  return rows.length > 0
}
const askedFor = (db: Read | Tx, customerId: number) =>
  (db as Read)
    .selectFrom('poolExtensions')
    .leftJoin('users', 'users.id', 'poolExtensions.askedById')
    .select(['poolExtensions.id', 'days', 'reason', 'askedById', 'users.name as askedByName'])
    .where('customerId', '=', customerId)
    .where(isOpenAsk)
    .executeTakeFirst()

/** Which pool a customer falls into, when and why, and what holds it back. */
export async function standingOf(db: Read | Tx, actor: Actor, id: number, zone: string): Promise<PoolStanding> {
  await customers.reach(db, actor, id, 'customer.read')
  const row = await (db as Read)
    .selectFrom('customers') // unscoped: reached just now
    .select([...HELD, 'poolId'])
    .select(HOLDS)
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const circle = await readCircle(db)
  const home = row.ownerId === null ? circle.pools.find((pool) => pool.id === row.poolId) : circle.homeOf(row.ownerId)
  const found = home && row.ownerId !== null ? leavingOf(row, home.rules, zone) : null
  const on = found && (found.on < actor.today ? actor.today : found.on)
  const asked = await askedFor(db, id)
  return {
    poolId: home?.id ?? null,
    poolName: home?.name ?? null,
    leavesOn: on,
    daysLeft: on ? diffDays(on, actor.today) : null,
    rule: found?.rule ?? null,
    ruleDays: found?.days ?? null,
    isLocked: row.isLocked === 1,
    extendedUntil: row.recycleExtendedUntil,
    holds: home && row.ownerId !== null ? heldBy(row, home.rules, actor.today) : [],
    asked: asked ? { days: asked.days, reason: asked.reason, askedByName: asked.askedByName } : null,
    mayManage: await mayManage(db, actor, id),
  }
}

/** Sets what the rules look at, without touching the version people edit by or 更新时间. */
async function set(
  tx: Tx,
  actor: Actor,
  id: number,
  change: { isLocked: 0 | 1 } | { recycleExtendedUntil: string },
  action: string,
  note: string | null = null,
): Promise<void> {
  const [before] = await movable(tx, [id])
  await tx.updateTable('customers').set(change).where('id', '=', id).execute()
  await audit(tx, actor, {
    entity: customer.name,
    recordId: id,
    action,
    before: before!,
    after: { ...before!, ...change },
    note,
  })
}

/** 锁定: no rule takes it, until unlocked. */
export async function lock(tx: Tx, actor: Actor, id: number, locked: boolean, zone: string): Promise<PoolStanding> {
  await customers.reach(tx, actor, id, 'pool.manage')
  await set(tx, actor, id, { isLocked: locked ? 1 : 0 }, locked ? 'lock' : 'unlock')
  return standingOf(tx, actor, id, zone)
}

const nameOf = async (tx: Tx, id: number) =>
  // unscoped: reached by its caller
  (await tx.selectFrom('customers').select('name').where('id', '=', id).executeTakeFirstOrThrow()).name

/** Later than the day it would leave on, so that every 延期 is worth its days. */
async function prolong(tx: Tx, actor: Actor, id: number, days: number, reason: string, zone: string): Promise<void> {
  const { leavesOn, extendedUntil } = await standingOf(tx, actor, id, zone)
  const from = leavesOn !== null ? addDays(leavesOn, -1) : actor.today
  const until = addDays(from > actor.today ? from : actor.today, days)
  if (extendedUntil === null || until > extendedUntil)
    await set(tx, actor, id, { recycleExtendedUntil: until }, 'extend', reason)
}

/**
 * Back from the recycle bin, where nobody could follow it up, it stays long enough for both warnings (提前提醒 and the day before); its
 * rules count as before, so that deleting and restoring wins no more than that.
 */
export async function spare(tx: Tx, actor: Actor, id: number, zone: string): Promise<void> {
  const row = await tx
    .selectFrom('customers') // unscoped: brought back just now
    .select(HELD)
    .select(HOLDS)
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const home = row.ownerId === null ? null : (await readCircle(tx)).homeOf(row.ownerId)
  const found = home && leavingOf(row, home.rules, zone)
  if (!found) return
  const until = addDays(actor.today, Math.max(home.remindDays, 1))
  if (found.on <= until)
    await set(tx, actor, id, { recycleExtendedUntil: until }, 'extend', '从回收站恢复,回收前先提醒')
}

/** 延期: takes effect at once where the actor manages the customer's pool affairs, else his superiors are asked. */
export async function extend(
  tx: Tx,
  actor: Actor,
  id: number,
  { days, reason }: { days: number; reason: string },
  zone: string,
): Promise<PoolStanding> {
  await customers.reach(tx, actor, id, 'customer.update')
  if (await askedFor(tx, id)) throw problem('illegal_move', '这个客户已有一个延期在等答复')
  const [row] = await movable(tx, [id])
  const granted = await mayManage(tx, actor, id)
  const lapsed = { state: 'refused', decidedAt: actor.at } as const
  await tx.updateTable('poolExtensions').set(lapsed).where('customerId', '=', id).where('state', '=', 'asked').execute()
  await tx
    .insertInto('poolExtensions')
    .values({
      customerId: id,
      days,
      reason,
      state: granted ? 'granted' : 'asked',
      askedById: actor.id === 0 ? null : actor.id,
      askedAt: actor.at,
      decidedById: granted && actor.id !== 0 ? actor.id : null,
      decidedAt: granted ? actor.at : null,
    })
    .execute()
  if (granted) await prolong(tx, actor, id, days, reason, zone)
  else {
    const heads = await superiors(tx)
    const home = row!.ownerId === null ? null : (await readCircle(tx)).homeOf(row!.ownerId)
    const managers = home
      ? await tx.selectFrom('poolManagers').select('userId').where('poolId', '=', home.id).execute()
      : []
    const first = heads(row!.ownerId ?? actor.id)[0]
    await tell(tx, actor.at, {
      kind: 'pool',
      userIds: [...(first === undefined ? [] : [first]), ...managers.map(({ userId }) => userId)],
      title: `${actor.name}申请 ${await nameOf(tx, id)} 延期 ${days} 天`,
      body: reason,
      link: `/customers/${id}`,
      customerId: id,
    })
  }
  return standingOf(tx, actor, id, zone)
}

/** 同意 or 退回. */
export async function decide(tx: Tx, actor: Actor, id: number, grant: boolean, zone: string): Promise<PoolStanding> {
  await customers.reach(tx, actor, id, 'pool.manage')
  const asked = await askedFor(tx, id)
  if (!asked) throw problem('illegal_move', '这个客户没有等待答复的延期')
  await tx
    .updateTable('poolExtensions')
    .set({ state: grant ? 'granted' : 'refused', decidedById: actor.id === 0 ? null : actor.id, decidedAt: actor.at })
    .where('id', '=', asked.id)
    .where('state', '=', 'asked')
    .execute()
  if (grant) await prolong(tx, actor, id, asked.days, asked.reason, zone)
  if (asked.askedById !== null)
    await tell(tx, actor.at, {
      kind: 'pool',
      userIds: [asked.askedById],
      title: `${actor.name}${grant ? '同意' : '退回'}了 ${await nameOf(tx, id)} 的延期`,
      body: `延期 ${asked.days} 天:${asked.reason}`,
      link: `/customers/${id}`,
      customerId: id,
    })
  return standingOf(tx, actor, id, zone)
}
