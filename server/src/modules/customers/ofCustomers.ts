import { type Expression, sql, type SqlBool } from 'kysely'
import type { Entity } from '@crm/shared/kernel/entity'

import { among } from '../../core/among.ts'
import { both } from '../../core/filters.ts'
import { containsText } from '../../db/dialect.ts'
import { folded } from './derived.ts'

type Condition = Expression<SqlBool>
const customerOf = (entity: Entity) => sql.ref(`${entity.table}.customerId`)
const ofThose = (entity: Entity, which: Condition): Condition =>
  sql<SqlBool>`${customerOf(entity)} in (select c.id from ${sql.table('customers')} c where ${which})`

/** `customerOwnerId=`, `teamOfCustomer=`: rows of customers whose owner is one of these, or works there now. */
export function ofOwners(entity: Entity, query: Readonly<Record<string, unknown>>): Condition[] {
  const { customerOwnerId, teamOfCustomer } = query
  const owner = sql.ref('c.ownerId')
  return [
    ...(Array.isArray(customerOwnerId) ? [ofThose(entity, among(owner, customerOwnerId as number[]))] : []),
    ...(Array.isArray(teamOfCustomer)
      ? [
          ofThose(
            entity,
            sql<SqlBool>`${owner} in (select id from ${sql.table('users')} where ${among(sql.ref('teamId'), teamOfCustomer as number[])})`,
          ),
        ]
      : []),
  ]
}

/** `q` of a document: one of its texts contains it, or its customer's name does. */
export function named(entity: Entity, keys: readonly string[], q: string | undefined): Condition[] {
  const words = q?.trim()
  if (!words) return []
  const own = keys.map((key) => containsText(`${entity.table}.${key}`, words))
  return [both([...own, ofThose(entity, containsText('c.nameFolded', folded(words)))], 'or')]
}
