import { formatYuan } from '@crm/shared/money'
import { worthOfGoods } from '@crm/shared/rules/lines'
import type { Actor } from '../../../core/access/actor.ts'
import type { Tx } from '../../../db/store.ts'
import type { DeliveryFacts, TradeFollower } from '../../contracts/service.ts'
import { orderLines } from '../../contracts/orders/service.ts'
import { activate, cancel, deactivate, lower } from './amounts.ts'
import { activateWhereDue, insert } from './plan.ts'
import { deliveryRows, firstDay, planRows, rowsOf, type SourceOf, sourceOf } from './source.ts'

/** It counts from now on: its plan takes customer and owner of the day, and what its triggers ask for becomes owed. */
async function begin(tx: Tx, actor: Actor, of: SourceOf): Promise<void> {
  const source = await sourceOf(tx, of)
  const { contractId, customerId, ownerId, teamId } = source
  for (const row of await planRows(tx, of)) {
    if (row.activeOn !== null) continue
    const parties = { customerId, contractId, ownerId, teamId }
    await tx
      .updateTable('receivables')
      .set((eb) => ({ ...parties, version: eb('version', '+', 1), updatedAt: actor.at }))
      .where('id', '=', row.id)
      .execute()
    await activateWhereDue(tx, actor, of, source, { ...row, ...parties })
  }
}

/** Whose plan says when goods are paid for: the order's own, else its contract's; null: each delivery is owed by itself. */
async function plannedBy(tx: Tx, orderId: number): Promise<SourceOf | null> {
  if ((await planRows(tx, { orderId })).length > 0) return { orderId }
  const { contractId } = await sourceOf(tx, { orderId })
  return contractId !== null && (await planRows(tx, { contractId })).length > 0 ? { contractId } : null
}

/**
 * Without a plan the receivables of an order always add up to what its goods with the customer are worth: more makes another one of
 * this delivery; less lowers this delivery's own first, then the others, newest first; what was paid of it becomes 预收.
 */
async function settle(tx: Tx, actor: Actor, { deliveredOn, id, kind, orderId }: DeliveryFacts, why: string) {
  const rows = await deliveryRows(tx, orderId)
  const goods = (await orderLines.stored(tx, orderId)) as unknown as Parameters<typeof worthOfGoods>[0]
  const change = worthOfGoods(goods) - rows.reduce((sum, { amountFen }) => sum + amountFen, 0)
  if (change > 0) {
    const source = await sourceOf(tx, { orderId })
    const delivery = await tx
      .selectFrom('deliveries') // unscoped: of a step the caller was let to
      .select('number')
      .where('id', '=', id)
      .executeTakeFirst()
    const row = await insert(tx, actor, { orderId }, source, {
      label: `${kind === 'return' ? '退货作废' : '交货'} ${delivery?.number ?? ''}`.trim(),
      trigger: 'delivery',
      amountFen: change,
      plannedOn: null,
      terms: null,
      termsDays: null,
      notes: null,
      deliveryId: id,
    })
    await activate(tx, actor, row, deliveredOn)
    return
  }
  let left = -change
  const newest = rows.toReversed()
  for (const row of [
    ...newest.filter((row) => row.deliveryId === id),
    ...newest.filter((row) => row.deliveryId !== id),
  ]) {
    const part = Math.min(left, row.amountFen)
    if (part === 0) break
    left -= part
    await lower(tx, actor, row, part, deliveredOn, why)
  }
}

async function delivered(tx: Tx, actor: Actor, delivery: DeliveryFacts): Promise<void> {
  const plan = await plannedBy(tx, delivery.orderId)
  if (plan === null) return settle(tx, actor, delivery, '退货')
  if (delivery.kind === 'return') return
  const source = await sourceOf(tx, plan)
  for (const row of await planRows(tx, plan))
    if (row.trigger === 'delivery' && row.activeOn === null && source.isEffective)
      await activate(tx, actor, row, delivery.deliveredOn)
}

async function deliveryVoided(tx: Tx, actor: Actor, delivery: DeliveryFacts): Promise<void> {
  const plan = await plannedBy(tx, delivery.orderId)
  if (plan === null) return settle(tx, actor, delivery, '作废交货单')
  if (delivery.kind === 'return' || (await firstDay(tx, 'delivery', plan, delivery.id)) !== null) return
  for (const row of await planRows(tx, plan))
    if (row.trigger === 'delivery' && row.activeOn !== null)
      await deactivate(tx, actor, row, delivery.deliveredOn, '作废交货单')
}

async function cancelAll(tx: Tx, actor: Actor, of: SourceOf, note: string): Promise<void> {
  for (const row of await rowsOf(tx, of)) await cancel(tx, actor, row, note)
}

/** What is owed follows orders, deliveries and contracts. */
export const receivablesFollow: TradeFollower = {
  orderConfirmed: (tx, actor, { id }) => begin(tx, actor, { orderId: id }),
  contractActive: (tx, actor, { id }) => begin(tx, actor, { contractId: id }),
  delivered,
  deliveryVoided,
  orderVoided: (tx, actor, { id }) => cancelAll(tx, actor, { orderId: id }, '作废订单'),
  contractVoided: (tx, actor, { id }) => cancelAll(tx, actor, { contractId: id }, '作废合同'),
  async againstVoid(tx, of) {
    const paid = (await rowsOf(tx, of, { withOrders: true })).reduce((sum, { receivedFen }) => sum + receivedFen, 0)
    return paid === 0 ? null : `已有回款 ${formatYuan(paid)} 元,先退款、作废回款或把它改核销到别处`
  },
  async againstAmount(tx, { amountFen, contractId }) {
    const rows = await rowsOf(tx, { contractId }, { withOrders: true })
    const [paid, lost] = rows.reduce(
      ([got, off], { receivedFen, writtenOffFen }) => [got + receivedFen, off + writtenOffFen],
      [0, 0] as [number, number],
    )
    if (paid + lost <= amountFen) return null
    const said = `${formatYuan(paid)} 元${lost > 0 ? `、核销 ${formatYuan(lost)} 元` : ''}`
    return `合同已回款 ${said},合同额不能改为 ${formatYuan(amountFen)} 元:先退款、作废回款或改核销到别处`
  },
}
