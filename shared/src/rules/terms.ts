import { addDays, type Day } from '../days.ts'
import type { paymentTerms } from '../entities/customer.ts'

export type Terms = keyof typeof paymentTerms

/** The last day of the day's month. */
export function endOfMonth(day: Day): Day {
  const [year, month] = day.split('-').map(Number) as [number, number]
  const first =
    month === 12
      ? `${String(year + 1).padStart(4, '0')}-01-01`
      : `${day.slice(0, 5)}${String(month + 1).padStart(2, '0')}-01`
  return addDays(first, -1)
}

/** 账期: when it is to be paid that became owed on `baseOn`: at once, n days later, or n days after the end of its month (月结). */
export function dueOn(baseOn: Day, terms: Terms | null, days: number | null): Day {
  if (terms === 'net') return addDays(baseOn, days ?? 0)
  if (terms === 'monthly') return addDays(endOfMonth(baseOn), days ?? 0)
  return baseOn
}
