import type { Expression, SqlBool } from 'kysely'
import type { Entity } from '@crm/shared/kernel/entity'

import { sql } from '../../db/sql.ts'
import { among } from '../../db/among.ts'
import { both } from '../../core/rows/filters.ts'
import { containsText } from '../../db/dialect.ts'
import { folded } from './derived.ts'

type Condition = Expression<SqlBool>
const customerOf = (entity: Entity) => sql.ref(`${entity.table}.customerId`)
const ofThose = (entity: Entity, which: Condition): Condition =>
  sql<SqlBool>`${customerOf(entity)} in (select c.id from ${sql.table('customers')} c where ${which})`

/** Said of live and recycled ones apart: the indexes by owner hold the live alone, and without them all customers are read. */
const ofOwned = (entity: Entity, owned: Condition): Condition => {
  const [deletedAt, customers] = [sql.ref('c.deletedAt'), sql.table('customers')]
  return sql<SqlBool>`${customerOf(entity)} in (select c.id from ${customers} c where ${deletedAt} is null and ${owned}
    union all select c.id from ${customers} c where ${deletedAt} is not null and ${owned})`
}

/** `customerOwnerId=`, `teamOfCustomer=`: rows of customers whose owner is one of these, or works there now. */
export function ofOwners(entity: Entity, query: Readonly<Record<string, unknown>>): Condition[] {
  const { customerOwnerId, teamOfCustomer } = query
  const owner = sql.ref('c.ownerId')
  return [
    ...(Array.isArray(customerOwnerId) ? [ofOwned(entity, among(owner, customerOwnerId as number[]))] : []),
    ...(Array.isArray(teamOfCustomer)
      ? [
          ofOwned(
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
