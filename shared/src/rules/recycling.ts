import { addDays, type Day } from '../days.ts'
import type { RecycleRule, RuleDays } from '../entities/pool.ts'

export interface Rules extends RuleDays {
  readonly exemptWon: boolean
  readonly levels: Readonly<Record<string, RuleDays>>
}

/** What the rules look at, in days of the company's zone. */
export interface Held {
  readonly receivedOn: Day
  readonly lastValidFollowUpOn: Day | null
  readonly level: string | null
  readonly isWon: boolean
  readonly isLocked: boolean
  /** 延期: stays through this day whatever the rules say. */
  readonly extendedUntil: Day | null
}
export interface Leaving {
  readonly on: Day
  readonly rule: RecycleRule
  /** N of the rule. */
  readonly days: number
}

/** N for a level: its own where it has one, else the pool's; null = never. */
export function daysFor(rules: Rules, level: string | null, rule: RecycleRule): number | null {
  const key = rule === 'noFollowUp' ? 'followUpDays' : 'dealDays'
  const own = level !== null && Object.hasOwn(rules.levels, level) ? rules.levels[level]![key] : null
  const days = own ?? rules[key]
  return days === null || days === 0 ? null : days
}

/**
 * The day on which a customer moves if nothing happens, and by which rule: base + N + 1, because `today − base > N` decides.
 * Null when no rule ever takes it as things stand. The SQL of the server's `leaving.ts` says the same, and a test holds them together.
 */
export function leaving(held: Held, rules: Rules): Leaving | null {
  if (held.isLocked) return null
  const { receivedOn, lastValidFollowUpOn: followedOn } = held
  const found: Leaving[] = []
  const add = (rule: RecycleRule, base: Day) => {
    const days = daysFor(rules, held.level, rule)
    if (days !== null) found.push({ on: addDays(base, days + 1), rule, days })
  }
  if (!(held.isWon && rules.exemptWon))
    add('noFollowUp', followedOn !== null && followedOn > receivedOn ? followedOn : receivedOn)
  if (!held.isWon) add('noDeal', receivedOn)
  const first = found.reduce<Leaving | null>((a, b) => (a !== null && a.on <= b.on ? a : b), null)
  if (first === null) return null
  const stays = held.extendedUntil
  return stays !== null && first.on <= stays ? { ...first, on: addDays(stays, 1) } : first
}
