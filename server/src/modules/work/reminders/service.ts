/** What other modules, the jobs and the routes may ask of reminders. */
export { createReminder, keepNext, reminders } from './reminders.ts'
