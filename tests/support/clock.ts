import type { Clock } from '@crm/server/core/clock'
import { dayOf } from '@crm/shared/days'

export interface FakeClock extends Clock {
  advance(ms: number): void
}

/** Stands still until told otherwise. */
export function fakeClock(start: string, zone: string): FakeClock {
  let ms = Date.parse(start)
  const now = () => new Date(ms).toISOString()
  return { now, today: () => dayOf(now(), zone), zone, advance: (by) => void (ms += by) }
}
