import { type Handed } from '@crm/shared/rules/orderMoves'
import { mostMilli, quantityText } from '@crm/shared/rules/deliveries'
import { netOf } from '@crm/shared/rules/lines'
import type { Actor } from '../../../core/access/actor.ts'
import { problem } from '../../../core/problem.ts'
import type { Tx } from '../../../db/store.ts'
import { orderLines, restateOrder } from '../orders/service.ts'
import { readDeliveryRules } from './rules.ts'

type Line = Handed &
  Parameters<typeof netOf>[0] & { readonly id: number; readonly name: string; readonly version: number }

/** What of each line was handed over and taken back, by its effective deliveries. */
async function sumsOf(tx: Tx, orderId: number): Promise<ReadonlyMap<string, number>> {
  const rows = await tx
    .selectFrom('deliveryLines as l') // unscoped: of an order the caller has reached
    .innerJoin('deliveries as d', 'd.id', 'l.deliveryId')
    .select(['l.orderLineId', 'd.kind', (eb) => eb.fn.sum<number | string>('l.qtyMilli').as('qtyMilli')])
    .where('d.orderId', '=', orderId)
    .where('d.state', '=', 'done')
    .where('d.deletedAt', 'is', null)
    .groupBy(['l.orderLineId', 'd.kind'])
    .execute()
  return new Map(rows.map(({ kind, orderLineId, qtyMilli }) => [`${orderLineId} ${kind}`, Number(qtyMilli)]))
}

/**
 * Puts the order's lines and its state where its deliveries say: always from the rows, never by adding up. 409 where more would be
 * with the customer than the tolerance allows, or more come back than went out; `fieldOf` names the input that is to blame.
 */
export async function restateLines(
  tx: Tx,
  actor: Actor,
  orderId: number,
  fieldOf: (orderLineId: number) => string | null,
): Promise<void> {
  const { toleranceBp } = await readDeliveryRules(tx)
  const sums = await sumsOf(tx, orderId)
  for (const line of (await orderLines.stored(tx, orderId)) as unknown as Line[]) {
    const deliveredMilli = sums.get(`${line.id} delivery`) ?? 0
    const returnedMilli = sums.get(`${line.id} return`) ?? 0
    if (deliveredMilli === line.deliveredMilli && returnedMilli === line.returnedMilli) continue
    const against = refusal(line, deliveredMilli, returnedMilli, toleranceBp)
    if (against) {
      const field = fieldOf(line.id)
      throw problem('illegal_move', against, field ? { errors: [{ field, message: against }] } : {})
    }
    const handed = { deliveredMilli, returnedMilli }
    await tx
      .updateTable('orderLines')
      .set({ ...handed, ...netOf({ ...line, ...handed }), version: line.version + 1, updatedAt: actor.at })
      .where('id', '=', line.id)
      .execute()
  }
  await restateOrder(tx, actor, orderId)
}

function refusal(line: Line, deliveredMilli: number, returnedMilli: number, toleranceBp: number): string | null {
  if (returnedMilli > deliveredMilli)
    return `${line.name}:退回的(${quantityText(returnedMilli)})会多于交出的(${quantityText(deliveredMilli)})`
  const most = mostMilli(line.qtyMilli, toleranceBp)
  const before = line.deliveredMilli - line.returnedMilli
  const after = deliveredMilli - returnedMilli
  // What was too much already, by a tolerance that has changed since, may always become less.
  if (after <= Math.max(most, before)) return null
  return `${line.name}:最多还能交 ${quantityText(Math.max(0, most - before))}`
}
