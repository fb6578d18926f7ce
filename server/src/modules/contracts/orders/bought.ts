import type { BoughtProduct } from '@crm/shared/contract/orders'
import type { Actor } from '../../../core/access/actor.ts'
import type { Read } from '../../../db/store.ts'
import { customers } from '../../customers/service.ts'

const MOST = 200

/** 买过的产品: what a customer bought, by effective orders, without what came back; the last bought first. */
export async function boughtBy(read: Read, actor: Actor, customerId: number): Promise<BoughtProduct[]> {
  await customers.reach(read, actor, customerId, 'order.read')
  const rows = await read
    .selectFrom('effectiveOrders')
    .innerJoin('orderLines', 'orderLines.orderId', 'effectiveOrders.id') // unscoped: of a customer the reader was let to
    .leftJoin('products', 'products.id', 'orderLines.productId')
    .select(['orderLines.productId'])
    .select((e) => [
      e.fn.coalesce('products.name', 'orderLines.name').as('name'),
      e.fn.coalesce('products.spec', 'orderLines.spec').as('spec'),
      e.fn.max('orderLines.unit').as('unit'),
      e.fn.sum<number | string>('orderLines.qtyMilli').as('orderedMilli'),
      e.fn.sum<number | string>('orderLines.netMilli').as('qtyMilli'),
      e.fn.sum<number | string>('orderLines.netFen').as('amountFen'),
      e.fn.count<number | string>('effectiveOrders.id').distinct().as('orders'),
      e.fn.max('effectiveOrders.orderedOn').as('lastOn'),
    ])
    .where('effectiveOrders.customerId', '=', customerId)
    .groupBy((e) => [
      'orderLines.productId',
      e.fn.coalesce('products.name', 'orderLines.name'),
      e.fn.coalesce('products.spec', 'orderLines.spec'),
    ])
    .orderBy('lastOn', 'desc')
    .orderBy('name')
    .limit(MOST)
    .execute()
  return rows.map(({ amountFen, orderedMilli, orders, qtyMilli, ...row }) => ({
    ...row,
    qtyMilli: Number(qtyMilli),
    returnedMilli: Number(orderedMilli) - Number(qtyMilli),
    amountFen: Number(amountFen),
    orders: Number(orders),
  }))
}
