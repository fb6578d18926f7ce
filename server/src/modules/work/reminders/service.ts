/** What other modules, the jobs and the routes may ask of reminders. */
export { birthdaysNear, tellBirthdays } from './birthdays.ts'
export { fireReminders, remindersDue } from './firing.ts'
export { allDecreed, workCalendar } from './holidays.ts'
export { completeReminder, reopenReminder, snoozeReminder } from './moves.ts'
export {
  createReminder,
  type Reminder,
  reminders,
  removeReminder,
  restoreReminder,
  updateReminder,
} from './reminders.ts'
export { named } from './sight.ts'
export { countReminders, ofPeople, remindersOfCustomer, within } from './windows.ts'
