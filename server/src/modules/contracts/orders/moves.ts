import type { Order, OrderDetail } from '@crm/shared/contract/orders'
import { order as entity, orderStates } from '@crm/shared/entities/order'
import { deliveryState, type Handed, mayMoveOrder, type OrderMove, orderMoves } from '@crm/shared/rules/orderMoves'
import { netTotals } from '@crm/shared/rules/lines'
import type { Actor } from '../../../core/access/actor.ts'
import { problem } from '../../../core/problem.ts'
import { type Raw, storedRow } from '../../../core/rows/rows.ts'
import { stepsOf } from '../../../core/rows/steps.ts'
import type { Tx } from '../../../db/store.ts'
import { withdrawApproval } from '../../system/approvals/service.ts'
import { type Followers, tellAll } from '../followers.ts'
import { orderLines } from './lines.ts'
import { detailOf, orders } from './orders.ts'

const steps = stepsOf(entity, orders)
export const { shown } = steps

/** The order as stored, where this step may be taken on it. 404, 403, 409. */
export async function beforeMove(
  tx: Tx,
  actor: Actor,
  id: number,
  move: OrderMove,
  version: number,
  permission: string,
): Promise<Raw> {
  const row = await steps.held(tx, actor, id, version, permission)
  if (!mayMoveOrder(move, row.state))
    throw problem('illegal_move', `订单${orderStates[row.state]},不能${orderMoves[move].label}`)
  return row
}

/** Writes the step with its audit row; returns the order as the API shows it. */
export async function step(
  tx: Tx,
  actor: Actor,
  row: Raw,
  action: string,
  { note = null, ...columns }: Raw & { readonly note?: string | null },
): Promise<Order> {
  await steps.write(tx, actor, row, action, columns, { note })
  return shown(tx, actor, row['id'] as number)
}

export async function closeOrder(
  tx: Tx,
  actor: Actor,
  id: number,
  version: number,
  followers: Followers,
): Promise<OrderDetail> {
  const row = await beforeMove(tx, actor, id, 'close', version, 'order.void')
  await withdrawApproval(tx, actor, 'credit', id)
  const order = await step(tx, actor, row, 'close', { state: 'closed' })
  await tellAll(followers, 'orderClosed', tx, actor, order)
  return detailOf(tx, actor, order)
}

export async function reopenOrder(
  tx: Tx,
  actor: Actor,
  id: number,
  version: number,
  followers: Followers,
): Promise<OrderDetail> {
  const row = await beforeMove(tx, actor, id, 'reopen', version, 'order.void')
  const state = deliveryState((await orderLines.stored(tx, id)) as unknown as Handed[])
  const order = await step(tx, actor, row, 'reopen', { state })
  await tellAll(followers, 'orderReopened', tx, actor, order)
  return detailOf(tx, actor, order)
}

/** Refused while goods are with the customer or something above stands against it (money, invoices). */
export async function voidOrder(
  tx: Tx,
  actor: Actor,
  id: number,
  { reason, version }: { version: number; reason: string },
  followers: Followers,
): Promise<OrderDetail> {
  const row = await beforeMove(tx, actor, id, 'void', version, 'order.void')
  const lines = (await orderLines.stored(tx, id)) as unknown as Handed[]
  if (lines.some(({ deliveredMilli, returnedMilli }) => deliveredMilli !== returnedMilli))
    throw problem('illegal_move', '订单已有交货,先退货或作废交货单')
  const [against] = (await tellAll(followers, 'againstVoid', tx, { orderId: id })).filter((word) => word !== null)
  if (against) throw problem('illegal_move', against)
  await withdrawApproval(tx, actor, 'credit', id)
  const order = await step(tx, actor, row, 'void', { state: 'void', voidReason: reason })
  await tellAll(followers, 'orderVoided', tx, actor, order)
  return detailOf(tx, actor, order)
}

/** After goods were handed over or taken back: the order stands where its lines say, and is worth what they say. A closed one stays so. */
export async function restateOrder(tx: Tx, actor: Actor, id: number): Promise<void> {
  const row = (await storedRow(tx, entity, id))!
  const lines = (await orderLines.stored(tx, id)) as unknown as (Handed & Parameters<typeof netTotals>[0][number])[]
  const state = row['state'] === 'closed' ? 'closed' : deliveryState(lines)
  const after: Raw = { state, ...netTotals(lines) }
  if (Object.keys(after).some((key) => after[key] !== row[key])) await step(tx, actor, row, 'restate', after)
}
