import type { OrderDetail } from '@crm/shared/contract/orders'
import { quotes as api } from '@crm/shared/contract/quotes'
import type { Actor } from '../../../core/access/actor.ts'
import type { Router } from '../../../core/http/bind.ts'
import { problem } from '../../../core/problem.ts'
import type { Tx } from '../../../db/store.ts'
import { asInput } from '../../catalog/service.ts'
import { beforeQuoteMove, liveContact, orderOf, quoteLines } from '../../sales/quotes/service.ts'
import { createOrder } from './orders.ts'

/** An accepted quote as an order in draft, once; again only when that one was voided or thrown away. */
export async function orderFromQuote(tx: Tx, actor: Actor, id: number, version: number): Promise<OrderDetail> {
  const quote = await beforeQuoteMove(tx, actor, id, 'order', version, 'order.create')
  const { customerId, discountFen, notes } = quote
  const number = await orderOf(tx, id)
  if (number) throw problem('illegal_move', `已转为订单 ${number}`)
  const lines = (await quoteLines.stored(tx, id)).map(asInput)
  const contactId = await liveContact(tx, quote.contactId)
  const facts = { customerId, contactId, discountFen, notes, orderedOn: actor.today }
  return createOrder(tx, actor, { ...facts, lines }, { quoteId: id })
}

export const quoteToOrderRoute = ({ write }: Router): void =>
  write(api.order, (tx, { actor, params, body }) => orderFromQuote(tx, actor, params.id, body.version))
