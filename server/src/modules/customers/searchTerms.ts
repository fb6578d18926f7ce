import type { Expression, SqlBool } from 'kysely'
import type { Entity } from '@crm/shared/kernel/entity'
import { phoneFragment } from '@crm/shared/rules/phone'
import { sql } from '../../db/sql.ts'
import { type Actor, can } from '../../core/access/actor.ts'
import { both } from '../../core/rows/filters.ts'
import { numbersReadable } from '../../core/access/mask.ts'
import { startsWith, unindexed } from '../../db/dialect.ts'
import type { Read, Tx } from '../../db/store.ts'
import { folded } from './derived.ts'
import { customersOf, FEW_CANDIDATES, isFew, isShort, type Looked, rowsOf, streamsOf } from './searchOffers.ts'
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
  return {
    whole,
    terms: isNumber ? [whole] : typed.split(/\s+/).filter(Boolean).slice(0, MOST_TERMS),
  }
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

interface Found {
  readonly always: Condition
  readonly whenReadable?: Condition
}
/** Whether or not the numbers may be read: to be tested again where that matters. */
const weakly = ({ always, whenReadable }: Found): Condition =>
  whenReadable ? both([always, whenReadable], 'or') : always

/**
 * What a term may be found by at a place. Numbers: whoever may read them finds by any fragment; others only by the whole number
 * or its last four digits, so that a masked number cannot be guessed digit by digit.
 */
function found(actor: Actor, entity: Entity, term: string, place: Place): Found {
  const text = like(`${place.table}.searchText`, term)
  const digits = phoneFragment(term)
  if (!digits) return { always: text }
  const [whole, part] = [hasNumber(place, digits, 'whole'), hasNumber(place, digits, 'part')]
  if (!can(actor, 'phone.read')) return { always: both([text, whole], 'or') }
  return numbersReadable(actor, entity).sql
    ? { always: both([text, whole], 'or'), whenReadable: part }
    : { always: both([text, part], 'or') }
}

/**
 * One term is found in the row's own text or numbers, or (customers) in those of a contact. `own` and `people` are what the
 * index offers; of customers few enough, they are read once and are what the statement starts from.
 */
export function verified(
  db: Read | Tx,
  actor: Actor,
  entity: Entity,
  term: string,
  { own: rows, people }: Looked['terms'][number],
): Condition {
  const { own, theirs, strictly } = matchesOf(actor, entity, term)
  const id = sql.ref(`${entity.table}.id`)
  // Where the index was not asked, people may have it.
  const mayBePeople = people.length === 0 || people.some(({ n }) => n > 0)
  const isListed = people.length > 0 && isFew(people)
  const anywhere = (how: (match: Found) => Condition) => {
    const inPeople =
      theirs && mayBePeople && (isListed ? inList(id, customersOf(db, people, how(theirs))) : atPerson(id, how(theirs)))
    if (!inPeople) return how(own)
    // A list is looked into faster than the row's own numbers, and those faster than all its contacts.
    return both(isListed ? [inPeople, how(own)] : [how(own), inPeople], 'or')
  }
  const isLed = theirs && isListed && mayBePeople && isShort({ own: rows, people })
  return strictly(
    isLed
      ? inList(
          id,
          sql`select ${id} from ${sql.table(entity.table)} where ${id} in (${rowsOf(db, rows)}) and ${weakly(own)}
            union all ${customersOf(db, people, weakly(theirs))}`,
        )
      : anywhere(weakly),
    anywhere,
  )
}

/** The same for rows of a small circle and a word of everyday: their people whom the index does not name (`named`) are passed over unread. */
export function verifiedAmong(
  db: Read | Tx,
  actor: Actor,
  entity: Entity,
  term: string,
  named: readonly Expression<number>[],
): Condition {
  const { own, theirs, strictly } = matchesOf(actor, entity, term)
  const ids = sql.join(
    named.map((stream) => sql`select id from ${stream} z`),
    sql` union all `,
  )
  const isNamed = inList(unindexed(db, 'k.id'), ids)
  const anywhere = (how: (match: Found) => Condition) =>
    theirs ? both([how(own), atPerson(sql.ref('customers.id'), both([isNamed, how(theirs)]))], 'or') : how(own)
  return strictly(anywhere(weakly), anywhere)
}

const inList = (id: Expression<unknown>, ids: Expression<unknown>) => sql<SqlBool>`${id} in (${ids})`
const atPerson = (id: Expression<unknown>, match: Condition) =>
  sql<SqlBool>`exists (select 1 from ${sql.table('contacts')} k
    where k.${sql.ref('customerId')} = ${id} and k.${sql.ref('deletedAt')} is null and ${match})`

/** What a term may be found by in a row itself and (customers) at its people, and what else must hold of a row so found. */
function matchesOf(actor: Actor, entity: Entity, term: string) {
  const own = found(actor, entity, term, ownPlace(entity))
  const theirs = entity.name === 'customer' && can(actor, 'contact.read') ? found(actor, entity, term, PERSON) : null
  const readable = own.whenReadable && numbersReadable(actor, entity).sql
  return {
    own,
    theirs,
    /** By a part of a number only those find a row who may read its numbers. */
    strictly: (offered: Condition, anywhere: (how: (match: Found) => Condition) => Condition): Condition =>
      readable
        ? both([offered, both([sql<SqlBool>`${readable} = 1`, anywhere((match) => match.always)], 'or')])
        : offered,
  }
}

/** Whether a row found by this term must be looked at again: it may be by a part of a number that the reader may not see. */
export const isToBeAsked = (actor: Actor, entity: Entity, term: string): boolean =>
  numbersReadable(actor, entity).sql !== undefined && found(actor, entity, term, PERSON).whenReadable !== undefined

/**
 * For a word that many rows contain: what to read them from (`from … where …`), those of the rows offered first that have it
 * indeed, together with whether there are more than were looked at.
 */
export function firstOffered(
  db: Read | Tx,
  actor: Actor,
  entity: Entity,
  term: string,
  { own, people }: Looked['terms'][number],
) {
  const streams = streamsOf(db, actor, entity, term)
  const has = (place: Place) => weakly(found(actor, entity, term, place))
  const first = (stream: Expression<number>) => sql`(select id from ${stream} z limit ${sql.lit(FEW_CANDIDATES)}) f`
  const table = sql.table(entity.table)
  const id = sql.ref(`${entity.table}.id`)
  return [
    ...streams.own.map((stream, i) => ({
      source: sql`${first(stream)} cross join ${table} where ${id} = f.id and ${has(ownPlace(entity))}`,
      isMore: own[i]!.n > FEW_CANDIDATES,
    })),
    ...streams.people.map((stream, i) => ({
      source: sql`${first(stream)} cross join ${sql.table('contacts')} k cross join ${table}
        where k.id = f.id and k.${sql.ref('deletedAt')} is null and ${has(PERSON)} and ${id} = k.${sql.ref('customerId')}`,
      isMore: people[i]!.n > FEW_CANDIDATES,
    })),
  ]
}

export interface Tier {
  /** One or more ranges of an index. */
  readonly ranges: readonly Condition[]
  /** The order within the tier: the shorter name first, or the index's own. */
  readonly by: 'length' | 'code'
  /** The index that holds all of it, where a shorter one tempts. */
  readonly index?: string
}
const INITIALS_INDEX = 'customers_initials_nameLength_id_ownerId_deletedAt_index'
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
    {
      ranges: [startsWith('customers.nameFolded', whole), startsWith('customers.shortFolded', whole)],
      by: 'length',
    },
    { ranges: [startsWith('customers.initials', whole)], by: 'length', index: INITIALS_INDEX },
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
