import { receivable } from '@crm/shared/entities/receivable'
import type { Entity } from '@crm/shared/kernel/entity'
import type { Day } from '@crm/shared/days'
import type { Expression, RawBuilder, SqlBool } from 'kysely'
import { sql } from '../../../db/sql.ts'
import type { Actor } from '../../../core/access/actor.ts'
import { among } from '../../../db/among.ts'
import { both } from '../../../core/rows/filters.ts'
import { visible } from '../../../core/access/scope.ts'
import { ofOwners } from '../../customers/service.ts'

/** A day and an instant: what had happened by that day, as far as it was written down by that instant. */
export interface Seen {
  readonly asOf: Day
  readonly knownAt: string
}
export type Whose = Readonly<Record<string, unknown>>

/** The ledger's rows that count. */
export const counted = ({ asOf, knownAt }: Seen, entry = 'e'): Expression<SqlBool> =>
  sql<SqlBool>`(${sql.ref(`${entry}.effectiveOn`)} <= ${asOf} and ${sql.ref(`${entry}.recordedAt`)} <= ${knownAt})`

/** Whether a customer lies in the recycle bin today does not change the past. */
export function past(entity: Entity): Entity {
  const { hidesWithParent: _hides, ...rest } = entity
  return rest
}

/** Receivables of customers the actor may see (and asked for). */
export function whose(actor: Actor, { customerId, ...owners }: Whose): Expression<SqlBool> {
  return both([
    visible(actor, past(receivable), 'receivable.read'),
    ...ofOwners(receivable, owners),
    ...(Array.isArray(customerId) ? [among(sql.ref('receivables.customerId'), customerId as number[])] : []),
  ])
}

/** The ledger's rows of those customers alone, where only some are asked for: else it is added up whole. */
export const entriesOf = (table: 'receivables' | 'receipts', { customerId }: Whose): Expression<SqlBool>[] => {
  if (!Array.isArray(customerId)) return []
  const entry = sql.ref(table === 'receivables' ? 'e.receivableId' : 'e.receiptId')
  return [
    sql<SqlBool>`${entry} in (select id from ${sql.table(table)} where ${among(sql.ref('customerId'), customerId as number[])})`,
  ]
}

/** What was still to be paid on that day, receivable by receivable, with the day it was due as last said by then. */
export function openOn(actor: Actor, seen: Seen, which: Whose): RawBuilder<unknown> {
  const entries = both([
    sql<SqlBool>`e.${sql.ref('receivableId')} is not null`,
    counted(seen),
    ...entriesOf('receivables', which),
  ])
  return sql`select ${sql.ref('receivables.id')} as id, ${sql.ref('receivables.customerId')} as ${sql.ref('customerId')}, s.open as open,
    (select d.${sql.ref('dueOn')} from ${sql.table('ledgerEntries')} d where d.${sql.ref('receivableId')} = ${sql.ref('receivables.id')}
      and d.${sql.ref('dueOn')} is not null and ${counted(seen, 'd')} order by d.id desc limit 1) as ${sql.ref('dueOn')}
    from (select e.${sql.ref('receivableId')} as id, sum(e.${sql.ref('openFen')}) as open from ${sql.table('ledgerEntries')} e
      where ${entries} group by e.${sql.ref('receivableId')} having sum(e.${sql.ref('openFen')}) <> 0) s
    join ${sql.table('receivables')} on ${sql.ref('receivables.id')} = s.id
    where ${whose(actor, which)}`
}
