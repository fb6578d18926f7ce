/** What other modules may ask of orders. */
export type { Followers } from '../followers.ts'
export { asInput, orderLines, priceLines } from './lines.ts'
export { confirmImported, removeImported } from './importing.ts'
export { closeOrder, restateOrder, voidOrder } from './moves.ts'
export { createOrder, findOrder, listOrders, orders, removeOrder, updateOrder } from './orders.ts'
export { orderApprovals, submitOrder } from './submit.ts'
export { ordersOfCustomer } from './timeline.ts'
