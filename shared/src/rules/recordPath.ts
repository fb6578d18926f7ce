import type { ReminderSubject } from '../entities/reminder.ts'

const pages: Readonly<Record<ReminderSubject, (id: number) => string>> = {
  quote: (id) => `/quotes/${id}`,
  order: (id) => `/orders/${id}`,
  contract: (id) => `/contracts/${id}`,
  delivery: (id) => `/deliveries/notes?open=${id}`,
  receivable: (id) => `/receivables?open=${id}`,
  receipt: (id) => `/receipts?open=${id}`,
  invoice: (id) => `/invoices?open=${id}`,
  expense: (id) => `/expenses?open=${id}`,
  feedback: (id) => `/feedback?open=${id}`,
}
/** Where a record is looked at: its page, or its list with it open. */
export const recordPath = (type: ReminderSubject, id: number): string => pages[type](id)
