import { addDays, dayOf, type Day } from '@crm/shared/days'
import { formatYuan } from '@crm/shared/money'

export const EMPTY = '—'

/** '1,234.50' of 123450 分; an absent amount is a dash. */
export const moneyText = (fen: number | null | undefined): string =>
  fen === null || fen === undefined ? EMPTY : formatYuan(fen)
export const countText = (count: number): string => count.toLocaleString('en-US')
/** '10,000+' when the server stopped counting. */
export const totalText = (total: number, isCapped: boolean): string => countText(total) + (isCapped ? '+' : '')

const clocks = new Map<string, Intl.DateTimeFormat>()
function clockOf(instantIso: string, zone: string): string {
  let clock = clocks.get(zone)
  if (!clock) {
    clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
    clocks.set(zone, clock)
  }
  return clock.format(new Date(instantIso))
}
const WEEKDAYS = ['星期日', '星期一', '星期二', '星期三', '星期四', '星期五', '星期六'] as const
export const weekdayOf = (day: Day): string => WEEKDAYS[new Date(`${day}T00:00:00Z`).getUTCDay()]!

/** 今天 09:32 · 昨天 16:05 · 11-18 10:20 · 2024-03-01: as short as the age allows, in the company's zone. */
export function instantText(instantIso: string | null | undefined, nowIso: string, zone: string): string {
  if (!instantIso) return EMPTY
  const day = dayOf(instantIso, zone)
  const today = dayOf(nowIso, zone)
  if (day === today) return `今天 ${clockOf(instantIso, zone)}`
  if (day === addDays(today, -1)) return `昨天 ${clockOf(instantIso, zone)}`
  return day.slice(0, 4) === today.slice(0, 4) ? `${day.slice(5)} ${clockOf(instantIso, zone)}` : day
}
/** '2026-11-18 10:20 星期三', for the title of a short text. */
export function instantTitle(instantIso: string | null | undefined, zone: string): string {
  if (!instantIso) return ''
  const day = dayOf(instantIso, zone)
  return `${day} ${clockOf(instantIso, zone)} ${weekdayOf(day)}`
}
export const dayText = (day: Day | null | undefined): string => day || EMPTY
export const dayTitle = (day: Day | null | undefined): string => (day ? `${day} ${weekdayOf(day)}` : '')

/** A day as people type it: 1125, 11-25, 今天, 明天, 后天, +3, 20261125, 2026/11/25. Null = not understood. */
export function typedDay(text: string, today: Day, parse: (text: string) => Day | null): Day | null {
  const typed = text.trim()
  const named: Readonly<Record<string, number>> = { 今天: 0, 明天: 1, 后天: 2, 昨天: -1 }
  if (typed in named) return addDays(today, named[typed]!)
  const ahead = /^\+(\d{1,3})$/.exec(typed)
  if (ahead) return addDays(today, Number(ahead[1]))
  const short =
    /^(\d{2})(\d{2})$/.exec(typed) ?? /^(\d{1,2})[-/.](\d{1,2})$/.exec(typed) ?? /^(\d{1,2})月(\d{1,2})日?$/.exec(typed)
  return parse(short ? `${today.slice(0, 4)}-${short[1]}-${short[2]}` : typed)
}
