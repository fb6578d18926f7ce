import type { Order, OrderDetail } from '@crm/shared/contract/orders'
import { quotes as api } from '@crm/shared/contract/quotes'
import { order } from '@crm/shared/entities/order'
import { quote } from '@crm/shared/entities/quote'
import type { Actor } from '../../../core/access/actor.ts'
import type { Router } from '../../../core/http/bind.ts'
import { problem } from '../../../core/problem.ts'
import { storedRow } from '../../../core/rows/rows.ts'
import type { Tx } from '../../../db/store.ts'
import { asInput } from '../../catalog/service.ts'
import { beforeQuoteMove, liveContact, orderOf, quoteLines } from '../../sales/quotes/service.ts'
import { createOrder, detailOf, orders } from './orders.ts'

/** An accepted quote as an order in draft, once; again only when that one was voided or thrown away. */
export async function orderFromQuote(tx: Tx, actor: Actor, id: number, version: number): Promise<OrderDetail> {
  const accepted = await beforeQuoteMove(tx, actor, id, 'order', version, 'order.create')
  const { customerId, discountFen, notes, terms } = accepted
  const number = await orderOf(tx, id)
  if (number) throw problem('illegal_move', `已转为订单 ${number}`)
  const standing = await quoteLines.stored(tx, id)
  const lines = standing.map(asInput)
  const contactId = await liveContact(tx, accepted.contactId)
  const facts = { customerId, contactId, discountFen, notes, terms, orderedOn: actor.today }
  return createOrder(tx, actor, { ...facts, lines }, { quoteId: id, standing })
}

/** Back from the recycle bin, unless another order was made of its quote meanwhile, or another version of that. */
export async function restoreOrder(tx: Tx, actor: Actor, id: number): Promise<OrderDetail> {
  await orders.reachRecycled(tx, actor, id)
  const { quoteId } = (await storedRow(tx, order, id)) as unknown as Order
  if (quoteId !== null) {
    const number = await orderOf(tx, quoteId)
    if (number) throw problem('illegal_move', `来源的报价已另转为订单 ${number},不能恢复这一张`)
    const from = (await storedRow(tx, quote, quoteId))!
    if (from['state'] !== 'accepted') throw problem('illegal_move', '来源的报价已有新版,不能恢复这一张')
  }
  return detailOf(tx, actor, await orders.restore(tx, actor, id))
}

export const quoteToOrderRoute = ({ write }: Router): void =>
  write(api.order, (tx, { actor, params, body }) => orderFromQuote(tx, actor, params.id, body.version))
