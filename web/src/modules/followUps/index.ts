/** What other modules may show of follow-ups. */
export { default as FollowUpDrawer } from './FollowUpDrawer.vue'
