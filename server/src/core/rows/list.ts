import type { CompiledQuery, Expression, SqlBool } from 'kysely'
import type { Page } from '@crm/shared/kernel/endpoint'
import { type Entity, rightTo, type RowOf } from '@crm/shared/kernel/entity'
import { nameBeside } from '@crm/shared/kernel/field'
import { type ListQuery, summed } from '@crm/shared/kernel/query'
import { sql } from '../../db/sql.ts'
import { inIds } from '../../db/dialect.ts'
import { untilCommit } from '../../db/revision.ts'
import type { Read, Tx } from '../../db/store.ts'
import type { Actor } from '../access/actor.ts'
import { both, filtersOf } from './filters.ts'
import { hiddenCosts } from '../access/mask.ts'
import { invalidField, problem } from '../problem.ts'
import { afterCursor, cursorOf, orderOf, orderSql, sortedBy } from './order.ts'
import { rowsByIds, rowsOfPage, tables } from './rows.ts'
import { NARROW_ROWS, type Plan, sightOf, visible } from '../access/scope.ts'
import { breathing } from '../jobs/turns.ts'
import { countUpTo, waysOf } from './ways.ts'

const COUNT_CAP = 10_000
const DEEPEST = 10_000
/** Of 100,000 customers and a circle of 10,000: with a page of 50 among 1,000 that match, either way passes some 5,000 rows. */
const FAR_APART = 20

/** The rows a search may choose from. */
export interface Within {
  readonly where: Expression<SqlBool>
  /** The same rows, said so that the engine may start from any index. */
  readonly anyhow: Expression<SqlBool>
  /** None of them in the recycle bin. */
  readonly isLive: boolean
  /** Whether scope and filters leave so few rows that all of them may be looked at. */
  readonly isFew: () => Promise<boolean>
  /** How many hits the reader will look at. */
  readonly need: number
}
/** Ids that answer `q`, best first; `capped` when there are more than these. */
export interface Hits {
  readonly ids: readonly number[]
  readonly capped: boolean
}
export interface ListExtra {
  /** Further conditions (a search, a parameter that is no field). */
  readonly where?: readonly Expression<SqlBool>[]
  readonly hits?: (within: Within) => Promise<Hits>
  /** Orders that no column keeps, by the name that `sort=` gives them; of whole numbers, never empty. */
  readonly sorts?: Readonly<Record<string, Expression<unknown>>>
  /** Where an exact count may take its time. */
  readonly heavy?: <T>(query: CompiledQuery<T>) => Promise<T[]>
}

/** One page of what the actor may see: ids in order first (often from the index alone), then the rows of that page. */
export async function listRows<E extends Entity>(
  db: Read | Tx,
  actor: Actor,
  entity: E,
  query: ListQuery,
  extra: ListExtra = {},
): Promise<Page<RowOf<E>>> {
  const { page = 1, size = 50, cursor } = query
  const breathe = breathing()
  if (page * size > DEEPEST) throw problem('page_too_deep', `最多翻到第 ${DEEPEST} 行,请加筛选条件`)
  const recycled = query.deleted === 'only'
  const permission = rightTo(entity, recycled ? 'delete' : 'read')
  const sort = query.sort ?? entity.order
  const orders = orderOf(entity, sort, extra.sorts)

  const deletedAt = sql.ref(`${entity.table}.deletedAt`)
  const sight = await sightOf(db, actor, entity, permission)
  const asked = [...filtersOf(db, entity, query), ...(extra.where ?? [])]
  const conditions = (plan: Plan) =>
    both([
      recycled ? sql<SqlBool>`${deletedAt} is not null` : sql<SqlBool>`${deletedAt} is null`,
      visible(actor, entity, permission, { db, sight: { ...sight, plan } }),
      ...asked,
    ])
  const ways = await waysOf(db, entity, query, sight)
  const [where, anyhow] = [conditions(ways.page), conditions(ways.count)]
  const kept = query.fields && keysOf(entity, query.fields as string[])
  const shown = (rows: RowOf<E>[]) => (kept ? rows.map((row) => only(row, kept)) : rows)
  // A place in the order means nothing where there is another order, or a page to go to.
  const isRanked = extra.hits !== undefined && !query.sort
  if (cursor !== undefined && (isRanked || query.page !== undefined)) throw invalidField('cursor', '游标无效')
  const isFew = async () =>
    (!recycled && sight.plan === 'narrow') ||
    ((recycled || asked.length > 0) && (await countUpTo(db, entity, anyhow, NARROW_ROWS)) <= NARROW_ROWS)
  const hits = await extra.hits?.({ where, anyhow, isLive: !recycled, isFew, need: page * size })
  const found = hits && inIds(db, `${entity.table}.id`, hits.ids)
  const all = found ? both([anyhow, found]) : anyhow
  const added = query['totals'] === true ? await addedUp(db, actor, entity, all, extra.heavy) : undefined
  const totals = added && { totals: added.totals }
  if (hits && !query.sort) {
    const best = hits.ids.slice((page - 1) * size, page * size)
    return {
      items: shown(await rowsByIds(db, actor, entity, best)),
      total: hits.ids.length,
      totalCapped: hits.capped,
      nextCursor: null,
      ...totals,
    }
  }
  const counted = async () => {
    if (added) return query.count === 'exact' ? { total: added.n, totalCapped: false } : capped(added.n)
    // Page and count of a rare filter may each pass the whole index: others come in between, but never into a transaction.
    if (!db.isTransaction) await breathe()
    const heavy = size === 0 || query.count === 'exact' ? extra.heavy : undefined
    return count(db, entity, all, { isExact: query.count === 'exact', heavy })
  }
  // Few rows of a circle that pass the filters are far apart in the list's order: then the circle is the shorter way to them.
  const isPicky = asked.length > 0 && !recycled && sight.plan === 'wide' && !sight.broad && !ways.isShort
  const known = isPicky ? await counted() : undefined
  const way = known && known.total <= FAR_APART * page * size ? chosenFirst(entity, anyhow) : where
  const matching = found ? both([way, found]) : way
  const order = orders.map((o) => orderSql(entity, o))
  const after = cursor === undefined ? sql`` : sql` and ${afterCursor(entity, sort, orders, cursor)}`
  const offset = cursor === undefined ? (page - 1) * size : 0
  // Whoever only counts (工作台) wants no rows.
  const { rows, last } =
    size === 0
      ? { rows: [], last: undefined }
      : await rowsOfPage(db, actor, entity, {
          where: sql`${matching}${after}`,
          order: sql.join(order),
          sortedBy: sortedBy(orders),
          size,
          offset,
        })
  const whole = offset === 0 && cursor === undefined && rows.length < size
  const { total, totalCapped } = known ?? (whole ? { total: rows.length, totalCapped: false } : await counted())
  return {
    items: shown(rows),
    total,
    totalCapped: totalCapped || hits?.capped === true,
    nextCursor: last && rows.length === size ? cursorOf(sort, orders, last) : null,
    ...totals,
  }
}

/** No field is called so. */
const COUNTED_ROWS = '#rows'
const amounts = untilCommit<Record<string, number | string | null>>()

/** The amounts of all `matching` rows and how many they are; by one statement, where it may take its time. */
async function addedUp(
  db: Read | Tx,
  actor: Actor,
  entity: Entity,
  matching: Expression<SqlBool>,
  heavy: ListExtra['heavy'],
): Promise<{ readonly n: number; readonly totals: Readonly<Record<string, number | null>> }> {
  const hidden = hiddenCosts(actor, entity)
  const sums = summed(entity).map(
    ([key]) =>
      sql`${hidden.includes(key) ? sql`null` : sql`sum(${sql.ref(`${entity.table}.${key}`)})`} as ${sql.ref(key)}`,
  )
  const query = sql<
    Record<string, number | string | null>
  >`select ${sql.join([sql`count(*) as ${sql.ref(COUNTED_ROWS)}`, ...sums])}
    from ${sql.table(entity.table)} where ${matching}`.compile(tables(db))
  const row = await amounts(
    db,
    `${query.sql}${JSON.stringify(query.parameters)}`,
    async () => (heavy ? await heavy(query) : (await tables(db).executeQuery(query)).rows)[0]!,
  )
  const totals = summed(entity).map(([key]) => [key, hidden.includes(key) ? null : Number(row[key] ?? 0)] as const)
  return { n: Number(row[COUNTED_ROWS]), totals: Object.fromEntries(totals) }
}

/** The rows of `matching`, said so that an index which holds the filters finds them all before the order reads any. */
const chosenFirst = ({ table }: Entity, matching: Expression<SqlBool>) => {
  const id = sql.ref(`${table}.id`)
  return sql<SqlBool>`${id} in (select ${id} from ${sql.table(table)} where ${matching})`
}

async function count(
  db: Read | Tx,
  entity: Entity,
  matching: Expression<SqlBool>,
  { heavy, isExact }: { readonly isExact: boolean; readonly heavy: ListExtra['heavy'] },
): Promise<{ total: number; totalCapped: boolean }> {
  if (heavy && isExact) {
    const [row] = await heavy(
      sql<{ n: number }>`select count(*) as n from ${sql.table(entity.table)} where ${matching}`.compile(tables(db)),
    )
    return { total: Number(row!.n), totalCapped: false }
  }
  return capped(await countUpTo(db, entity, matching, COUNT_CAP, heavy))
}
const capped = (n: number) => ({ total: Math.min(n, COUNT_CAP), totalCapped: n > COUNT_CAP })

const ALWAYS = ['id', 'version']
const TIMES = ['createdAt', 'updatedAt', 'deletedAt']

/** `fields=`: what to keep of a row. The id and version always come along, and with a reference its name. */
function keysOf(entity: Entity, fields: readonly string[]): ReadonlySet<string> {
  const unknown = fields.find((name) => !Object.hasOwn(entity.fields, name) && ![...ALWAYS, ...TIMES].includes(name))
  if (unknown !== undefined) throw invalidField('fields', `没有字段“${unknown}”`)
  return new Set([...ALWAYS, ...fields, ...fields.map(nameBeside)])
}
const only = <R extends object>(row: R, kept: ReadonlySet<string>): R =>
  Object.fromEntries(Object.entries(row).filter(([key]) => kept.has(key))) as R
