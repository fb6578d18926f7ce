/** What other modules may ask of orders. */
export { asInput, orderLines, priceLines } from './lines.ts'
export { restateOrder, submitOrder, voidOrder } from './moves.ts'
export { createOrder, findOrder, listOrders, orders, removeOrder, updateOrder } from './orders.ts'
