import type { Expression, SqlBool } from 'kysely'
import type { SearchReply } from '@crm/shared/contract/customers'
import { contact } from '@crm/shared/entities/contact'
import { customer } from '@crm/shared/entities/customer'
import type { Entity } from '@crm/shared/kernel/entity'
import { sql } from '../../db/sql.ts'
import { type Actor, can } from '../../core/access/actor.ts'
import { both } from '../../core/rows/filters.ts'
import type { Hits, ListExtra, Within } from '../../core/rows/list.ts'
import { rowsByIds } from '../../core/rows/rows.ts'
import { type Plan, sightOf, visible } from '../../core/access/scope.ts'
import { inIds, readBy, textLength } from '../../db/dialect.ts'
import type { Read, Tx } from '../../db/store.ts'
import { candidates, look, type Looked, peopleNamed } from './searchOffers.ts'
import {
  asked,
  type Asked,
  firstOffered,
  isToBeAsked,
  rankOf,
  tiersOf,
  verified,
  verifiedAmong,
} from './searchTerms.ts'

type Condition = Expression<SqlBool>
/** Nobody pages further through hits. */
const MOST_HITS = 1_000
const LEAST_TOP_UP = 100

const idOf = (entity: Entity) => sql.ref(`${entity.table}.id`)
const lengthOf = (entity: Entity) =>
  entity.name === 'customer' ? sql.ref('customers.nameLength') : textLength('contacts.name')

/** All rows of `where`, best first. */
async function ranked(db: Read | Tx, entity: Entity, ask: Asked, where: Condition): Promise<Hits> {
  const { rows } = await sql<{
    id: number
  }>`select ${idOf(entity)} as id from ${sql.table(entity.table)} where ${where}
    order by ${rankOf(entity, ask)}, ${lengthOf(entity)}, ${idOf(entity)} limit ${sql.lit(MOST_HITS + 1)}`.execute(
    db as Tx,
  )
  return { ids: rows.slice(0, MOST_HITS).map((row) => row.id), capped: rows.length > MOST_HITS }
}

/** Those named by what was asked, from the ordered indexes: exactly ranked as far as the reader looks. One statement for all tiers. */
async function namedBy(
  db: Read | Tx,
  entity: Entity,
  ask: Asked,
  where: Condition,
  { isLive, need }: Within,
): Promise<Set<number>> {
  const tiers = tiersOf(entity, ask)
  // The indexes of names hold no recycled rows.
  const table = (index: string | undefined) =>
    index && isLive ? readBy(db, entity.table, index) : sql.table(entity.table)
  const ranges = tiers.flatMap(({ ranges, by, index }, tier) => {
    // Only what the tier's index holds: one column more and each row of the range is looked up.
    const place =
      by === 'code'
        ? sql`${sql.ref('customers.number')} as code, 0 as length`
        : sql`'' as code, ${lengthOf(entity)} as length`
    // Better tiers hold fewer than `need`, so twice that brings up as many new ones.
    return ranges.map(
      (
        range,
        at,
      ) => sql`select * from (select ${sql.lit(tier)} as tier, ${sql.lit(at)} as at, ${place}, ${idOf(entity)} as id
        from ${table(index)} where ${both([where, range])} order by ${sql.ref(by === 'code' ? 'code' : 'length')}, id limit ${sql.lit(2 * need)}) x`,
    )
  })
  const { rows } = await sql<{
    tier: number
    at: number
    id: number
    length: number
    code: string
  }>`${sql.join(ranges, sql` union all `)}`.execute(db as Tx)
  const found = new Set<number>()
  for (const [tier, { by }] of tiers.entries()) {
    if (found.size >= need) break
    rows
      .filter((row) => row.tier === tier)
      .sort((a, b) => (by === 'code' ? a.at - b.at || (a.code < b.code ? -1 : 1) : a.length - b.length || a.id - b.id))
      .forEach(({ id }) => found.add(id))
  }
  return found
}

/** For a word that many rows contain: those named by it; the rest is filled up from the index as it comes, as far as the reader looks. */
async function named(
  db: Read | Tx,
  actor: Actor,
  entity: Entity,
  ask: Asked,
  looked: Looked,
  everyTerm: readonly Condition[],
  within: Within,
): Promise<Hits> {
  const { where, need } = within
  const found = await namedBy(db, entity, ask, both([where, ...(everyTerm.length > 1 ? everyTerm : [])]), within)
  if (found.size >= need) return { ids: [...found].slice(0, need), capped: true }
  const enough = Math.max(need, LEAST_TOP_UP)
  const limit = enough + found.size
  let capped = false
  const rest = new Set<number>()
  const again = ask.terms.length > 1 || isToBeAsked(actor, entity, ask.terms[0]!) ? everyTerm : []
  for (const { source, isMore } of firstOffered(db, actor, entity, ask.terms[0]!, looked.terms[0]!)) {
    if (found.size + rest.size >= enough) {
      capped = true
      break
    }
    const { rows } = await sql<{
      id: number
    }>`select ${idOf(entity)} as id from ${source} and ${both([where, ...again])} limit ${sql.lit(limit)}`.execute(
      db as Tx,
    )
    capped ||= rows.length === limit || isMore
    for (const { id } of rows) if (!found.has(id)) rest.add(id)
  }
  const ordered = rest.size > 0 ? await ranked(db, entity, ask, inIds(db, idOf(entity), [...rest])) : { ids: [] }
  return { ids: [...found, ...ordered.ids], capped }
}

async function hits(db: Read | Tx, actor: Actor, entity: Entity, q: string, within: Within): Promise<Hits> {
  const ask = asked(q)
  const looked = await look(db, actor, entity, ask.terms)
  // Signs only: nothing to look up, and no row worth a scan of everything.
  if (looked.terms.every(({ own }) => own.length === 0)) return { ids: [], capped: false }
  const everyTerm = ask.terms.map((term, i) => verified(db, actor, entity, term, looked.terms[i]!))
  const few = candidates(db, entity, looked)
  if (few) return ranked(db, entity, ask, both([few, within.where, ...everyTerm]))
  if (!(await within.isFew())) return named(db, actor, entity, ask, looked, everyTerm, within)
  const every: Condition[] = []
  for (const [i, term] of ask.terms.entries()) {
    const people = await peopleNamed(db, actor, entity, term, looked.terms[i]!)
    every.push(people ? verifiedAmong(db, actor, entity, term, people) : everyTerm[i]!)
  }
  return ranked(db, entity, ask, both([within.anyhow, ...every]))
}

/** The `q` of a list; nothing when the reader asks for nothing. */
export const searching = (
  db: Read | Tx,
  actor: Actor,
  entity: Entity,
  q: string | undefined,
): Pick<ListExtra, 'hits'> =>
  q === undefined || q.trim() === '' ? {} : { hits: (within) => hits(db, actor, entity, q, within) }

const PER_TYPE = 5

/** The box at the top: the best five of each kind that the reader may see. */
export async function searchAll(db: Read, actor: Actor, q: string): Promise<Omit<SearchReply, 'records'>> {
  const best = async <E extends Entity>(entity: E) => {
    const permission = `${entity.name}.read`
    if (!can(actor, permission)) return []
    const live = sql<SqlBool>`${sql.ref(`${entity.table}.deletedAt`)} is null`
    const sight = await sightOf(db, actor, entity, permission)
    const seen = (plan: Plan) => both([live, visible(actor, entity, permission, { db, sight: { ...sight, plan } })])
    const found = await hits(db, actor, entity, q, {
      where: seen(sight.plan),
      anyhow: seen('narrow'),
      isLive: true,
      isFew: async () => sight.plan === 'narrow',
      need: PER_TYPE,
    })
    return rowsByIds(db, actor, entity, found.ids.slice(0, PER_TYPE))
  }
  const [companies, people] = [await best(customer), await best(contact)]
  return {
    customers: companies.map(({ id, number, name, ownerName }) => ({
      id,
      number,
      name,
      ownerName,
    })),
    contacts: people.map(({ id, name, jobTitle, customerId, customerName }) => ({
      id,
      name,
      jobTitle,
      customerId,
      customerName,
    })),
  }
}
