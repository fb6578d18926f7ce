import { customers } from '@crm/shared/contract/customers'
import { interactions } from '@crm/shared/contract/interactions'
import { useQueryCache } from '@pinia/colada'

export const timelineKey = (customerId: number) => ['customerHistory', customerId]
export const peopleKey = ['followUpPeople']

/** After a write: what shows follow-ups of this customer, its reminders and its row in lists loads again. */
export function useRefreshFollowUps() {
  const cache = useQueryCache()
  return (customerId: number) =>
    Promise.all(
      [
        timelineKey(customerId),
        ['customer', customerId],
        ['list', customers.list.path],
        ['list', interactions.list.path],
        ['list', '/api/reminders'],
        ['customerReminders', customerId],
        ['home'],
        peopleKey,
      ].map((key) => cache.invalidateQueries({ key })),
    )
}
