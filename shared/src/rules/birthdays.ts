import { addDays, type Day } from '../days.ts'
import { endsLunarMonth, lunarOf } from './lunar.ts'

export interface Birthday {
  readonly birthday: Day
  readonly birthdayCalendar: 'solar' | 'lunar'
}
const two = (n: number) => String(n).padStart(2, '0')

/** 29 February in a year without one is kept on the 28th. */
function solarKeys(day: Day): string[] {
  const key = day.slice(5)
  return key === '02-28' && addDays(day, 1).slice(5) === '03-01' ? [key, '02-29'] : [key]
}
/** The 30th of a Chinese month of 29 days is kept on its last; a leap month has no birthdays of its own. */
function lunarKeys(day: Day): string[] {
  const date = lunarOf(day)
  if (!date || date.isLeap) return []
  const key = `${two(date.month)}-${two(date.day)}`
  return date.day === 29 && endsLunarMonth(day) ? [key, `${two(date.month)}-30`] : [key]
}

export interface BirthdayKeys {
  readonly solar: readonly string[]
  readonly lunar: readonly string[]
}
/** Which 'MM-DD' have their birthday between these days, both included. A Chinese birthday is stored with its Chinese month and day. */
export function birthdayKeys(from: Day, to: Day): BirthdayKeys {
  const solar: string[] = []
  const lunar: string[] = []
  for (let day = from; day <= to; day = addDays(day, 1)) {
    solar.push(...solarKeys(day))
    lunar.push(...lunarKeys(day))
  }
  return { solar, lunar }
}

/** The days between `from` and `to` on which this birthday is kept. */
export function birthdaysBetween({ birthday, birthdayCalendar }: Birthday, from: Day, to: Day): Day[] {
  const key = birthday.slice(5)
  const keysOf = birthdayCalendar === 'solar' ? solarKeys : lunarKeys
  const found: Day[] = []
  for (let day = from; day <= to; day = addDays(day, 1)) if (keysOf(day).includes(key)) found.push(day)
  return found
}

/** To be copied into a message. */
export const birthdayGreeting = (name: string): string => `${name},生日快乐!祝你身体健康、工作顺利、万事如意。`
