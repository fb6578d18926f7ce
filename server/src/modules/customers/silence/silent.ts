import { addDays, type Day } from '@crm/shared/days'
import { boundsOf } from '@crm/shared/rules/zoned'
import type { Expression, SqlBool } from 'kysely'
import { sql } from '../../../db/sql.ts'
import type { Actor } from '../../../core/access/actor.ts'
import { among } from '../../../db/among.ts'
import { both } from '../../../core/rows/filters.ts'
import { inIds } from '../../../db/dialect.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { readRuled } from './rules.ts'

const column = (name: 'ownerId' | 'level' | 'lastFollowUpAt' | 'createdAt' | 'receivedAt' | 'status' | 'id') =>
  sql.ref(`customers.${name}`)
const NOBODY = sql<SqlBool>`1 = 0`

/** The last sign of life: a follow-up, or the hour in which it came to its owner, who answers for no silence before it. */
export function silentSince(row: {
  readonly lastFollowUpAt: string | null
  readonly createdAt: string
  readonly receivedAt: string | null
}): string {
  const followed = row.lastFollowUpAt ?? row.createdAt
  return row.receivedAt !== null && row.receivedAt > followed ? row.receivedAt : followed
}

/** Whose last follow-up lies before this instant has been silent for `days` days on `today`. */
export const silentBefore = (today: Day, days: number, zone: string): string =>
  boundsOf(addDays(today, 1 - days), zone).from

/** Customers that nobody has followed up for as long as the rules allow; lost ones are left in peace. */
export async function silentCustomers(db: Read | Tx, today: Day, zone: string): Promise<Expression<SqlBool>> {
  const { groups, levels, rules } = await readRuled(db)
  if (rules.length === 0) return NOBODY
  const silentFor = (days: number) => {
    const before = silentBefore(today, days, zone)
    return sql<SqlBool>`(coalesce(${column('lastFollowUpAt')}, ${column('createdAt')}) < ${before}
      and (${column('receivedAt')} is null or ${column('receivedAt')} < ${before}))`
  }
  const parts = groups.flatMap(({ byLevel, owners }) => {
    const ofLevels = [...byLevel].flatMap(([level, rule]) => {
      if (!rule) return []
      const isLevel =
        level !== null
          ? sql<SqlBool>`${column('level')} = ${level}`
          : levels.length > 0
            ? sql<SqlBool>`(${column('level')} is null or not ${among(column('level'), levels)})`
            : sql<SqlBool>`1 = 1`
      return [both([isLevel, silentFor(rule.ownerDays)])]
    })
    if (ofLevels.length === 0) return []
    const whose =
      groups.length === 1 ? sql<SqlBool>`${column('ownerId')} is not null` : inIds(db, column('ownerId'), owners)
    return [both([whose, both(ofLevels, 'or')])]
  })
  return parts.length === 0 ? NOBODY : both([sql<SqlBool>`${column('status')} <> 'lost'`, both(parts, 'or')])
}

/** Customers the actor was told of in the report of that day. */
export const reportedTo = (actor: Actor, day: Day): Expression<SqlBool> =>
  sql<SqlBool>`${column('id')} in (select ${sql.ref('customerId')} from ${sql.table('inactivityTold')}
    where ${sql.ref('userId')} = ${actor.id} and ${sql.ref('onDay')} = ${day})`

/** The conditions of `silent=` and `reportedOn=` of the customers' list. */
export async function silenceFilters(
  db: Read | Tx,
  actor: Actor,
  query: Readonly<Record<string, unknown>>,
  zone: string,
): Promise<Expression<SqlBool>[]> {
  return [
    ...(query['silent'] === undefined ? [] : [await silentCustomers(db, actor.today, zone)]),
    ...(typeof query['reportedOn'] === 'string' ? [reportedTo(actor, query['reportedOn'])] : []),
  ]
}
