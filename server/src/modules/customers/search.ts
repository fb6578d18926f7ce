import { type Expression, sql, type SqlBool } from 'kysely'
import type { SearchReply } from '@crm/shared/contract/customers'
import { contact } from '@crm/shared/entities/contact'
import { customer } from '@crm/shared/entities/customer'
import type { Entity } from '@crm/shared/kernel/entity'
import { phoneFragment } from '@crm/shared/rules/phone'
import { type Actor, can } from '../../core/actor.ts'
import { both } from '../../core/filters.ts'
import type { ListExtra } from '../../core/list.ts'
import { numbersReadable } from '../../core/mask.ts'
import { rowsByIds } from '../../core/rows.ts'
import { type Plan, planFor, visible } from '../../core/scope.ts'
import { inIds, startsWith } from '../../db/dialect.ts'
import { matching } from '../../db/search.ts'
import type { Read, Tx } from '../../db/store.ts'
import { foldForSearch, queryTokens } from './searchTokens.ts'

/** No person pages through more hits; ranking them costs, so each tier stops here. */
const MOST_HITS = 1_000
/** Rows a word of everyday (有限公司) may touch before its tier gives up being complete. */
const MOST_CANDIDATES = 3_000
const MOST_TERMS = 5

type Condition = Expression<SqlBool>
interface Asked {
  readonly folded: string
  readonly terms: readonly string[]
}
const asked = (q: string): Asked => {
  const folded = foldForSearch(q).trim()
  return { folded, terms: folded.split(/\s+/).filter(Boolean).slice(0, MOST_TERMS) }
}
const like = (column: string, term: string): Condition => sql<SqlBool>`${sql.ref(column)} like ${`%${term.replace(/[\\%_]/g, '\\$&')}%`} escape '\\'`

/**
 * Numbers: whoever may read them finds by any fragment; others only by the whole number or its last four digits, so that
 * a masked number cannot be guessed digit by digit.
 */
function numberMatches(actor: Actor, entity: Entity, term: string): Condition | null {
  const digits = phoneFragment(term)
  if (!digits) return null
  const key = entity.name === 'customer' ? sql.ref('customers.id') : sql.ref('contacts.id')
  const rows = entity.name === 'customer' ? sql`select ${sql.ref('p.customerId')} from ${sql.table('phoneNumbers')} p where` : sql`select ${sql.ref('p.recordId')} from ${sql.table('phoneNumbers')} p where p.entity = 'contact' and`
  const whole = digits.length === 4 ? sql`(${sql.ref('p.digits')} = ${digits} or ${sql.ref('p.lastFour')} = ${digits})` : sql`${sql.ref('p.digits')} = ${digits}`
  const exact = sql<SqlBool>`${key} in (${rows} ${whole})`
  if (!can(actor, 'phone.read')) return exact
  const own = entity.name === 'customer' ? sql.ref('p.customerId') : sql.ref('p.recordId')
  const anyPart = sql<SqlBool>`(${numbersReadable(actor, entity)} = 1 and exists (select 1 from ${sql.table('phoneNumbers')} p where ${own} = ${key} ${entity.name === 'contact' ? sql`and p.entity = 'contact'` : sql``} and p.digits like ${`%${digits}%`}))`
  return both([exact, anyPart], 'or')
}

/** One term is found in the row's own text, in a number, or (customers) in a contact's text. */
function verified(actor: Actor, entity: Entity, term: string): Condition {
  const number = numberMatches(actor, entity, term)
  const inContact =
    entity.name === 'customer' && can(actor, 'contact.read')
      ? sql<SqlBool>`exists (select 1 from ${sql.table('contacts')} k where ${sql.ref('k.customerId')} = ${sql.ref('customers.id')} and ${sql.ref('k.deletedAt')} is null and ${like('k.searchText', term)})`
      : null
  return both([like(`${entity.table}.searchText`, term), ...(inContact ? [inContact] : []), ...(number ? [number] : [])], 'or')
}

/** Rows the index offers for a term: a superset of the verified ones. Null when the term has no letter or digit. */
function offered(db: Read | Tx, entity: Entity, term: string): Condition | null {
  const digits = phoneFragment(term)
  const tokens = [queryTokens(term), ...(digits && digits !== term ? [queryTokens(digits)] : [])].filter((list) => list.length > 0)
  if (tokens.length === 0) return null
  const id = sql.ref(`${entity.table}.id`)
  const parts = tokens.flatMap((list) =>
    entity.name === 'contact'
      ? [sql`select id from ${sql.table('contacts')} where id in ${matching(db, 'contactSearch', list)}`]
      : [
          sql`select id from ${sql.table('customers')} where id in ${matching(db, 'customerSearch', list)}`,
          sql`select ${sql.ref('customerId')} from ${sql.table('contacts')} where id in ${matching(db, 'contactSearch', list)}`,
        ],
  )
  return sql<SqlBool>`${id} in (${sql.join(parts, sql` union `)})`
}

const ids = async (db: Read | Tx, entity: Entity, where: Condition, limit: number): Promise<number[]> => {
  const { rows } = await sql<{ id: number }>`select ${sql.ref(`${entity.table}.id`)} as id from ${sql.table(entity.table)} where ${where} limit ${sql.lit(limit)}`.execute(db as Tx)
  return rows.map((row) => row.id)
}

/** Rank per domain §2: exact code, code prefix, name or short-name prefix, initials prefix, contains; then shorter, then id. */
function rank(entity: Entity, { folded }: Asked) {
  const tiers = [...(entity.name === 'customer' ? codeTiers(folded) : []), ...nameTiers(entity, folded)]
  return sql`case ${sql.join(tiers.map((tier, i) => sql`when ${tier} then ${sql.lit(i)}`), sql` `)} else ${sql.lit(tiers.length)} end`
}
const codeTiers = (folded: string): Condition[] => {
  const upper = folded.toUpperCase()
  const number = sql.ref('customers.number')
  return [
    sql<SqlBool>`(${number} in (${folded}, ${upper}) or ${sql.ref('customers.creditCode')} = ${upper})`,
    both([startsWith(number, folded), startsWith(number, upper)], 'or'),
  ]
}
const nameTiers = (entity: Entity, folded: string): Condition[] => [
  entity.name === 'customer' ? both([startsWith('customers.nameFolded', folded), startsWith('customers.shortFolded', folded)], 'or') : startsWith('contacts.searchText', folded),
  startsWith(`${entity.table}.initials`, folded),
]

/** Ranked ids of the rows of `within` that answer `q`. */
async function hits(db: Read | Tx, actor: Actor, entity: Entity, q: string, within: Condition, plan: Plan): Promise<{ ids: number[]; capped: boolean }> {
  const ask = asked(q)
  if (ask.terms.length === 0) return { ids: [], capped: false }
  const found = both([within, ...ask.terms.map((term) => verified(actor, entity, term))])
  let candidates: Condition = found
  let capped = false
  if (plan === 'wide') {
    const indexed = ask.terms.map((term) => offered(db, entity, term)).filter((c) => c !== null)
    // Signs only: nothing to look up, and no row worth a scan of everything.
    if (indexed.length === 0) return { ids: [], capped: false }
    const anywhere = await ids(db, entity, both([...indexed, found]), MOST_CANDIDATES + 1)
    capped = anywhere.length > MOST_CANDIDATES
    // A word of everyday fills the quota with whoever comes first: what is named by it must not be missing.
    const named = capped && entity.name === 'customer' ? (await Promise.all([...codeTiers(ask.folded), ...nameTiers(entity, ask.folded)].map((tier) => ids(db, entity, both([tier, within]), MOST_HITS)))).flat() : []
    candidates = inIds(db, `${entity.table}.id`, [...anywhere, ...named])
  }
  const length = sql`length(${sql.ref(entity.name === 'customer' ? 'customers.nameFolded' : 'contacts.name')})`
  const { rows } = await sql<{ id: number }>`select ${sql.ref(`${entity.table}.id`)} as id from ${sql.table(entity.table)} where ${candidates}
    order by ${rank(entity, ask)}, ${length}, ${sql.ref(`${entity.table}.id`)} limit ${sql.lit(MOST_HITS + 1)}`.execute(db as Tx)
  return { ids: rows.slice(0, MOST_HITS).map((row) => row.id), capped: capped || rows.length > MOST_HITS }
}

/** The `q` of a list: nothing when the reader asks for nothing. */
export const searching = (db: Read | Tx, actor: Actor, entity: Entity, q: string | undefined): Pick<ListExtra, 'hits'> =>
  q === undefined || q.trim() === '' ? {} : { hits: (within, plan) => hits(db, actor, entity, q, within, plan) }

const PER_TYPE = 5

/** The box at the top: the best five of each kind that the reader may see. */
export async function searchAll(db: Read, actor: Actor, q: string): Promise<SearchReply> {
  const best = async <E extends Entity>(entity: E) => {
    const permission = `${entity.name}.read`
    if (!can(actor, permission)) return []
    const plan = await planFor(db, actor, entity, permission)
    const within = both([sql<SqlBool>`${sql.ref(`${entity.table}.deletedAt`)} is null`, visible(actor, entity, permission, plan)])
    const found = await hits(db, actor, entity, q, within, plan)
    return rowsByIds(db, actor, entity, found.ids.slice(0, PER_TYPE))
  }
  const [companies, people] = [await best(customer), await best(contact)]
  return {
    customers: companies.map(({ id, number, name, ownerName }) => ({ id, number, name, ownerName })),
    contacts: people.map(({ id, name, jobTitle, customerId, customerName }) => ({ id, name, jobTitle, customerId, customerName })),
  }
}
