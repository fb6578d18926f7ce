import { addDays, type Day } from '../days.ts'
import type { Hold, HoldKind, RecycleRule, RuleDays } from '../entities/pool.ts'

export interface Rules extends RuleDays {
  readonly exemptWon: boolean
  /** Which holds keep a customer here. */
  readonly holds: readonly HoldKind[]
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
  readonly holds: readonly Hold[]
  /** The end of its last effective contract; null where it had none, or one goes on without an end. */
  readonly contractEndOn: Day | null
}
export interface Leaving {
  readonly on: Day
  readonly rule: RecycleRule
  /** N of the rule. */
  readonly days: number
}

const daysKeys = { noFollowUp: 'followUpDays', noDeal: 'dealDays', noContract: 'contractDays' } as const
/** 30 天没有有效跟进 */
export const ruleWords = (rule: RecycleRule, days: number): string =>
  rule === 'noFollowUp'
    ? `${days} 天没有有效跟进`
    : rule === 'noDeal'
      ? `${days} 天没有成交`
      : `合同到期 ${days} 天没有新合同`

/** N for a level: its own where it has one, else the pool's; null = never. */
export function daysFor(rules: Rules, level: string | null, rule: RecycleRule): number | null {
  const key = daysKeys[rule]
  const own = level !== null && Object.hasOwn(rules.levels, level) ? rules.levels[level]![key] : null
  const days = own ?? rules[key]
  return days === null || days === 0 ? null : days
}

/** The rules that may take a customer of this level, each with its N. */
export const rulesFor = (rules: Rules, level: string | null): { readonly rule: RecycleRule; readonly days: number }[] =>
  (Object.keys(daysKeys) as RecycleRule[]).flatMap((rule) => {
    const days = daysFor(rules, level, rule)
    return days === null ? [] : [{ rule, days }]
  })

/**
 * The day on which a customer moves if nothing happens, and by which rule: base + N + 1, because `today − base > N` decides.
 * Null when no rule ever takes it as things stand. The SQL of the server's `leaving.ts` says the same, and a test holds them together.
 */
export function leaving(held: Held, rules: Rules): Leaving | null {
  if (held.isLocked) return null
  const { contractEndOn: endOn, receivedOn, lastValidFollowUpOn: followedOn } = held
  const found: Leaving[] = []
  const add = (rule: RecycleRule, base: Day) => {
    const days = daysFor(rules, held.level, rule)
    if (days !== null) found.push({ on: addDays(base, days + 1), rule, days })
  }
  if (!(held.isWon && rules.exemptWon))
    add('noFollowUp', followedOn !== null && followedOn > receivedOn ? followedOn : receivedOn)
  if (!held.isWon) add('noDeal', receivedOn)
  if (endOn !== null) add('noContract', endOn > receivedOn ? endOn : receivedOn)
  const first = found.reduce<Leaving | null>((a, b) => (a !== null && a.on <= b.on ? a : b), null)
  if (first === null) return null
  const stays = [held.extendedUntil]
  for (const { kind, until } of held.holds)
    if (rules.holds.includes(kind)) {
      if (until === null) return null
      stays.push(until)
    }
  const longest = stays.reduce((a, b) => (a === null || (b !== null && b > a) ? b : a), null)
  return longest !== null && first.on <= longest ? { ...first, on: addDays(longest, 1) } : first
}
