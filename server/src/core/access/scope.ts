import type { Expression, SqlBool } from 'kysely'
import { entityOf } from '@crm/shared/entities/index'
import type { Entity } from '@crm/shared/kernel/entity'
import type { Reach } from '@crm/shared/permissions'
import { sql } from '../../db/sql.ts'
import { inIds, notAmong } from '../../db/dialect.ts'
import { untilCommit } from '../../db/revision.ts'
import type { Read, Tx } from '../../db/store.ts'
import type { Actor } from './actor.ts'
import { among } from '../../db/among.ts'

/**
 * How a list looks for its rows: `narrow` starts from the few owners' rows by index, `wide` walks the list's own order and
 * tests each row, `gathered` walks too, but asks a set of all visible parents, made once. The same rows in any way; only the cost differs.
 */
export type Plan = 'narrow' | 'wide' | 'gathered'
export interface Sight {
  readonly plan: Plan
  /** Root rows shared with the actor as a collaborator, read once for the list. */
  readonly shared: readonly number[]
  /** So much of the table is visible that even a count had better walk. */
  readonly broad: boolean
  /** How many root rows the circle has, counted no further than to know that it is broad; infinite where there is no circle. */
  readonly size: number
}
/** Up to here collecting all visible rows beats walking past the foreign ones. */
export const NARROW_ROWS = 3_000
const BROAD_ROWS = 20_000

const NOTHING = sql<SqlBool>`1 = 0`
const EVERYTHING = sql<SqlBool>`1 = 1`

export const ownersWithin = (actor: Actor, reach: Exclude<Reach, 'all'>): readonly number[] =>
  reach === 'own' ? [actor.id] : actor.people[reach]

const parentOf = (entity: Entity, via: string): Entity => entityOf((entity.fields[via] as { to: string }).to)
/** The entity whose owner decides. */
const rootOf = (entity: Entity): Entity => {
  const via = parentField(entity)
  return via === null ? entity : rootOf(parentOf(entity, via))
}
/** The field that leads to the row whose owner decides; null when it is this one. */
export const parentField = ({ scope }: Entity): string | null =>
  typeof scope === 'object' && 'via' in scope ? scope.via : null
const ownerColumn = ({ scope }: Entity): string =>
  typeof scope === 'object' && 'owner' in scope ? scope.owner : 'ownerId'

/** What editing a customer includes, besides changing its rows. */
const FOR_EDITORS: ReadonlySet<string> = new Set([
  'contact.create',
  'contact.delete',
  'feedback.create',
  'interaction.create',
  'interaction.delete',
  'document.create',
  'document.delete',
  'quote.create',
  'order.create',
  'contract.create',
  'delivery.create',
])
/** Collaborators may read what they were given; editing needs `edit`; deleting and assigning stays with the owner's circle. */
function accessFor(permission: string): readonly ('read' | 'edit')[] {
  const verb = permission.slice(permission.indexOf('.') + 1)
  if (verb === 'read' || verb === 'reveal' || verb === 'comment') return ['read', 'edit']
  if (verb === 'update' || FOR_EDITORS.has(permission)) return ['edit']
  return []
}

function sharedWith(actor: Actor, root: Entity, permission: string) {
  const access = accessFor(permission)
  if (!root.collaborators || access.length === 0) return null
  return sql<{ id: number }>`select ${sql.ref('c.recordId')} as id from ${sql.table('collaborators')} c
    where c.entity = ${sql.lit(root.name)} and ${sql.ref('c.userId')} = ${actor.id} and c.access in (${sql.join(access.map((a) => sql.lit(a)))})`
}

type ForList = { readonly db: Read | Tx; readonly sight: Sight }

function parentIsLive(entity: Entity, via: string, list: ForList | undefined): Expression<SqlBool> {
  const { recycle, table } = parentOf(entity, via)
  const [key, parentId] = [sql.ref<number>(`${entity.table}.${via}`), sql.ref<number>(`${table}.id`)]
  const [parents, deletedAt] = [sql.table(table), sql.ref(`${table}.deletedAt`)]
  return list?.sight.plan === 'gathered' && recycle
    ? sql<SqlBool>`(${key} is not null and ${notAmong(list.db, key, parentId, sql`${parents} where ${deletedAt} is not null`)})`
    : sql<SqlBool>`(select 1 from ${parents} where ${parentId} = ${key} and ${deletedAt} is null) = 1`
}

/** Of rows that may be personal: which are for others too, and which are the actor's whatever they are. Null where none ever is. */
function personal(actor: Actor, { scope, table }: Entity, plan: Plan | undefined) {
  if (typeof scope !== 'object' || !('owner' in scope) || !scope.personal) return null
  const column = (name: string) => sql.ref(`${table}.${name}`)
  const is = (name: string) =>
    plan === 'wide' ? sql<SqlBool>`+${column(name)} = ${actor.id}` : sql<SqlBool>`${column(name)} = ${actor.id}`
  const { author, without } = scope.personal
  return {
    isShared: sql<SqlBool>`${column(without)} is not null`,
    isMine: sql<SqlBool>`(${is(scope.owner)} or (${column(without)} is null and ${is(author)}))`,
  }
}

/**
 * The one place that turns an actor and the reach of a permission into SQL. Without `sight` it tests single rows; with it, it
 * is the condition of a list. Rows without an owner belong to nobody: only `all` and their collaborators see them.
 */
export function visible(actor: Actor, entity: Entity, permission: string, list?: ForList): Expression<SqlBool> {
  // Rows that belong to everyone: the endpoint's own permission is all there is to ask.
  if (entity.scope === 'everyone') return EVERYTHING
  const reach = actor.grants.get(permission)
  if (reach === undefined) return NOTHING
  const own = personal(actor, entity, list?.sight.plan)
  if (own !== null) {
    if (reach === 'all') return sql<SqlBool>`(${own.isShared} or ${own.isMine})`
    if (reach === 'own') return own.isMine
  }
  const via = parentField(entity)
  if (reach === 'all') return via !== null && entity.hidesWithParent ? parentIsLive(entity, via, list) : EVERYTHING
  if (via !== null) {
    const key = sql.ref(`${entity.table}.${via}`)
    const parent = parentOf(entity, via)
    const parentId = sql.ref(`${parent.table}.id`)
    const plan = list?.sight.plan
    const within = plan === 'gathered' ? { ...list!, sight: { ...list!.sight, plan: 'narrow' as const } } : list
    const inside = visible(actor, parent, permission, within)
    // Children follow their parent into the recycle bin, so a live row's parent is live; said aloud, its covering index serves.
    // The scalar form keeps SQLite from building a filter over all parents for one page of children.
    // The unary plus keeps it from starting at the parents.
    return plan === 'narrow' || plan === 'gathered'
      ? sql<SqlBool>`${plan === 'gathered' ? sql`+${key}` : key} in (select ${parentId} from ${sql.table(parent.table)} where ${sql.ref(`${parent.table}.deletedAt`)} is null and ${inside})`
      : sql<SqlBool>`(select 1 from ${sql.table(parent.table)} where ${parentId} = ${key} and ${inside}${entity.hidesWithParent ? sql` and ${sql.ref(`${parent.table}.deletedAt`)} is null` : sql``}) = 1`
  }
  const [id, owner] = [sql.ref(`${entity.table}.id`), sql.ref<number>(`${entity.table}.${ownerColumn(entity)}`)]
  const owners = ownersWithin(actor, reach)
  // The unary plus keeps SQLite from leaving the list's order for the owner index.
  const mine = among(list?.sight.plan === 'wide' ? sql<number>`+${owner}` : owner, owners)
  if (own !== null) return sql<SqlBool>`((${mine} and ${own.isShared}) or ${own.isMine})`
  if (!list) {
    const shared = sharedWith(actor, entity, permission)
    return shared ? sql<SqlBool>`(${mine} or ${id} in (${shared}))` : mine
  }
  return list.sight.shared.length > 0 ? sql<SqlBool>`(${mine} or ${inIds(list.db, id, list.sight.shared)})` : mine
}

/** Sizes of circles choose between plans that find the same rows, so they may be a minute old. */
const SIZE_KEPT_MS = 60_000
const MOST_SIZES = 1_000
const sizes = new WeakMap<object, Map<string, { readonly n: number; readonly until: number }>>()

/** How many live rows of `root` these owners have, no further than needed: counting a team's 10,000 at each list took a third of its time. */
async function sizeOf(db: Read | Tx, root: Entity, owners: readonly number[]): Promise<number> {
  const key = `${root.name} ${owners.join()}`
  const kept = sizes.get(db) ?? new Map()
  const known = kept.get(key)
  if (known && known.until > performance.now()) return known.n
  const { rows } = await sql<{ n: number }>`select count(*) as n from (select 1 from ${sql.table(root.table)}
    where ${sql.ref('deletedAt')} is null and ${among(sql.ref(ownerColumn(root)), owners)} limit ${sql.lit(BROAD_ROWS + 1)}) x`.execute(
    db as Tx,
  )
  const { n } = rows[0]!
  if (kept.size >= MOST_SIZES) kept.clear()
  sizes.set(db, kept.set(key, { n, until: performance.now() + SIZE_KEPT_MS }))
  return n
}

/** 工作台 looks at a dozen lists, which all ask for the same. */
const sharedIds = untilCommit<readonly number[]>()

/** Reads what a list needs to know before it looks: what is shared with the actor, and whether the own circle is small. */
export async function sightOf(db: Read | Tx, actor: Actor, entity: Entity, permission: string): Promise<Sight> {
  const reach = actor.grants.get(permission)
  if (reach === undefined || reach === 'all' || entity.scope === 'everyone')
    return { plan: 'wide', shared: [], broad: true, size: Number.POSITIVE_INFINITY }
  const root = rootOf(entity)
  const n = await sizeOf(db, root, ownersWithin(actor, reach))
  const asked = sharedWith(actor, root, permission)
  const key = `${root.name} ${actor.id} ${accessFor(permission).join()}`
  return {
    plan: n > NARROW_ROWS ? 'wide' : 'narrow',
    shared: asked ? await sharedIds(db, key, async () => (await asked.execute(db as Tx)).rows.map(({ id }) => id)) : [],
    broad: n > BROAD_ROWS,
    size: n,
  }
}
