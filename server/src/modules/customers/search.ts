import { type Expression, type RawBuilder, sql, type SqlBool } from 'kysely'
import type { SearchReply } from '@crm/shared/contract/customers'
import { contact } from '@crm/shared/entities/contact'
import { customer } from '@crm/shared/entities/customer'
import type { Entity } from '@crm/shared/kernel/entity'
import { type Actor, can } from '../../core/actor.ts'
import { both } from '../../core/filters.ts'
import type { Hits, ListExtra, Within } from '../../core/list.ts'
import { rowsByIds } from '../../core/rows.ts'
import { NARROW_ROWS, sightOf, visible } from '../../core/scope.ts'
import { inIds } from '../../db/dialect.ts'
import type { Read, Tx } from '../../db/store.ts'
import { asked, type Asked, offers, rankOf, streams, tiersOf, verified } from './searchTerms.ts'

type Condition = Expression<SqlBool>
/** Nobody pages further through hits. */
const MOST_HITS = 1_000
/** Up to here all candidates of the index are verified and ranked: the answer is exact. */
const FEW_CANDIDATES = 1_500
/** Of a word of everyday (有限公司) this many candidates are looked at beyond those named by it. */
const LOOKED_AT = 1_500
const LEAST_TOP_UP = 100

const idOf = (entity: Entity) => sql.ref(`${entity.table}.id`)
const lengthOf = (entity: Entity) =>
  entity.name === 'customer' ? sql.ref('customers.nameLength') : sql`length(${sql.ref('contacts.name')})`

async function countUpTo(db: Read | Tx, rows: RawBuilder<unknown>, most: number): Promise<number> {
  const { rows: counted } = await sql<{
    n: number
  }>`select count(*) as n from (select 1 from ${rows} limit ${sql.lit(most + 1)}) y`.execute(db as Tx)
  return counted[0]!.n
}

/** The ids of all sub-queries together; null when there are more than `most`. */
async function idsUpTo(db: Read | Tx, list: readonly Expression<number>[], most: number): Promise<number[] | null> {
  const all = sql.join(
    list.map((stream) => sql`select * from ${stream} z`),
    sql` union all `,
  )
  const { rows } = await sql<{ id: number }>`select id from (${all}) x limit ${sql.lit(most + 1)}`.execute(db as Tx)
  return rows.length > most ? null : [...new Set(rows.map((row) => row.id))]
}

/** All rows of `candidates` that answer every term, best first. */
async function ranked(db: Read | Tx, entity: Entity, ask: Asked, candidates: Condition): Promise<Hits> {
  const { rows } = await sql<{
    id: number
  }>`select ${idOf(entity)} as id from ${sql.table(entity.table)} where ${candidates}
    order by ${rankOf(entity, ask)}, ${lengthOf(entity)}, ${idOf(entity)} limit ${sql.lit(MOST_HITS + 1)}`.execute(
    db as Tx,
  )
  return { ids: rows.slice(0, MOST_HITS).map((row) => row.id), capped: rows.length > MOST_HITS }
}

/**
 * For a word that half the rows contain: those named by it come from the ordered indexes, exactly ranked; the rest is filled
 * up from the index as it comes, as far as the reader looks.
 */
async function named(db: Read | Tx, actor: Actor, entity: Entity, ask: Asked, { where, need }: Within): Promise<Hits> {
  const found = new Set<number>()
  const others = ask.terms.length > 1 ? ask.terms.map((term) => verified(actor, entity, term)) : []
  for (const { ranges, by } of tiersOf(entity, ask)) {
    if (found.size >= need) break
    const order = by === 'code' ? sql.ref('customers.number') : sql`2, 1`
    const hits: { id: number; length: number }[] = []
    for (const range of ranges) {
      const { rows } = await sql<{
        id: number
        length: number
      }>`select ${idOf(entity)} as id, ${lengthOf(entity)} as length from ${sql.table(entity.table)}
        where ${both([where, range, ...others])} order by ${order} limit ${sql.lit(need + found.size)}`.execute(
        db as Tx,
      )
      hits.push(...rows)
    }
    if (by === 'length') hits.sort((a, b) => a.length - b.length || a.id - b.id)
    for (const { id } of hits) found.add(id)
  }
  if (found.size >= need) return { ids: [...found].slice(0, need), capped: true }
  const limit = Math.max(need, LEAST_TOP_UP) + found.size
  let capped = false
  const rest = new Set<number>()
  for (const stream of streams(db, entity, ask.terms[0]!)) {
    const { rows } = await sql<{
      id: number
    }>`select ${idOf(entity)} as id from (select * from ${stream} z limit ${sql.lit(LOOKED_AT)}) f cross join ${sql.table(entity.table)}
      where ${idOf(entity)} = f.id and ${both([where, ...ask.terms.map((term) => verified(actor, entity, term))])} limit ${sql.lit(limit)}`.execute(
      db as Tx,
    )
    capped ||= rows.length === limit || (await countUpTo(db, sql`${stream} z`, LOOKED_AT)) > LOOKED_AT
    for (const { id } of rows) if (!found.has(id)) rest.add(id)
    if (rest.size >= limit) break
  }
  const ordered = await ranked(db, entity, ask, inIds(db, idOf(entity), [...rest]))
  return { ids: [...found, ...ordered.ids], capped }
}

async function hits(db: Read | Tx, actor: Actor, entity: Entity, q: string, within: Within): Promise<Hits> {
  const ask = asked(q)
  if (ask.terms.length === 0) return { ids: [], capped: false }
  const everyTerm = ask.terms.map((term) => verified(actor, entity, term))
  const offered = offers(db, entity, ask)
  // Signs only: nothing to look up, and no row worth a scan of everything.
  if (offered.length === 0) return { ids: [], capped: false }
  for (const list of offered) {
    const candidates = await idsUpTo(db, list, FEW_CANDIDATES)
    if (candidates)
      return ranked(db, entity, ask, both([inIds(db, idOf(entity), candidates), within.where, ...everyTerm]))
  }
  const few =
    within.restricted &&
    (await countUpTo(db, sql`${sql.table(entity.table)} where ${within.anyhow}`, NARROW_ROWS)) <= NARROW_ROWS
  return few ? ranked(db, entity, ask, both([within.anyhow, ...everyTerm])) : named(db, actor, entity, ask, within)
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
export async function searchAll(db: Read, actor: Actor, q: string): Promise<SearchReply> {
  const best = async <E extends Entity>(entity: E) => {
    const permission = `${entity.name}.read`
    if (!can(actor, permission)) return []
    const live = sql<SqlBool>`${sql.ref(`${entity.table}.deletedAt`)} is null`
    const sight = await sightOf(db, actor, entity, permission)
    const seen = (plan: 'narrow' | 'wide') =>
      both([live, visible(actor, entity, permission, { db, sight: { ...sight, plan } })])
    const found = await hits(db, actor, entity, q, {
      where: seen(sight.plan),
      anyhow: seen('narrow'),
      restricted: actor.grants.get(permission) !== 'all',
      need: PER_TYPE,
    })
    return rowsByIds(db, actor, entity, found.ids.slice(0, PER_TYPE))
  }
  const [companies, people] = [await best(customer), await best(contact)]
  return {
    customers: companies.map(({ id, number, name, ownerName }) => ({ id, number, name, ownerName })),
    contacts: people.map(({ id, name, jobTitle, customerId, customerName }) => ({
      id,
      name,
      jobTitle,
      customerId,
      customerName,
    })),
  }
}
