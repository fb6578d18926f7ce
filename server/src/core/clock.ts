import { type Day, dayOf } from '@crm/shared/days'

/** The only source of time: injected, so that tests can stop it. */
export interface Clock {
  /** UTC, ISO 8601 with milliseconds. */
  now(): string
  today(): Day
  /** Company time zone (IANA): days begin and end by it. */
  readonly zone: string
}
export const systemClock = (zone: string): Clock => {
  const now = () => new Date().toISOString()
  return { now, today: () => dayOf(now(), zone), zone }
}
export const later = (instant: string, ms: number): string => new Date(Date.parse(instant) + ms).toISOString()
/** The day it is when first asked, and the same ever after: all a request does bears one day. */
export const oneDay = (clock: Clock): (() => Day) => {
  let day: Day | undefined
  return () => (day ??= clock.today())
}
