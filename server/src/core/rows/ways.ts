import type { CompiledQuery, Expression, SqlBool } from 'kysely'
import type { Entity } from '@crm/shared/kernel/entity'
import type { ListQuery } from '@crm/shared/kernel/query'
import { sql } from '../../db/sql.ts'
import { untilCommit } from '../../db/revision.ts'
import type { Read, Tx } from '../../db/store.ts'
import { both, spanOf } from './filters.ts'
import { tables } from './rows.ts'
import { parentField, type Plan, type Sight } from '../access/scope.ts'

/** How to choose a page and how to count: a count follows no order, so it may start from whichever index is shortest. */
interface Ways {
  readonly page: Plan
  readonly count: Plan
  /** From-to filters leave so few rows that a page is found soonest by testing them in their order. */
  readonly isShort: boolean
}
/** Testing a row reads its parent: with so many parents per row the page is there sooner than the set of all of them. */
const PARENTS_PER_TESTED = 3
/** All rows of a span must be tested to count them. */
const PARENTS_PER_COUNTED = 10
/** Asking the set costs a tenth of what looking for one parent's rows does: walking so many rows per parent is still shorter. */
const WALKED_PER_PARENT = 10

/**
 * The ways to the rows of a list. With from-to filters its children may be fewer than the circle's parents: of a team with 10,000
 * customers a day's 2,500 follow-ups are counted in 4 ms against the set of customers, in 25-45 ms starting from each of them.
 */
export async function waysOf(db: Read | Tx, entity: Entity, query: ListQuery, sight: Sight): Promise<Ways> {
  const { broad, plan, size } = sight
  const isChild = parentField(entity) !== null
  const usual: Ways = { page: plan, count: isChild && broad ? 'wide' : 'narrow', isShort: false }
  if (isChild && size === Number.POSITIVE_INFINITY) return { ...usual, count: 'gathered' }
  const span = isChild && !broad && query.deleted !== 'only' ? spanOf(db, entity, query) : []
  if (span.length === 0) return usual
  const live = sql<SqlBool>`${sql.ref(`${entity.table}.deletedAt`)} is null`
  const most = WALKED_PER_PARENT * size
  const rows = await countUpTo(db, entity, both([live, ...span]), most)
  const count = rows * PARENTS_PER_COUNTED <= size ? 'wide' : 'gathered'
  if (rows * PARENTS_PER_TESTED <= size) return { page: 'wide', count, isShort: true }
  return plan === 'wide' && rows <= most ? { page: plan, count, isShort: false } : usual
}

const totals = untilCommit<number>()

/** One more than `most` stands for any number beyond it. Where nobody waits for rows as well, the worker counts (`heavy`). */
export function countUpTo(
  db: Read | Tx,
  entity: Entity,
  matching: Expression<SqlBool>,
  most: number,
  heavy?: <T>(query: CompiledQuery<T>) => Promise<T[]>,
): Promise<number> {
  const counting = sql<{
    n: number
  }>`select count(*) as n from (select 1 from ${sql.table(entity.table)} where ${matching} limit ${sql.lit(most + 1)}) x`.compile(
    tables(db),
  )
  return totals(db, `${counting.sql}${JSON.stringify(counting.parameters)}`, async () => {
    const [row] = heavy ? await heavy(counting) : (await (db as Tx).executeQuery(counting)).rows
    return Number(row!.n)
  })
}
