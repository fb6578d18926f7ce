import { type Expression, sql, type SqlBool } from 'kysely'
import { entityOf } from '@crm/shared/entities/index'
import type { Entity } from '@crm/shared/kernel/entity'
import type { Reach } from '@crm/shared/permissions'
import type { Read, Tx } from '../db/store.ts'
import { among } from './among.ts'
import type { Actor } from './actor.ts'

/**
 * How the rows are reached: `narrow` starts from the few owners' rows by index, `wide` walks the list's own order and tests
 * each row. Same rows either way; only the cost differs.
 */
export type Plan = 'narrow' | 'wide'
/** Up to here collecting all visible rows beats walking past the foreign ones. */
export const NARROW_ROWS = 5_000

const NOTHING = sql<SqlBool>`1 = 0`
const EVERYTHING = sql<SqlBool>`1 = 1`

export const ownersWithin = (actor: Actor, reach: Exclude<Reach, 'all'>): readonly number[] => (reach === 'own' ? [actor.id] : actor.people[reach])
/** The entity whose owner decides, and the path of parents to it. */
export const rootOf = (entity: Entity): Entity =>
  typeof entity.scope === 'object' ? rootOf(entityOf((entity.fields[entity.scope.via] as { to: string }).to)) : entity

/** Collaborators may read what they were given; editing needs `edit`; deleting and assigning stays with the owner's circle. */
function accessFor(permission: string): readonly ('read' | 'edit')[] {
  const verb = permission.slice(permission.indexOf('.') + 1)
  if (verb === 'read' || verb === 'reveal') return ['read', 'edit']
  if (verb === 'update' || permission === 'contact.create' || permission === 'contact.delete') return ['edit']
  return []
}

function collaborating(actor: Actor, root: Entity, permission: string) {
  const access = accessFor(permission)
  if (!root.collaborators || access.length === 0) return null
  const permitted = sql.join(access.map((a) => sql.lit(a)))
  return sql<number>`select ${sql.ref('c.recordId')} from ${sql.table('collaborators')} c where c.entity = ${sql.lit(root.name)} and ${sql.ref('c.userId')} = ${actor.id} and c.access in (${permitted})`
}

/**
 * The one place that turns an actor and the reach of a permission into SQL. Rows without an owner belong to nobody:
 * only `all` and their collaborators see them.
 */
export function visible(actor: Actor, entity: Entity, permission: string, plan: Plan = 'wide'): Expression<SqlBool> {
  // Rows that belong to everyone: the endpoint's own permission is all there is to ask.
  if (entity.scope === 'everyone') return EVERYTHING
  const reach = actor.grants.get(permission)
  if (reach === undefined) return NOTHING
  if (reach === 'all') return EVERYTHING
  if (typeof entity.scope === 'object') {
    const key = sql.ref(`${entity.table}.${entity.scope.via}`)
    const parent = entityOf((entity.fields[entity.scope.via] as { to: string }).to)
    const parentId = sql.ref(`${parent.table}.id`)
    const inside = visible(actor, parent, permission, plan)
    return plan === 'narrow'
      ? sql<SqlBool>`${key} in (select ${parentId} from ${sql.table(parent.table)} where ${inside})`
      : sql<SqlBool>`exists (select 1 from ${sql.table(parent.table)} where ${parentId} = ${key} and ${inside})`
  }
  const id = sql.ref(`${entity.table}.id`)
  const owner = sql.ref<number>(`${entity.table}.ownerId`)
  const owners = ownersWithin(actor, reach)
  const shared = collaborating(actor, entity, permission)
  if (plan === 'narrow') {
    const owned = sql`select o.id from ${sql.table(entity.table)} o where ${among(sql.ref('o.ownerId'), owners)}`
    return shared ? sql<SqlBool>`${id} in (${owned} union all ${shared})` : sql<SqlBool>`${among(owner, owners)}`
  }
  // The unary plus keeps SQLite from leaving the list's order for the owner index.
  const mine = among(sql<number>`+${owner}`, owners)
  return shared ? sql<SqlBool>`(${mine} or ${id} in (${shared}))` : mine
}

/** Whether the actor's circle holds few enough rows to start from them. Counts at most 5,001 index entries. */
export async function planFor(db: Read | Tx, actor: Actor, entity: Entity, permission: string): Promise<Plan> {
  const reach = actor.grants.get(permission)
  if (reach === undefined || reach === 'all' || entity.scope === 'everyone') return 'wide'
  if (reach === 'own') return 'narrow'
  const root = rootOf(entity)
  const counted = sql<{ n: number }>`select count(*) as n from (select 1 from ${sql.table(root.table)} where ${among(sql.ref('ownerId'), ownersWithin(actor, reach))} limit ${sql.lit(NARROW_ROWS + 1)}) x`
  const { rows } = await counted.execute(db as Tx)
  return Number(rows[0]!.n) > NARROW_ROWS ? 'wide' : 'narrow'
}
