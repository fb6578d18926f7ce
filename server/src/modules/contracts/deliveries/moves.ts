import type { DeliveryCreate, DeliveryDetail, DeliveryLineInput } from '@crm/shared/contract/deliveries'
import type { Order } from '@crm/shared/contract/orders'
import { delivery as entity } from '@crm/shared/entities/delivery'
import { order as orderEntity, orderStates, type OrderState } from '@crm/shared/entities/order'
import { mayDeliver, mayReturn } from '@crm/shared/rules/orderMoves'
import type { Actor } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import { invalid, invalidField, problem, ProblemError } from '../../../core/problem.ts'
import { type Raw, rowsByIds, storedRow } from '../../../core/rows/rows.ts'
import { nextNumber } from '../../../core/rows/sequence.ts'
import { stepsOf } from '../../../core/rows/steps.ts'
import type { Tx } from '../../../db/store.ts'
import { checkDeliverer } from '../deliverer.ts'
import { type DeliveryFacts, type Followers, tellAll } from '../followers.ts'
import { orderLines, orders } from '../orders/service.ts'
import { deliveries, deliveryLines, detailOf } from './deliveries.ts'
import { judged } from './release.ts'
import { restateLines } from './restate.ts'

const factsOf = (row: Raw): DeliveryFacts => ({
  id: row['id'] as number,
  orderId: row['orderId'] as number,
  customerId: row['customerId'] as number,
  kind: row['kind'] as DeliveryFacts['kind'],
  deliveredOn: row['deliveredOn'] as string,
})

/** Each input beside its line of the order. 400 naming the ones that are none of it, or come twice. */
function paired(inputs: readonly DeliveryLineInput[], lines: readonly Raw[]) {
  const byId = new Map(lines.map((line) => [line['id'] as number, line]))
  const seen = new Set<number>()
  const errors = inputs.flatMap(({ orderLineId }, at) => {
    const field = `lines.${at}.orderLineId`
    if (!byId.has(orderLineId)) return [{ field, message: `第 ${at + 1} 行不是这张订单的明细` }]
    if (seen.has(orderLineId)) return [{ field, message: `第 ${at + 1} 行与前面重复` }]
    seen.add(orderLineId)
    return []
  })
  if (errors.length > 0) throw invalid(errors)
  return inputs.map((input) => ({ ...input, name: byId.get(input.orderLineId)!['name'] as string }))
}

/** The order is named in the body, so the refusal names the field. */
async function reachOrder(tx: Tx, actor: Actor, orderId: number): Promise<void> {
  try {
    await orders.reach(tx, actor, orderId, 'delivery.create')
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    throw problem(error.code, error.message, { errors: [{ field: 'orderId', message: error.message }] })
  }
}

/** Goods go out, or come back: written down, the order's lines put right, whoever follows told, all at once. */
export async function deliver(
  tx: Tx,
  actor: Actor,
  { lines: inputs, ...body }: DeliveryCreate,
  followers: Followers,
): Promise<DeliveryDetail> {
  const { deliveredOn, kind = 'delivery', orderId } = body
  await reachOrder(tx, actor, orderId)
  const order = (await rowsByIds(tx, actor, orderEntity, [orderId]))[0]! as Order
  if (deliveredOn > actor.today) throw invalidField('deliveredOn', '交货日期不能晚于今天')
  const of = paired(inputs, await orderLines.stored(tx, orderId))
  const isReturn = kind === 'return'
  if (!(isReturn ? mayReturn : mayDeliver)(order.state))
    throw problem('illegal_move', `订单${orderStates[order.state]},不能登记${isReturn ? '退货' : '交货'}`)
  await checkDeliverer(tx, body.delivererId)
  const warnings = isReturn ? [] : await judged(tx, actor, order, followers)
  const row = await deliveries.create(
    tx,
    actor,
    {
      ...body,
      kind,
      delivererId: body.delivererId ?? order.delivererId,
      address: body.address ?? order.address,
    },
    { number: await nextNumber(tx, 'SH', actor.today), customerId: order.customerId, state: 'done' },
  )
  const kept = of.map((line) => ({ ...line, deliveryId: row.id }))
  const times = { version: 1, createdAt: actor.at, updatedAt: actor.at, deletedAt: null }
  for (const line of kept)
    await tx
      .insertInto('deliveryLines')
      .values({ ...line, ...times })
      .execute()
  await audit(tx, actor, { entity: entity.name, recordId: row.id, action: 'lines', after: { lines: kept } })
  await restateLines(tx, actor, orderId, (orderLineId) => {
    const at = inputs.findIndex((input) => input.orderLineId === orderLineId)
    return at < 0 ? null : `lines.${at}.qtyMilli`
  })
  await tellAll(followers, 'delivered', tx, actor, factsOf({ ...row }), await deliveryLines.stored(tx, row.id))
  return { ...(await detailOf(tx, actor, row)), warnings }
}

const steps = stepsOf(entity, deliveries)

/** As if it had not been: what counted on it is counted again. Refused where goods are back that only this delivery brought. */
export async function voidDelivery(
  tx: Tx,
  actor: Actor,
  id: number,
  { reason, version }: { readonly version: number; readonly reason: string },
  followers: Followers,
): Promise<DeliveryDetail> {
  const row = await steps.held(tx, actor, id, version, 'delivery.void')
  if (row.state === 'void') throw problem('illegal_move', '交货单已作废')
  const order = (await storedRow(tx, orderEntity, row.orderId))!
  if ((order['state'] as OrderState) === 'void') throw problem('illegal_move', '订单已作废,不能再作废它的交货单')
  await steps.write(tx, actor, row, 'void', { state: 'void', voidReason: reason })
  await restateLines(tx, actor, row.orderId, () => null)
  await tellAll(followers, 'deliveryVoided', tx, actor, factsOf(row))
  return detailOf(tx, actor, await steps.shown(tx, actor, id))
}
