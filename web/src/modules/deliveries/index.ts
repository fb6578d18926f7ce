/** What other modules may show of deliveries. */
export { default as DeliveryDrawer } from './DeliveryDrawer.vue'
