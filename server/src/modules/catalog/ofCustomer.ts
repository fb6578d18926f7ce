import { customer } from '@crm/shared/entities/customer'
import type { Entity } from '@crm/shared/kernel/entity'
import type { Expression, SqlBool } from 'kysely'
import { sql } from '../../db/sql.ts'
import type { Actor } from '../../core/access/actor.ts'
import { notFound, problem } from '../../core/problem.ts'
import { both } from '../../core/rows/filters.ts'
import { visible } from '../../core/access/scope.ts'
import { containsText } from '../../db/dialect.ts'
import type { Read, Tx } from '../../db/store.ts'
import { folded } from '../customers/service.ts'

// Prices belong to everybody who sees products, those agreed with a customer only to whoever sees the customer.

/** Whether a row is about no customer, or about one the actor may read. */
export const ofKnownCustomers = (actor: Actor, { table }: Entity): Expression<SqlBool> => {
  const key = sql.ref(`${table}.customerId`)
  return sql<SqlBool>`(${key} is null or (select 1 from ${sql.table('customers')} where ${sql.ref('customers.id')} = ${key}
    and ${sql.ref('customers.deletedAt')} is null and ${visible(actor, customer, 'customer.read')}) = 1)`
}

/** Rows of products in the recycle bin wait there with them. */
export const ofLiveProducts = ({ table }: Entity): Expression<SqlBool> =>
  sql<SqlBool>`(select 1 from ${sql.table('products')} where ${sql.ref('products.id')} = ${sql.ref(`${table}.productId`)}
    and ${sql.ref('products.deletedAt')} is null) = 1`

/** 404 for a row about a customer out of the actor's sight, as if it were not there. */
export async function checkSeen(db: Read | Tx, actor: Actor, entity: Entity, id: number): Promise<void> {
  const { rows } = await sql`select 1 from ${sql.table(entity.table)} where ${sql.ref(`${entity.table}.id`)} = ${id}
    and ${ofKnownCustomers(actor, entity)}`.execute(db as Tx)
  if (rows.length === 0) throw notFound(entity.label)
}

/** The level of a customer the actor may read; 404 naming the field otherwise. */
export async function customerLevel(db: Read | Tx, actor: Actor, customerId: number): Promise<string | null> {
  const found = await (db as Tx)
    .selectFrom('customers') // unscoped: visible() below is the scope
    .select('level')
    .where('customers.id', '=', customerId)
    .where('customers.deletedAt', 'is', null)
    .where(visible(actor, customer, 'customer.read'))
    .executeTakeFirst()
  const message = '客户不存在或无权查看'
  if (!found) throw problem('not_found', message, { errors: [{ field: 'customerId', message }] })
  return found.level
}

/** `q`: the product is called so, or one of the row's own texts contains it. */
export function ofNamed({ table }: Entity, own: readonly string[], q: string | undefined): Expression<SqlBool>[] {
  const words = q?.trim()
  if (!words) return []
  const texts = own.map((key) => containsText(`${table}.${key}`, words))
  const named = sql<SqlBool>`${sql.ref(`${table}.productId`)} in (select p.id from ${sql.table('products')} p
    where ${containsText('p.searchText', folded(words))})`
  return [both([named, ...texts], 'or')]
}
