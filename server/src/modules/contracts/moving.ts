import { invalidField, problem } from '../../core/problem.ts'
import type { Tx } from '../../db/store.ts'

type Of = { readonly orderId: number } | { readonly contractId: number }
const HANGING = [
  { table: 'orders', said: '下面已有订单', orders: false },
  { table: 'receivables', said: '已有回款计划', orders: true },
  { table: 'expenses', said: '已有报销', orders: true },
] as const

/** Orders would hang on nothing. 409 naming the first. */
export async function checkNoOrders(tx: Tx, contractId: number): Promise<void> {
  const order = await tx
    .selectFrom('orders') // unscoped: of a contract the caller has reached
    .select('number')
    .where('contractId', '=', contractId)
    .where('deletedAt', 'is', null)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  if (order) throw problem('in_use', `合同下面还有订单 ${order.number},请先改掉它的所属合同`)
}

/** A draft goes to another customer only while nothing of the former one hangs on it. 400 naming the customer. */
export async function checkCustomerChange(tx: Tx, of: Of): Promise<void> {
  const [column, id, noun] = 'orderId' in of ? ['orderId', of.orderId, '订单'] : ['contractId', of.contractId, '合同']
  for (const { orders, said, table } of HANGING) {
    if ('orderId' in of && !orders) continue
    const found = await tx
      .selectFrom(table as 'receivables') // unscoped: of a document the caller has reached
      .select('id')
      .where(column as 'orderId', '=', id as number)
      .where('deletedAt', 'is', null)
      .limit(1)
      .executeTakeFirst()
    if (found) throw invalidField('customerId', `${noun}${said},不能换客户`)
  }
}
