import type { Release } from '@crm/shared/contract/deliveries'
import type { Order } from '@crm/shared/contract/orders'
import { order as entity, orderStates } from '@crm/shared/entities/order'
import { formatYuan } from '@crm/shared/money'
import { mayDeliver } from '@crm/shared/rules/orderMoves'
import { type Actor, can } from '../../../core/access/actor.ts'
import { problem } from '../../../core/problem.ts'
import { rowsByIds } from '../../../core/rows/rows.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { approvalsOf, requestApproval } from '../../system/approvals/service.ts'
import { type Finding, type Followers, tellAll } from '../followers.ts'
import { orders } from '../orders/service.ts'

const standsInTheWay = (actor: Actor, { outcome }: Finding): boolean =>
  outcome === 'refuse' || (outcome === 'approve' && !can(actor, 'credit.manage'))
const judge = async (db: Read | Tx, actor: Actor, order: Order, followers: Followers): Promise<readonly Finding[]> =>
  (await tellAll(followers, 'judgeOrder', db as Tx, actor, order, 'delivery')).flat()

/** What the rules above say before goods leave. Whoever may set credit may also let them go where an approval is asked for. */
export async function judged(tx: Tx, actor: Actor, order: Order, followers: Followers): Promise<readonly string[]> {
  const findings = await judge(tx, actor, order, followers)
  const refusal = findings.find((finding) => standsInTheWay(actor, finding))
  if (refusal)
    throw problem(refusal.code, refusal.outcome === 'approve' ? `${refusal.message},请先申请放行` : refusal.message)
  return findings.map(({ message }) => message)
}

const orderOf = async (db: Read | Tx, actor: Actor, id: number): Promise<Order> => {
  await orders.reach(db, actor, id, 'delivery.create')
  return (await rowsByIds(db, actor, entity, [id]))[0]! as Order
}

/** Whether goods of the order may leave, what stands in the way, and who was asked last. */
export async function releaseOf(db: Read | Tx, actor: Actor, id: number, followers: Followers): Promise<Release> {
  const order = await orderOf(db, actor, id)
  const findings = mayDeliver(order.state) ? await judge(db, actor, order, followers) : []
  const [round = null] = await approvalsOf(db, 'credit', id)
  const against = findings.filter((finding) => standsInTheWay(actor, finding))
  const outcome =
    against.length === 0
      ? 'free'
      : against.some(({ outcome }) => outcome === 'refuse')
        ? 'refused'
        : round?.state === 'pending'
          ? 'pending'
          : 'ask'
  return { outcome, messages: findings.map(({ message }) => message), round: against.length === 0 ? null : round }
}

/**
 * 申请放行: asks whoever decides on 超信用额度; once they agree, goods of this order leave as long as it is worth no more. Where nothing
 * stands in the way, or somebody was asked already, it only says so.
 */
export async function askRelease(
  tx: Tx,
  actor: Actor,
  id: number,
  note: string | null,
  followers: Followers,
): Promise<Release> {
  const order = await orderOf(tx, actor, id)
  if (!mayDeliver(order.state)) throw problem('illegal_move', `订单${orderStates[order.state]},不能交货`)
  const now = await releaseOf(tx, actor, id, followers)
  const { messages, outcome } = now
  if (outcome === 'free' || outcome === 'pending') return now
  if (outcome === 'refused') throw problem('illegal_move', `${messages[0]},按规则不能放行`)
  await requestApproval(tx, actor, {
    subject: 'credit',
    subjectId: id,
    title: `交货放行 ${order.number} · ${order.customerName ?? ''}`,
    customerId: order.customerId,
    amountFen: order.amountFen,
    facts: [
      { label: '订单金额', value: formatYuan(order.amountFen) },
      ...messages.map((value) => ({ label: '请注意', value })),
      ...(note ? [{ label: '申请说明', value: note }] : []),
    ],
    mustApprove: true,
  })
  return releaseOf(tx, actor, id, followers)
}
