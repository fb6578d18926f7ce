import { addDays, type Day, dayOf, diffDays } from '../days.ts'
import type { Repeat } from '../entities/reminder.ts'
import { instantAt, timeOf } from './zoned.ts'

export interface Series {
  /** The first instant of the series: its day of the month and time of day are those of all others. */
  readonly anchorAt: string
  readonly repeat: Repeat
  /** The last day on which it may still come. */
  readonly repeatUntil: Day | null
}

/** `count` months later on the same day of the month, or on its last one where it is shorter. */
export function addMonths(day: Day, count: number): Day {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]
  const months = year * 12 + (month - 1) + count
  const [y, m] = [Math.floor(months / 12), (months % 12) + 1]
  const last = new Date(Date.UTC(y, m, 0)).getUTCDate()
  const two = (n: number) => String(n).padStart(2, '0')
  return `${String(y).padStart(4, '0')}-${two(m)}-${two(Math.min(date, last))}`
}

const monthsBetween = (from: Day, to: Day): number =>
  (Number(to.slice(0, 4)) - Number(from.slice(0, 4))) * 12 + Number(to.slice(5, 7)) - Number(from.slice(5, 7))

/** The days of the series from about `from` on, in order. */
function* daysFrom(anchorOn: Day, from: Day, repeat: Exclude<Repeat, 'none'>): Generator<Day> {
  const behind = Math.max(0, diffDays(from, anchorOn))
  const months = Math.max(0, monthsBetween(anchorOn, from) - 1)
  for (let n = 0; ; n += 1) {
    switch (repeat) {
      case 'daily':
      case 'workday':
        yield addDays(anchorOn, behind + n)
        break
      case 'weekly':
        yield addDays(anchorOn, (Math.floor(behind / 7) + n) * 7)
        break
      case 'monthly':
        yield addMonths(anchorOn, months + n)
        break
      case 'yearly':
        yield addMonths(anchorOn, (Math.floor(months / 12) + n) * 12)
        break
      default: {
        const never: never = repeat
        throw new Error(`unknown repeat ${String(never)}`)
      }
    }
  }
}

/**
 * The first instant of the series after `after`, at the anchor's time of day in the zone; null when it has ended. The 31st falls on the
 * last day of a shorter month and comes back; 29 February falls on the 28th.
 */
export function nextDue(
  { anchorAt, repeat, repeatUntil }: Series,
  after: string,
  zone: string,
  isWorkday: (day: Day) => boolean,
): string | null {
  if (repeat === 'none') return null
  const time = timeOf(anchorAt, zone)
  const anchorOn = dayOf(anchorAt, zone)
  const from = dayOf(after > anchorAt ? after : anchorAt, zone)
  for (const day of daysFrom(anchorOn, from, repeat)) {
    if ((repeatUntil !== null && day > repeatUntil) || day > LAST_DAY) return null
    if (repeat === 'workday' && !isWorkday(day)) continue
    const dueAt = instantAt(day, time, zone)
    if (dueAt > after) return dueAt
  }
  return null
}

/** Beyond it no series goes: the calendar of the product ends in 2199. */
const LAST_DAY = '2199-12-01'
