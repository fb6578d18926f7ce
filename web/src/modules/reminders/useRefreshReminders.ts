import { customers } from '@crm/shared/contract/customers'
import { calendar, reminders } from '@crm/shared/contract/reminders'
import { useQueryCache } from '@pinia/colada'

export const countsKey = ['reminderCounts']
export const calendarKey = ['list', calendar.read.path]
export const ofCustomerKey = (customerId: number) => ['remindersOf', 'customer', customerId]
export const ofRecordKey = (type: string, id: number) => ['remindersOf', type, id]

/** After a write: lists, counts, the calendar and the customers that carry their next reminder. */
export function useRefreshReminders() {
  const cache = useQueryCache()
  const keys = [
    ['list', reminders.list.path],
    countsKey,
    calendarKey,
    ['remindersOf'],
    ['customer'],
    ['home'],
    ['list', customers.list.path],
  ]
  return () => Promise.all(keys.map((key) => cache.invalidateQueries({ key })))
}
