/** What other modules may show of reminders. */
export { default as ReminderDrawer } from './ReminderDrawer.vue'
export { default as ReminderLine } from './ReminderLine.vue'
export { default as ReminderList } from './ReminderList.vue'
export { useReminderActions } from './useReminderActions'
