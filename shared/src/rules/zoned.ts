import { addDays, type Day } from '../days.ts'

// Where a wall clock of a zone and UTC meet. Nothing here looks at a clock.

const clocks = new Map<string, Intl.DateTimeFormat>() // making one costs 50 us
const NUMBER = 'numeric' as const

function wallMs(atMs: number, zone: string): number {
  let clock = clocks.get(zone)
  if (!clock) {
    const parts = { year: NUMBER, month: NUMBER, day: NUMBER, hour: NUMBER, minute: NUMBER, second: NUMBER }
    clock = new Intl.DateTimeFormat('en-US', { timeZone: zone, calendar: 'gregory', hourCycle: 'h23', ...parts })
    clocks.set(zone, clock)
  }
  const parts = clock.formatToParts(new Date(atMs))
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((found) => found.type === type)!.value)
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
}

/** How far the zone is ahead of UTC at that moment, in ms: 28,800,000 in Asia/Shanghai. */
export function aheadMs(instant: string, zone: string): number {
  const atMs = Date.parse(instant)
  return wallMs(atMs, zone) - Math.floor(atMs / 1000) * 1000
}

/** '09:30' of an instant in the zone. */
export function timeOf(instant: string, zone: string): string {
  return new Date(wallMs(Date.parse(instant), zone)).toISOString().slice(11, 16)
}

/** The instant at which the clocks of the zone show this day and 'HH:mm'. A time the clocks leap over is read with the offset before the leap. */
export function instantAt(day: Day, time: string, zone: string): string {
  const wall = Date.parse(`${day}T${time}:00.000Z`)
  const iso = (ms: number) => new Date(ms).toISOString()
  const guess = wall - aheadMs(iso(wall), zone)
  const ahead = aheadMs(iso(guess), zone)
  const found = wall - ahead
  // Where the two disagree the time does not exist, or exists twice: the earlier offset decides.
  return iso(aheadMs(iso(found), zone) === ahead ? found : Math.max(found, guess))
}

interface Bounds {
  readonly from: string
  readonly to: string
}
const bounds = new Map<string, Bounds>()
const MOST_BOUNDS = 500
/** First instant of the day, and of the day after it. Asked again and again of the same days (each list of 工作台): 0.1 ms the first time. */
export function boundsOf(day: Day, zone: string): Bounds {
  const key = `${day} ${zone}`
  const known = bounds.get(key)
  if (known) return known
  if (bounds.size >= MOST_BOUNDS) bounds.clear()
  const found = { from: instantAt(day, '00:00', zone), to: instantAt(addDays(day, 1), '00:00', zone) }
  bounds.set(key, found)
  return found
}
