import { orders as api } from '@crm/shared/contract/orders'
import type { Router } from '../../../core/http/bind.ts'
import type { Followers } from '../followers.ts'
import { boughtBy } from './bought.ts'
import { restoreOrder } from './fromQuote.ts'
import { closeOrder, reopenOrder, voidOrder } from './moves.ts'
import { createOrder, findOrder, listOrders, removeOrder, updateOrder } from './orders.ts'
import { submitOrder, withdrawOrder } from './submit.ts'

export const orderRoutes =
  (followers: Followers) =>
  ({ read, write }: Router): void => {
    read(api.list, (db, { actor, query, heavy }) => listOrders(db, actor, query, { heavy }))
    read(api.get, (db, { actor, params }) => findOrder(db, actor, params.id))
    read(api.bought, async (db, { actor, params }) => ({ items: await boughtBy(db, actor, params.id) }))
    write(api.create, (tx, { actor, body }) => createOrder(tx, actor, body as never))
    write(api.update, (tx, { actor, params, body }) => updateOrder(tx, actor, params.id, body as never))
    write(api.remove, (tx, { actor, params, query }) => removeOrder(tx, actor, params.id, query.version))
    write(api.restore, (tx, { actor, params }) => restoreOrder(tx, actor, params.id))
    write(api.submit, (tx, { actor, params, body }) => submitOrder(tx, actor, params.id, body.version, followers))
    write(api.withdraw, (tx, { actor, params, body }) => withdrawOrder(tx, actor, params.id, body.version))
    write(api.close, (tx, { actor, params, body }) => closeOrder(tx, actor, params.id, body.version, followers))
    write(api.reopen, (tx, { actor, params, body }) => reopenOrder(tx, actor, params.id, body.version, followers))
    write(api.void, (tx, { actor, params, body }) => voidOrder(tx, actor, params.id, body, followers))
  }
