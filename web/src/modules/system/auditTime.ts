import { addDays, type Day, isInstant } from '@crm/shared/days'

/** How far the wall clock of a zone is ahead of UTC at an instant. */
function aheadMs(instantMs: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(new Date(instantMs))
  const part = (type: string) => Number(parts.find((found) => found.type === type)!.value)
  const wallMs = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
  return wallMs - Math.floor(instantMs / 1000) * 1000
}
/** 00:00 of a day on the wall clock of the zone, in ms. Asked twice, since the clock may be changed in between. */
function midnightMs(day: Day, zone: string): number {
  const utcMs = Date.parse(`${day}T00:00:00.000Z`)
  const nearMs = utcMs - aheadMs(utcMs, zone)
  return utcMs - aheadMs(nearMs, zone)
}

/** First instant of a day in the company's zone. */
export const dayStart = (day: Day, zone: string): string => new Date(midnightMs(day, zone)).toISOString()
/** Last instant of a day in the company's zone. */
export const dayEnd = (day: Day, zone: string): string => new Date(midnightMs(addDays(day, 1), zone) - 1).toISOString()
/** Whether the URL holds an instant at all. */
export const instantOrNull = (text: string | undefined): string | null => (text && isInstant(text) ? text : null)
