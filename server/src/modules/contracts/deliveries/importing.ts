import type { OrderCreate, OrderDetail } from '@crm/shared/contract/orders'
import type { OrderStateInFile } from '@crm/shared/contract/importFields'
import { order as entity, orderStates, type OrderState } from '@crm/shared/entities/order'
import type { Actor } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import { problem } from '../../../core/problem.ts'
import { storedRow } from '../../../core/rows/rows.ts'
import type { Tx } from '../../../db/store.ts'
import type { Followers } from '../followers.ts'
import {
  closeOrder,
  confirmImported,
  createOrder,
  findOrder,
  orders,
  removeImported,
  voidOrder,
} from '../orders/service.ts'
import { deliver, voidDelivery } from './moves.ts'

export interface OrderInFile {
  readonly number: string
  readonly order: OrderCreate
  readonly state: OrderStateInFile
  /** The day goods went out; of orders with none. */
  readonly deliveredOn: string
  /** What went out and came back of each line; null for all of it. */
  readonly handed: readonly { readonly deliveredMilli: number; readonly returnedMilli: number }[] | null
}

/** Nobody judges again what was delivered long ago. */
const unjudged = (followers: Followers): Followers =>
  followers.map((follower) => {
    const { judgeOrder: _, ...rest } = follower
    return rest
  })

/** An order from elsewhere keeps its number: a draft, or with all that became of it, at once. */
export async function importOrder(
  tx: Tx,
  actor: Actor,
  { deliveredOn, handed, number, order, state }: OrderInFile,
  followers: Followers,
): Promise<OrderDetail> {
  const { id, lines } = await createOrder(tx, actor, order, { number })
  if (state === 'draft') return findOrder(tx, actor, id)
  await confirmImported(tx, actor, id, followers)
  // All that went out may have come back: then it is as it was when it was confirmed.
  if (state !== 'confirmed' || handed?.some(({ deliveredMilli }) => deliveredMilli > 0)) {
    const stored = await tx
      .selectFrom('orderLines') // unscoped: of the order that was just written
      .select(['id', 'qtyMilli'])
      .where('orderId', '=', id)
      .orderBy('id')
      .execute()
    const quantities = stored.map((line, at) => ({
      orderLineId: line.id,
      ...(handed?.[at] ?? { deliveredMilli: line.qtyMilli, returnedMilli: 0 }),
    }))
    for (const kind of ['delivery', 'return'] as const) {
      const moved = quantities.flatMap(({ deliveredMilli, orderLineId, returnedMilli }) => {
        const qtyMilli = kind === 'delivery' ? deliveredMilli : returnedMilli
        return qtyMilli > 0 ? [{ orderLineId, qtyMilli }] : []
      })
      if (moved.length > 0)
        await deliver(
          tx,
          actor,
          { orderId: id, kind, deliveredOn, notes: '导入的历史订单', lines: moved },
          unjudged(followers),
        )
    }
    const now = (await storedRow(tx, entity, id))!
    const said = state === 'closed' ? now['state'] : state
    if (now['state'] !== said)
      throw problem(
        'illegal_move',
        `状态写着“${orderStates[state]}”,按 ${lines.length} 条明细的已交数量是“${orderStates[now['state'] as OrderState]}”`,
      )
    if (state === 'closed') await closeOrder(tx, actor, id, now['version'] as number, followers)
  }
  return findOrder(tx, actor, id)
}

const REASON = '撤销导入'
/** Takes back what an import made: a draft goes, anything else is voided with its deliveries and leaves its number free. */
export async function withdrawImportedOrder(
  tx: Tx,
  actor: Actor,
  id: number,
  followers: Followers,
): Promise<string | null> {
  await orders.reach(tx, actor, id, 'order.delete')
  const row = (await storedRow(tx, entity, id))!
  if (row['state'] === 'draft') return removeImported(tx, actor, id)
  if (row['state'] === 'closed') return '订单已关闭,先重新打开'
  const made = await tx
    .selectFrom('deliveries') // unscoped: of an order the actor was let to
    .select(['id', 'version'])
    .where('orderId', '=', id)
    .where('state', '=', 'done')
    .orderBy('id', 'desc')
    .execute()
  for (const delivery of made)
    await voidDelivery(tx, actor, delivery.id, { version: delivery.version, reason: REASON }, followers)
  const { version } = (await storedRow(tx, entity, id))!
  await voidOrder(tx, actor, id, { version: version as number, reason: REASON }, followers)
  const number = `${String(row['number']).slice(0, 24)}(撤销${id})`
  await tx.updateTable('orders').set({ number }).where('id', '=', id).execute()
  await audit(tx, actor, {
    entity: entity.name,
    recordId: id,
    action: 'update',
    before: { number: row['number'] },
    after: { number },
    note: REASON,
  })
  return null
}
