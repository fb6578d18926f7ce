import { addDays, type Day, dayOf, diffDays } from '@crm/shared/days'
import { instantAt, timeOf } from '@crm/shared/rules/zoned'

/** When to be reminded, as chips: Alt+1 … Alt+5 in this order. */
export const nextChoices = {
  none: '不提醒',
  tomorrow: '明天',
  threeDays: '3天后',
  nextMonday: '下周一',
  custom: '自选',
} as const
export type NextChoice = keyof typeof nextChoices
export const nextKeys = Object.keys(nextChoices) as NextChoice[]

/** When an office begins its day. */
export const MORNING = '09:00'
const WEEKDAYS = ['日', '一', '二', '三', '四', '五', '六'] as const
const weekday = (day: Day) => new Date(`${day}T00:00:00Z`).getUTCDay()

/** On a Monday 下周一 is a week away. */
export const nextMonday = (today: Day): Day => addDays(today, (8 - weekday(today)) % 7 || 7)

/** The day a chip stands for; null for none and for a day of one's own. */
export function dayOfChoice(choice: NextChoice, today: Day): Day | null {
  switch (choice) {
    case 'tomorrow':
      return addDays(today, 1)
    case 'threeDays':
      return addDays(today, 3)
    case 'nextMonday':
      return nextMonday(today)
    default:
      return null
  }
}

/** The instant of a chip, or of `2026-11-25T14:30` as a date field writes it, in the company's zone. */
export function dueOf(choice: NextChoice, custom: string, nowIso: string, zone: string): string | null {
  if (choice === 'none') return null
  if (choice !== 'custom') return instantAt(dayOfChoice(choice, dayOf(nowIso, zone))!, MORNING, zone)
  const [day, time] = custom.split('T')
  return day && time ? instantAt(day, time.slice(0, 5), zone) : null
}

/** 明天 09:00 · 11-25 周三 14:30: ahead as people say it. */
export function aheadText(instant: string, nowIso: string, zone: string): string {
  const [day, today] = [dayOf(instant, zone), dayOf(nowIso, zone)]
  const near = ['今天', '明天', '后天'][diffDays(day, today)]
  const said = day.slice(0, 4) === today.slice(0, 4) ? day.slice(5) : day
  return `${near ?? `${said} 周${WEEKDAYS[weekday(day)]}`} ${timeOf(instant, zone)}`
}
