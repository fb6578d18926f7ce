import { product } from '@crm/shared/entities/product'
import type { Expression, SqlBool } from 'kysely'
import { sql } from '../../db/sql.ts'
import { both } from '../../core/rows/filters.ts'
import type { Hits, ListExtra, Within } from '../../core/rows/list.ts'
import { containsText, startsWith, textLength } from '../../db/dialect.ts'
import { matching, putTokens } from '../../db/search.ts'
import type { Read, Tx } from '../../db/store.ts'
import { folded, foldForSearch, initials, queryTokens, rowTokens } from '../customers/service.ts'

/** Nobody pages further through hits. */
const MOST_HITS = 1_000
const MOST_TERMS = 5

interface Facts {
  readonly name: string
  readonly number: string
  readonly spec?: string | null | undefined
  readonly barcode?: string | null | undefined
}
const textsOf = ({ barcode, name, number, spec }: Facts) =>
  [name, spec, number, barcode].filter((text): text is string => Boolean(text)).map(folded)

/** The columns that follow from what people typed. */
export function productColumns(row: Facts): { readonly initials: string; readonly searchText: string } {
  const spelt = initials(row.name, 'company')
  return { initials: spelt, searchText: `${textsOf(row).join('\n')}\n${spelt}` }
}

/** Rewrites the search tokens; in the transaction that wrote the row. */
export const indexProduct = (tx: Tx, id: number, row: Facts, spelt: string, isNew = false): Promise<void> =>
  putTokens(tx, 'productSearch', id, rowTokens({ texts: textsOf(row), initials: spelt, digits: [] }), isNew)

/** Code, then barcode or beginning of the code, then beginning of the name or its initials; what merely contains it comes last. */
function rankOf(whole: string) {
  const column = (name: string) => sql.ref(`products.${name}`)
  const tiers: Expression<SqlBool>[] = [
    sql<SqlBool>`(lower(${column('number')}) = ${whole} or ${column('barcode')} = ${whole})`,
    startsWith(sql`lower(${column('number')})`, whole),
    startsWith(column('searchText'), whole),
    startsWith(column('initials'), whole),
  ]
  return sql`case ${sql.join(
    tiers.map((tier, at) => sql`when ${tier} then ${sql.lit(at)}`),
    sql` `,
  )} else ${sql.lit(tiers.length)} end`
}

async function hits(db: Read | Tx, q: string, { anyhow }: Within): Promise<Hits> {
  const terms = foldForSearch(q).trim().split(/\s+/).filter(Boolean).slice(0, MOST_TERMS)
  const tokens = terms.map(queryTokens)
  // Signs only: nothing to look up, and no row worth a scan of everything.
  if (tokens.every((list) => list.length === 0)) return { ids: [], capped: false }
  const id = sql.ref('products.id')
  const found = terms.map((term, at) => {
    const contains = containsText('products.searchText', term)
    return tokens[at]!.length === 0
      ? contains
      : sql<SqlBool>`(${id} in ${matching(db, 'productSearch', tokens[at]!)} and ${contains})`
  })
  const { rows } = await sql<{ id: number }>`select ${id} as id from ${sql.table(product.table)}
    where ${both([anyhow, ...found])}
    order by ${rankOf(folded(q))}, ${textLength('products.name')}, ${id} limit ${sql.lit(MOST_HITS + 1)}`.execute(
    db as Tx,
  )
  return { ids: rows.slice(0, MOST_HITS).map((row) => row.id), capped: rows.length > MOST_HITS }
}

/** The `q` of a list; nothing when the reader asks for nothing. */
export const searching = (db: Read | Tx, q: string | undefined): Pick<ListExtra, 'hits'> =>
  q === undefined || q.trim() === '' ? {} : { hits: (within) => hits(db, q, within) }
