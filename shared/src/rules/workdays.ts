import { addDays, type Day } from '../days.ts'

/** What a day is by decree, against what its weekday says: off (a holiday) or worked (调休). */
export type DayKind = 'rest' | 'work'
export type WorkCalendar = ReadonlyMap<Day, DayKind>

/** 0 is Sunday. */
export const weekdayOf = (day: Day): number => new Date(`${day}T00:00:00.000Z`).getUTCDay()

/** Monday to Friday, unless the calendar says otherwise. */
export function isWorkday(day: Day, calendar: WorkCalendar): boolean {
  const decreed = calendar.get(day)
  if (decreed) return decreed === 'work'
  const weekday = weekdayOf(day)
  return weekday !== 0 && weekday !== 6
}

/** No holiday is longer than this; a calendar that knows no workday at all must not be searched for ever. */
const MOST_DAYS_OFF = 60

/** The first workday after the day. */
export function nextWorkday(day: Day, calendar: WorkCalendar): Day {
  for (let n = 1; n <= MOST_DAYS_OFF; n += 1) {
    const next = addDays(day, n)
    if (isWorkday(next, calendar)) return next
  }
  return addDays(day, 1)
}

/** The first Monday after the day. */
export const nextMonday = (day: Day): Day => addDays(day, (8 - weekdayOf(day)) % 7 || 7)
