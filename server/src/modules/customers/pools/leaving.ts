import { addDays, type Day, dayOf, diffDays } from '@crm/shared/days'
import { customer } from '@crm/shared/entities/customer'
import { type RecycleRule, recycleRules } from '@crm/shared/entities/pool'
import { daysFor, leaving, type Rules, rulesFor } from '@crm/shared/rules/recycling'
import { boundsOf } from '@crm/shared/rules/zoned'
import type { CompiledQuery, Expression, RawBuilder, Selectable, SqlBool } from 'kysely'
import { sql } from '../../../db/sql.ts'
import type { Actor } from '../../../core/access/actor.ts'
import { among } from '../../../db/among.ts'
import { visible } from '../../../core/access/scope.ts'
import { inIds, unindexed } from '../../../db/dialect.ts'
import type { DB } from '../../../db/schema.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { type Circle, type Pool, readCircle } from './circle.ts'
import {
  contractEndOf,
  contractsEnded,
  hadContract,
  type HoldFacts,
  HOLDS,
  holdsOf,
  isHeld,
  NO_HOLDS,
} from './holds.ts'

// Who leaves is said twice: in SQL, so that a hundred thousand customers cost milliseconds, and by `leaving` of the shared rules, which
// also says on which day and why. tests/api/poolRules.test.ts holds the two together over generated data.

const column = (name: keyof DB['customers']) => sql.ref(`customers.${name}`)
const NEVER = sql<SqlBool>`1 = 0`
const any = (parts: readonly Expression<SqlBool>[]) =>
  parts.length === 0 ? NEVER : sql<SqlBool>`(${sql.join(parts, sql` or `)})`

const RULES = Object.keys(recycleRules) as RecycleRule[]
/** The causes of moves that are rules, for SQL. */
export const BY_RULE = sql.join(RULES.map((rule) => sql.lit(rule)))

/** `today − base > N` for each level, where base is the later of `columns` and of what `also` asks about: true of those due on `day`. */
function tooOld(
  rules: Rules,
  rule: RecycleRule,
  { day, zone }: { day: Day; zone: string },
  columns: readonly ('receivedAt' | 'lastValidFollowUpAt')[],
  also: ((before: Day) => RawBuilder<SqlBool>) | null = null,
): RawBuilder<SqlBool> {
  const before = (days: number) => {
    const last = addDays(day, -days)
    const { from } = boundsOf(last, zone)
    const parts = columns.map((name) =>
      name === 'receivedAt'
        ? sql`${column(name)} < ${from}`
        : sql`(${column(name)} is null or ${column(name)} < ${from})`,
    )
    return sql.join(also ? [...parts, also(last)] : parts, sql` and `)
  }
  const level = column('level')
  const own = Object.keys(rules.levels)
  const parts = own.flatMap((one) => {
    const days = daysFor(rules, one, rule)
    return days === null ? [] : [sql<SqlBool>`(${level} = ${one} and ${before(days)})`]
  })
  const others = daysFor(rules, null, rule)
  if (others !== null)
    parts.push(
      own.length === 0
        ? sql<SqlBool>`(${before(others)})`
        : sql<SqlBool>`((${level} is null or not ${among(level, own)}) and ${before(others)})`,
    )
  return any(parts)
}

/** Whether any customer may have to go because its contract ended. */
const asksForContracts = (rules: Rules): boolean =>
  [null, ...Object.keys(rules.levels)].some((level) => daysFor(rules, level, 'noContract') !== null)

/** No rule takes whom was received since: lets the index skip them. */
function youngest(rules: Rules): number | null {
  const levels = [null, ...Object.keys(rules.levels)]
  const days = levels.flatMap((level) => RULES.flatMap((rule) => daysFor(rules, level, rule) ?? []))
  return days.length === 0 ? null : Math.min(...days)
}

/**
 * True of the customers that are due to fall into this pool by the end of `day`; with `held`, of those that would be, but are locked or
 * kept by what goes on with them.
 */
export function dueIn(
  db: Read | Tx,
  circle: Pick<Circle, 'ownersOf'>,
  pool: Pool,
  { day, zone }: { day: Day; zone: string },
  /** `single`: of rows named by their ids, which then lead the way. `likely`: what the customer's own row says, without its documents. */
  plan: 'list' | 'single' | 'held' | 'likely' = 'list',
): RawBuilder<SqlBool> {
  const owners = circle.ownersOf(pool.id)
  const { rules } = pool
  const least = youngest(rules)
  if (!pool.active || owners.length === 0 || least === null) return NEVER
  const isOpen = sql`${column('status')} <> 'won'`
  const byFollowUp = tooOld(rules, 'noFollowUp', { day, zone }, ['receivedAt', 'lastValidFollowUpAt'])
  const byDeal = tooOld(rules, 'noDeal', { day, zone }, ['receivedAt'])
  const ended = tooOld(rules, 'noContract', { day, zone }, ['receivedAt'], (before) => contractsEnded(before, zone))
  const byContract =
    ended === NEVER ? NEVER : plan === 'likely' ? sql<SqlBool>`1 = 1` : sql<SqlBool>`(${hadContract} and ${ended})`
  const isFree = sql`${column('isLocked')} = 0`
  const wasMoved = sql`exists (select 1 from ${sql.table('poolMoves')} m where m.${sql.ref('customerId')} = ${column('id')}
      and m.cause in (${BY_RULE}) and m.${sql.ref('onDay')} = ${day})`
  const goes = {
    list: sql`${isFree} and not ${isHeld(rules, day)} and not ${wasMoved}`,
    single: sql`${isFree} and not ${isHeld(rules, day)} and not ${wasMoved}`,
    held: sql`(not ${isFree} or ${isHeld(rules, day)}) and not ${wasMoved}`,
    likely: isFree,
  }[plan]
  return sql<SqlBool>`(${column('deletedAt')} is null and ${column('ownerId')} is not null
    and ${inIds(db, plan === 'single' ? unindexed(db, 'customers.ownerId') : 'customers.ownerId', owners)} and ${column('receivedAt')} < ${boundsOf(addDays(day, -least), zone).from}
    and (${column('recycleExtendedUntil')} is null or ${column('recycleExtendedUntil')} < ${day})
    and (${rules.exemptWon ? sql`(${byFollowUp} and ${isOpen})` : byFollowUp} or (${byDeal} and ${isOpen}) or ${byContract})
    and ${goes})`
}

export const HELD = [
  'id',
  'name',
  'ownerId',
  'level',
  'status',
  'receivedAt',
  'lastValidFollowUpAt',
  'recycleExtendedUntil',
  'isLocked',
] as const satisfies readonly (keyof DB['customers'])[]
export type HeldRow = Pick<Selectable<DB['customers']>, (typeof HELD)[number]> & HoldFacts

/** When a customer leaves and why, in the company's days; null when it stays. */
export function leavingOf(row: HeldRow, rules: Rules, zone: string) {
  if (row.receivedAt === null || row.ownerId === null) return null
  return leaving(
    {
      receivedOn: dayOf(row.receivedAt, zone),
      lastValidFollowUpOn: row.lastValidFollowUpAt && dayOf(row.lastValidFollowUpAt, zone),
      level: row.level,
      isWon: row.status === 'won',
      isLocked: row.isLocked === 1,
      extendedUntil: row.recycleExtendedUntil,
      holds: holdsOf(row),
      contractEndOn: contractEndOf(row, zone),
    },
    rules,
  )
}

/** Where a scan of all customers may take its time. */
export type Heavy = <T>(query: CompiledQuery<T>) => Promise<T[]>
const PAGE = 5_000
/** The rows of a condition, a page at a time off the main thread. */
export async function* heldPages(read: Read, heavy: Heavy, where: Expression<SqlBool>): AsyncGenerator<HeldRow[]> {
  for (let last = 0; ;) {
    const page = read
      .selectFrom('customers') // unscoped: the rules decide, or the condition carries the reader's scope
      .select(HELD)
      .select(HOLDS)
      .where(where)
      .where('id', '>', last)
      .orderBy('id')
      .limit(PAGE)
    const rows = await heavy<HeldRow>(page.compile())
    if (rows.length > 0) yield rows
    if (rows.length < PAGE) return
    last = rows.at(-1)!.id
  }
}

/** The customers of a condition, all of whom leave today, each with why. */
export async function reasonsAmong(
  tx: Tx,
  { rules }: Pool,
  zone: string,
  where: Expression<SqlBool>,
): Promise<Pick<Due, 'id' | 'rule' | 'ruleDays'>[]> {
  const those = tx
    .selectFrom('customers') // unscoped: the rules decide, whosever they are
    .where(where)
  const perLevel = new Map([null, ...Object.keys(rules.levels)].map((level) => [level, rulesFor(rules, level)]))
  // Where one rule alone can take a customer no days need be reckoned, and two columns are read instead of fourteen.
  if ([...perLevel.values()].every((some) => some.length <= 1))
    return (await those.select(['id', 'level']).execute()).flatMap(({ id, level }) =>
      (perLevel.get(level) ?? perLevel.get(null)!).map(({ days, rule }) => ({ id, rule, ruleDays: days })),
    )
  const rows = await those
    .select(HELD)
    .select(asksForContracts(rules) ? HOLDS : NO_HOLDS)
    .execute()
  return rows.flatMap((row) => {
    const found = leavingOf(row, rules, zone)
    return found ? [{ id: row.id, rule: found.rule, ruleDays: found.days }] : []
  })
}

export interface Due extends HeldRow {
  readonly on: Day
  readonly rule: RecycleRule
  readonly ruleDays: number
  readonly daysLeft: number
}
/** With the day it goes on: today at the earliest, for what is long overdue. */
export function explained(rows: readonly HeldRow[], { rules }: Pool, today: Day, zone: string): Due[] {
  return rows.flatMap((row) => {
    const found = leavingOf(row, rules, zone)
    if (!found) return []
    const on = found.on < today ? today : found.on
    return [{ ...row, on, rule: found.rule, ruleDays: found.days, daysLeft: diffDays(on, today) }]
  })
}

/**
 * The customers among the actor's that fall into a pool within so many days (0: today): `where` for their list, and how many they are.
 */
export async function dueToPool(
  read: Read | Tx,
  actor: Actor,
  withinDays: number,
  zone: string,
): Promise<{ where: Expression<SqlBool>; count: () => Promise<number> }> {
  const circle = await readCircle(read)
  const day = addDays(actor.today, withinDays)
  const where = any(circle.pools.map((pool) => dueIn(read, circle, pool, { day, zone })))
  const count = async () => {
    if (circle.pools.length === 0) return 0
    const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table('customers')}
      where ${where} and ${visible(actor, customer, 'customer.read')}`.execute(read as Tx)
    return Number(rows[0]!.n)
  }
  return { where, count }
}
