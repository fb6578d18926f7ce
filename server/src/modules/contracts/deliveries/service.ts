/** What other modules may ask of deliveries. */
export { readBoard, readOnTime } from './board.ts'
export { deliveries, findDelivery, listDeliveries } from './deliveries.ts'
export { deliveryBlocks } from './home.ts'
export { importOrder, type OrderInFile, withdrawImportedOrder } from './importing.ts'
export { deliver, voidDelivery } from './moves.ts'
export { readDeliveryRules } from './rules.ts'
export { deliveriesOfCustomer } from './timeline.ts'
