import { type Expression, sql, type SqlBool } from 'kysely'
import type { Entity } from '@crm/shared/kernel/entity'
import { phoneFragment } from '@crm/shared/rules/phone'
import { type Actor, can } from '../../core/actor.ts'
import { both } from '../../core/filters.ts'
import { numbersReadable } from '../../core/mask.ts'
import { startsWith } from '../../db/dialect.ts'
import { matching } from '../../db/search.ts'
import type { Read, Tx } from '../../db/store.ts'
import { folded } from './derived.ts'
import { foldForSearch, queryTokens } from './searchTokens.ts'

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
/** Whose numbers find a row: a customer is found by its own and by those of its contacts, as long as they are there and may be read. */
function keyOf(actor: Actor, entity: Entity) {
  if (entity.name === 'contact')
    return { id: sql.ref('contacts.id'), number: sql.ref('p.recordId'), ofKind: sql`p.entity = 'contact'` }
  const theirs = sql` or (select k.${sql.ref('deletedAt')} from ${sql.table('contacts')} k where k.id = p.${sql.ref('recordId')}) is null`
  return {
    id: sql.ref('customers.id'),
    number: sql.ref('p.customerId'),
    ofKind: sql`(p.entity = 'customer'${can(actor, 'contact.read') ? theirs : sql``})`,
  }
}

/**
 * Numbers: whoever may read them finds by any fragment; others only by the whole number or its last four digits, so that a
 * masked number cannot be guessed digit by digit.
 */
function numberMatches(actor: Actor, entity: Entity, term: string): Condition | null {
  const digits = phoneFragment(term)
  if (!digits) return null
  const { id, number, ofKind } = keyOf(actor, entity)
  const numbers = sql`${sql.table('phoneNumbers')} p where ${ofKind} and `
  const whole =
    digits.length === 4
      ? sql`(p.digits = ${digits} or ${sql.ref('p.lastFour')} = ${digits})`
      : sql`p.digits = ${digits}`
  const exact = sql<SqlBool>`exists (select 1 from ${numbers} ${number} = ${id} and ${whole})`
  if (!can(actor, 'phone.read')) return exact
  const part = sql<SqlBool>`exists (select 1 from ${numbers} ${number} = ${id} and p.digits like ${`%${digits}%`})`
  const readable = numbersReadable(actor, entity)
  return readable.sql ? both([exact, sql<SqlBool>`(${readable.sql} = 1 and ${part})`], 'or') : part
}

/** One term is found in the row's own text, in a number, or (customers) in a contact's text. */
export function verified(actor: Actor, entity: Entity, term: string): Condition {
  const number = numberMatches(actor, entity, term)
  const inContact =
    entity.name === 'customer' && can(actor, 'contact.read')
      ? sql<SqlBool>`exists (select 1 from ${sql.table('contacts')} k where ${sql.ref('k.customerId')} = ${sql.ref('customers.id')} and ${sql.ref('k.deletedAt')} is null and ${like('k.searchText', term)})`
      : null
  return both(
    [like(`${entity.table}.searchText`, term), ...(inContact ? [inContact] : []), ...(number ? [number] : [])],
    'or',
  )
}

/** A term as tokens: as text and, where it can be read as a number, as digits. */
function tokensOf(term: string): string[][] {
  const digits = phoneFragment(term)
  return [queryTokens(term), ...(digits && digits !== term ? [queryTokens(digits)] : [])].filter(
    (list) => list.length > 0,
  )
}
const ownIndex = (entity: Entity) => (entity.name === 'contact' ? 'contactSearch' : 'customerSearch')
const customersOf = (people: Expression<number>): Expression<number> =>
  sql<number>`(select k.${sql.ref('customerId')} as id from ${people} m cross join ${sql.table('contacts')} k where k.id = m.id)`
const byPeople = (db: Read | Tx, entity: Entity, term: string): Expression<number>[] =>
  entity.name === 'contact' ? [] : tokensOf(term).map((list) => customersOf(matching(db, 'contactSearch', list)))

/** Sub-queries of ids that the search index offers for a term, together a superset of the verified rows; none for mere signs. */
export const streams = (db: Read | Tx, entity: Entity, term: string): Expression<number>[] => [
  ...tokensOf(term).map((list) => matching(db, ownIndex(entity), list)),
  ...byPeople(db, entity, term),
]

/**
 * Lists of sub-queries, each list by itself a superset of the rows that answer all terms, the most promising first: all terms
 * in the row's own text or any of them at one of its people; then each term for itself.
 */
export function offers(db: Read | Tx, entity: Entity, { terms }: Asked): Expression<number>[][] {
  const each = terms.map((term) => streams(db, entity, term)).filter((list) => list.length > 0)
  const tokens = terms.map(tokensOf)
  if (terms.length < 2 || tokens.some((alternatives) => alternatives.length > 1)) return each
  const together = [
    matching(db, ownIndex(entity), tokens.flat(2)),
    ...terms.flatMap((term) => byPeople(db, entity, term)),
  ]
  return each.length === 0 ? [] : [together, ...each]
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
