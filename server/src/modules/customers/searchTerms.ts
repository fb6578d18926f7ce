import { type Expression, sql, type SqlBool } from 'kysely'
import type { Entity } from '@crm/shared/kernel/entity'
import { phoneFragment } from '@crm/shared/rules/phone'
import { type Actor, can } from '../../core/actor.ts'
import { both } from '../../core/filters.ts'
import { numbersReadable } from '../../core/mask.ts'
import { startsWith } from '../../db/dialect.ts'
import type { Read, Tx } from '../../db/store.ts'
import { folded } from './derived.ts'
import { customersOf, FEW_CANDIDATES, isFew, type Looked, type Offer, streamsOf } from './searchOffers.ts'
import { foldForSearch } from './searchTokens.ts'

type Condition = Expression<SqlBool>
const MOST_TERMS = 5
/** Digits: a local number. */
const SHORTEST_SPACED = 7

/** What a person typed: as one text for the ranked tiers, and in pieces that must all be found. */
export interface Asked {
  readonly whole: string
  readonly terms: readonly string[]
}
export function asked(q: string): Asked {
  const typed = foldForSearch(q).trim()
  const whole = folded(typed)
  // 138 1234 5678 is one number, not three pieces of some.
  const isNumber = (phoneFragment(typed)?.length ?? 0) >= SHORTEST_SPACED
  return { whole, terms: isNumber ? [whole] : typed.split(/\s+/).filter(Boolean).slice(0, MOST_TERMS) }
}

const like = (column: string, term: string): Condition =>
  sql<SqlBool>`${sql.ref(column)} like ${`%${term.replace(/[\\%_]/g, '\\$&')}%`} escape '\\'`
/** A record whose text and numbers are looked at, by the name it has in the statement. */
interface Place {
  readonly kind: 'customer' | 'contact'
  readonly table: string
}
const PERSON: Place = { kind: 'contact', table: 'k' }
const ownPlace = ({ name, table }: Entity): Place => ({ kind: name as Place['kind'], table })

function hasNumber({ kind, table }: Place, digits: string, how: 'whole' | 'part'): Condition {
  const whole =
    digits.length === 4
      ? sql`(p.digits = ${digits} or p.${sql.ref('lastFour')} = ${digits})`
      : sql`p.digits = ${digits}`
  return sql<SqlBool>`exists (select 1 from ${sql.table('phoneNumbers')} p
    where p.entity = ${sql.lit(kind)} and p.${sql.ref('recordId')} = ${sql.ref(`${table}.id`)} and ${how === 'whole' ? whole : sql`p.digits like ${`%${digits}%`}`})`
}

/**
 * What a term may be found by at a place. Numbers: whoever may read them finds by any fragment; others only by the whole number
 * or its last four digits, so that a masked number cannot be guessed digit by digit.
 */
function found(
  actor: Actor,
  entity: Entity,
  term: string,
  place: Place,
): { always: Condition; whenReadable?: Condition } {
  const text = like(`${place.table}.searchText`, term)
  const digits = phoneFragment(term)
  if (!digits) return { always: text }
  const [whole, part] = [hasNumber(place, digits, 'whole'), hasNumber(place, digits, 'part')]
  if (!can(actor, 'phone.read')) return { always: both([text, whole], 'or') }
  return numbersReadable(actor, entity).sql
    ? { always: both([text, whole], 'or'), whenReadable: part }
    : { always: both([text, part], 'or') }
}

/** One term is found in the row's own text or numbers, or (customers) in those of a contact; `people` are
 * the contacts the index offers, none where it was not asked. */
export function verified(
  db: Read | Tx,
  actor: Actor,
  entity: Entity,
  term: string,
  people: readonly Offer[],
): Condition {
  const readable = numbersReadable(actor, entity).sql
  const ifReadable = (condition: Condition | undefined) =>
    condition && readable ? [sql<SqlBool>`(${readable} = 1 and ${condition})`] : []
  const own = found(actor, entity, term, ownPlace(entity))
  const inRow = [own.always, ...ifReadable(own.whenReadable)]
  const unasked = people.length === 0
  if (entity.name !== 'customer' || !can(actor, 'contact.read') || (!unasked && people.every(({ n }) => n === 0)))
    return both(inRow, 'or')
  const listed = !unasked && isFew(people)
  const inContact = (match: Condition) =>
    listed
      ? sql<SqlBool>`${sql.ref('customers.id')} in (${customersOf(db, people, match)})`
      : sql<SqlBool>`exists (select 1 from ${sql.table('contacts')} k
          where k.${sql.ref('customerId')} = ${sql.ref('customers.id')} and k.${sql.ref('deletedAt')} is null and ${match})`
  const theirs = found(actor, entity, term, PERSON)
  const inPeople = [inContact(theirs.always), ...ifReadable(theirs.whenReadable && inContact(theirs.whenReadable))]
  // A list is looked into faster than the row's own numbers, and those faster than all its contacts.
  return both(listed ? [...inPeople, ...inRow] : [...inRow, ...inPeople], 'or')
}

/**
 * For a word that many rows contain: sub-queries of those of the rows offered first that have it indeed, together with whether
 * there are more than were looked at.
 */
export function firstOffered(
  db: Read | Tx,
  actor: Actor,
  entity: Entity,
  term: string,
  { own, people }: Looked['terms'][number],
) {
  const streams = streamsOf(db, actor, entity, term)
  const has = (place: Place) => {
    const { always, whenReadable } = found(actor, entity, term, place)
    return both([always, ...(whenReadable ? [whenReadable] : [])], 'or')
  }
  const first = (stream: Expression<number>) => sql`(select id from ${stream} z limit ${sql.lit(FEW_CANDIDATES)}) f`
  const table = sql.table(entity.table)
  const id = sql.ref(`${entity.table}.id`)
  return [
    ...streams.own.map((stream, i) => ({
      ids: sql<number>`select ${id} as id from ${first(stream)} cross join ${table} where ${id} = f.id and ${has(ownPlace(entity))}`,
      isMore: own[i]!.n > FEW_CANDIDATES,
    })),
    ...streams.people.map((stream, i) => ({
      ids: sql<number>`select k.${sql.ref('customerId')} as id from ${first(stream)} cross join ${sql.table('contacts')} k
        where k.id = f.id and k.${sql.ref('deletedAt')} is null and ${has(PERSON)}`,
      isMore: people[i]!.n > FEW_CANDIDATES,
    })),
  ]
}

export interface Tier {
  /** One or more ranges of an index. */
  readonly ranges: readonly Condition[]
  /** The order within the tier: the shorter name first, or the index's own. */
  readonly by: 'length' | 'code'
}
/** Domain §2: exact code, code prefix, name or short-name prefix, initials prefix. */
export function tiersOf(entity: Entity, { whole }: Asked): Tier[] {
  if (entity.name === 'contact') return [{ ranges: [startsWith('contacts.initials', whole)], by: 'length' }]
  const upper = whole.toUpperCase()
  const number = sql.ref('customers.number')
  const exact = [
    sql<SqlBool>`${number} in (${whole}, ${upper})`,
    sql<SqlBool>`${sql.ref('customers.creditCode')} = ${upper}`,
  ]
  return [
    { ranges: exact, by: 'length' },
    { ranges: [...new Set([whole, upper])].map((code) => startsWith(number, code)), by: 'code' },
    { ranges: [startsWith('customers.nameFolded', whole), startsWith('customers.shortFolded', whole)], by: 'length' },
    { ranges: [startsWith('customers.initials', whole)], by: 'length' },
  ]
}

/** The tiers as one number per row, 0 the best; hits that merely contain the text come last. */
export function rankOf(entity: Entity, ask: Asked) {
  const tiers =
    entity.name === 'contact'
      ? [[startsWith('contacts.searchText', ask.whole)], ...tiersOf(entity, ask).map((tier) => tier.ranges)]
      : tiersOf(entity, ask).map((tier) => tier.ranges)
  return sql`case ${sql.join(
    tiers.map((tier, i) => sql`when ${both(tier, 'or')} then ${sql.lit(i)}`),
    sql` `,
  )} else ${sql.lit(tiers.length)} end`
}
