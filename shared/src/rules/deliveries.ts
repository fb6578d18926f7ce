import { addDays, type Day, diffDays } from '../days.ts'
import { countedWindows, type CountedWindow, deliveryWindows, type DeliveryWindow } from '../entities/delivery.ts'

export { countedWindows, type CountedWindow, deliveryWindows, type DeliveryWindow }

const WEEK_DAYS = 7
/** First and last promised day of a window, both included; null: open on that side. `all` has lines without a day as well. */
export function windowDays(window: CountedWindow, today: Day): { readonly from: Day | null; readonly to: Day } {
  switch (window) {
    case 'overdue':
      return { from: null, to: addDays(today, -1) }
    case 'today':
      return { from: today, to: today }
    case 'tomorrow':
      return { from: addDays(today, 1), to: addDays(today, 1) }
    case 'week':
      return { from: today, to: addDays(today, WEEK_DAYS) }
  }
}

/** The most of a line that may be with the customer: `toleranceBp` more than ordered, rounded down. */
export const mostMilli = (qtyMilli: number, toleranceBp: number): number =>
  Number((BigInt(qtyMilli) * BigInt(10_000 + toleranceBp)) / 10_000n)

const MILLI = 1_000
/** 1,234.5 of 1234500. */
export function quantityText(milli: number): string {
  const whole = Math.trunc(Math.abs(milli) / MILLI)
  const rest = String(Math.abs(milli) % MILLI)
    .padStart(3, '0')
    .replace(/0+$/, '')
  const grouped = String(whole).replace(/\B(?=(\d{3})+$)/g, ',')
  return `${milli < 0 ? '-' : ''}${grouped}${rest && `.${rest}`}`
}

/** 合计 of goods: by unit, in the order they first come, since pieces and kilograms do not add up. */
export function totalsByUnit(lines: readonly { readonly unit: string | null; readonly qtyMilli: number }[]) {
  const totals = new Map<string | null, number>()
  for (const { qtyMilli, unit } of lines) {
    const key = unit?.trim() || null
    totals.set(key, (totals.get(key) ?? 0) + qtyMilli)
  }
  return [...totals].map(([unit, qtyMilli]) => ({ unit, qtyMilli }))
}
/** `12.5 个、3 箱`. */
export const totalsText = (lines: Parameters<typeof totalsByUnit>[0]): string =>
  totalsByUnit(lines)
    .map(({ qtyMilli, unit }) => `${quantityText(qtyMilli)}${unit ? ` ${unit}` : ''}`)
    .join('、')

/** Reminders of a line: three days before, the day before, on the day, and every workday it is late. */
export const deliverySteps = { overdue: '逾期', today: '今天', next: '下个工作日前', soon: '3 天内' } as const
export type DeliveryStep = keyof typeof deliverySteps
/** The last reminder is so many days ahead. */
export const REMIND_AHEAD_DAYS = 3

/**
 * What is to be said of a line on a workday, and the day it is about (with the line and the step the key to say it once). Steps that fall
 * on days off before `nextWorkday` are taken on the last workday before them; null: nothing today.
 */
export function deliveryStep(
  promisedOn: Day,
  today: Day,
  nextWorkday: Day,
): { readonly step: DeliveryStep; readonly onDay: Day } | null {
  const [ahead, gap] = [diffDays(promisedOn, today), diffDays(nextWorkday, today)]
  if (ahead < 0) return { step: 'overdue', onDay: today }
  if (ahead === 0) return { step: 'today', onDay: promisedOn }
  // Falls before anybody is back, or on the first day they are: its own day is no time to hear of it first.
  if (ahead <= gap) return { step: 'next', onDay: promisedOn }
  return ahead < gap + REMIND_AHEAD_DAYS ? { step: 'soon', onDay: promisedOn } : null
}
