import type { CalendarBirthday, CalendarReply, Expected, Reminder } from '@crm/shared/contract/reminders'
import { addDays, type Day, dayOf } from '@crm/shared/days'
import { addMonths } from '@crm/shared/rules/repeat'
import type { Festival } from '@crm/shared/rules/festivals'
import type { DecreedDay } from '@crm/shared/rules/holidays'
import { weekdayOf } from '@crm/shared/rules/workdays'

const WEEK = 7
const SHOWN_WEEKS = 6

/** The 42 days around a month, weeks beginning on Monday. */
export function daysOfMonth(month: string): Day[] {
  const first = `${month}-01`
  const monday = addDays(first, -((weekdayOf(first) + 6) % WEEK))
  return Array.from({ length: WEEK * SHOWN_WEEKS }, (_, n) => addDays(monday, n))
}
export const monthBeside = (month: string, by: number): string => addMonths(`${month}-01`, by).slice(0, 7)

/** Where the arrows lead in the grid; null for a key that means nothing there. */
export function dayByKey(code: string, day: Day): Day | null {
  const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -WEEK, ArrowDown: WEEK }[code]
  if (by !== undefined) return addDays(day, by)
  const column = (weekdayOf(day) + 6) % WEEK
  if (code === 'Home') return addDays(day, -column)
  if (code === 'End') return addDays(day, WEEK - 1 - column)
  if (code === 'PageUp') return addMonths(day, -1)
  if (code === 'PageDown') return addMonths(day, 1)
  return null
}

export interface DayFacts {
  readonly reminders: readonly Reminder[]
  readonly expected: readonly Expected[]
  readonly birthdays: readonly CalendarBirthday[]
  readonly festivals: readonly Festival[]
  readonly holiday: DecreedDay | null
}
const NOTHING: DayFacts = { reminders: [], expected: [], birthdays: [], festivals: [], holiday: null }

/** What the server told, by day of the company. */
export function byDay(reply: CalendarReply | undefined, zone: string): (day: Day) => DayFacts {
  const days = new Map<Day, { -readonly [K in keyof DayFacts]: DayFacts[K] }>()
  const at = (day: Day) => {
    const facts = days.get(day) ?? { ...NOTHING }
    days.set(day, facts)
    return facts
  }
  for (const one of reply?.reminders ?? []) {
    const facts = at(dayOf(one.dueAt, zone))
    facts.reminders = [...facts.reminders, one]
  }
  for (const one of reply?.expected ?? []) {
    const facts = at(dayOf(one.dueAt, zone))
    facts.expected = [...facts.expected, one]
  }
  for (const one of reply?.birthdays ?? []) at(one.day).birthdays = [...at(one.day).birthdays, one]
  for (const one of reply?.festivals ?? []) at(one.day).festivals = [...at(one.day).festivals, one]
  for (const one of reply?.holidays ?? []) at(one.day).holiday = one
  return (day) => days.get(day) ?? NOTHING
}
export const isQuiet = (facts: DayFacts): boolean =>
  facts.reminders.length + facts.expected.length + facts.birthdays.length + facts.festivals.length === 0
