import { addDays, type Day } from '@crm/shared/days'

const clocks = new Map<string, Intl.DateTimeFormat>()
/** How far the zone is ahead of UTC at that moment, in ms. */
function aheadMs(atMs: number, zone: string): number {
  let clock = clocks.get(zone)
  if (!clock) {
    const number = 'numeric' as const
    const parts = { year: number, month: number, day: number, hour: number, minute: number, second: number }
    clock = new Intl.DateTimeFormat('en-US', { timeZone: zone, calendar: 'gregory', hourCycle: 'h23', ...parts })
    clocks.set(zone, clock)
  }
  const parts = clock.formatToParts(new Date(atMs))
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((found) => found.type === type)!.value)
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) - atMs
}

/** First instant of a day: 2026-11-22 in Asia/Shanghai -> 2026-11-21T16:00:00.000Z. */
export function dayStart(day: Day, zone: string): string {
  const wallMs = Date.parse(`${day}T00:00:00.000Z`)
  const guessMs = wallMs - aheadMs(wallMs, zone)
  // The guess may lie on the other side of a change of the clocks.
  return new Date(wallMs - aheadMs(guessMs, zone)).toISOString()
}
/** Last instant of a day. */
export const dayEnd = (day: Day, zone: string): string =>
  new Date(Date.parse(dayStart(addDays(day, 1), zone)) - 1).toISOString()
