import type { Expression, SqlBool } from 'kysely'
import type { Entity } from '@crm/shared/kernel/entity'
import { phoneFragment } from '@crm/shared/rules/phone'
import { sql } from '../../db/sql.ts'
import { type Actor, can } from '../../core/access/actor.ts'
import { gathered, gathering } from '../../db/dialect.ts'
import { matching } from '../../db/search.ts'
import type { Read, Tx } from '../../db/store.ts'
import { queryTokens } from './searchTokens.ts'

type Condition = Expression<SqlBool>
/** Up to here all candidates of the index are verified and ranked: the answer is exact. Of a word of everyday (有限公司) as many are looked at. */
export const FEW_CANDIDATES = 1_500

/** Ids that the search index offers; `ids` is theirs to hand on, unseen, unless there are too many. */
export interface Offer {
  readonly n: number
  readonly ids: unknown
}
export const rowsOf = (db: Read | Tx, offers: readonly Offer[]) =>
  sql.join(
    offers.map(({ ids }) => gathered(db, ids)),
    sql` union all `,
  )
export const isFew = (offers: readonly Offer[]) => offers.reduce((sum, { n }) => sum + n, 0) <= FEW_CANDIDATES
/** The customers of these contacts that `match`. */
export const customersOf = (db: Read | Tx, people: readonly Offer[], match: Condition) =>
  sql<number>`select k.${sql.ref('customerId')} as id from ${sql.table('contacts')} k
    where k.id in (${rowsOf(db, people)}) and k.${sql.ref('deletedAt')} is null and ${match}`

/** A term as tokens: as text and, where it can be read as a number, as digits. */
function tokensOf(term: string): string[][] {
  const digits = phoneFragment(term)
  return [queryTokens(term), ...(digits && digits !== term ? [queryTokens(digits)] : [])].filter(
    (list) => list.length > 0,
  )
}
const ownIndex = (entity: Entity) => (entity.name === 'contact' ? 'contactSearch' : 'customerSearch')

/** Where the index finds a term: in rows' own words (ids of the entity), and in those of customers' people (ids of contacts). */
interface Streams {
  readonly own: readonly Expression<number>[]
  readonly people: readonly Expression<number>[]
}
export const streamsOf = (db: Read | Tx, actor: Actor, entity: Entity, term: string): Streams => ({
  own: tokensOf(term).map((list) => matching(db, ownIndex(entity), list)),
  people:
    entity.name === 'customer' && can(actor, 'contact.read')
      ? tokensOf(term).map((list) => matching(db, 'contactSearch', list))
      : [],
})

/** What the index offers for each term, and for all of them together in one row's own words. */
export interface Looked {
  readonly terms: readonly { readonly own: readonly Offer[]; readonly people: readonly Offer[] }[]
  readonly together: Offer | null
}

/** Asks the index about all terms in one statement. */
export async function look(db: Read | Tx, actor: Actor, entity: Entity, terms: readonly string[]): Promise<Looked> {
  const streams = terms.map((term) => streamsOf(db, actor, entity, term))
  const tokens = terms.map(tokensOf)
  const isTogether =
    terms.length > 1 &&
    tokens.every((alternatives) => alternatives.length <= 1) &&
    tokens.some((alternatives) => alternatives.length > 0)
  const all = [
    ...streams.flatMap(({ own, people }) => [...own, ...people]),
    ...(isTogether ? [matching(db, ownIndex(entity), tokens.flat(2))] : []),
  ]
  if (all.length === 0) return { terms: streams.map(() => ({ own: [], people: [] })), together: null }
  const asked = all.map(
    (stream, at) =>
      sql`select ${sql.lit(at)} as at, count(*) as n, ${gathering(db, 'id')} as ids from (select id from ${stream} x limit ${sql.lit(FEW_CANDIDATES + 1)}) y`,
  )
  const { rows } = await sql<Offer & { at: number }>`${sql.join(asked, sql` union all `)}`.execute(db as Tx)
  const offers = rows.sort((a, b) => a.at - b.at)
  const take = (n: number) => offers.splice(0, n)
  const looked = streams.map(({ own, people }) => ({
    own: take(own.length),
    people: take(people.length),
  }))
  return { terms: looked, together: isTogether ? take(1)[0]! : null }
}

/** So many ids of the index are read in less time than the people of a thousand customers. */
const MANY_OFFERED = 20_000
/** The index's own list of the people a term names, where they are many; null where it is too long, or short enough to be known. */
export async function peopleNamed(
  db: Read | Tx,
  actor: Actor,
  entity: Entity,
  term: string,
  { people }: Looked['terms'][number],
): Promise<readonly Expression<number>[] | null> {
  if (isFew(people)) return null
  const streams = streamsOf(db, actor, entity, term).people
  const listed = sql.join(
    streams.map((stream) => sql`select * from (select id from ${stream} x limit ${sql.lit(MANY_OFFERED + 1)}) y`),
    sql` union all `,
  )
  const { rows } = await sql<{ n: number }>`select count(*) as n from (${listed}) z`.execute(db as Tx)
  return rows[0]!.n <= MANY_OFFERED ? streams : null
}

/** Few rows answer to a term, and they are known: `verified` starts from them. */
export const isShort = ({ own, people }: Looked['terms'][number]) => own.length > 0 && isFew([...own, ...people])

/**
 * A condition of few rows that holds for all which answer every term: one term that few rows have (verifying it leads to them); else
 * all terms in the row's own text or any of them at one of its people. Null when each has more.
 */
export function candidates(db: Read | Tx, entity: Entity, { terms, together }: Looked): Condition | null {
  const id = sql.ref(`${entity.table}.id`)
  const inRows = (own: readonly Offer[], people: readonly Offer[]) => {
    const parts = [
      rowsOf(db, own),
      ...(people.some(({ n }) => n > 0) ? [customersOf(db, people, sql<SqlBool>`1 = 1`)] : []),
    ]
    return sql<SqlBool>`${id} in (${sql.join(parts, sql` union all `)})`
  }
  const people = terms.flatMap((term) => term.people)
  if (together && isShort({ own: [together], people })) return inRows([together], people)
  const short = terms.find(isShort)
  if (!short) return null
  return short.people.some(({ n }) => n > 0) ? sql<SqlBool>`1 = 1` : inRows(short.own, [])
}
