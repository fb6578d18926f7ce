import type { HomeBlock, HomeCircle, HomeCount, HomeLink } from '@crm/shared/contract/home'
import { type Endpoint, type Page } from '@crm/shared/kernel/endpoint'
import { type ListQuery, parseQuery } from '@crm/shared/kernel/query'
import type { Read } from '../../db/store.ts'
import type { Actor } from '../access/actor.ts'
import type { ListExtra } from './list.ts'

/** Whose work is shown; the filters that say so in a list. Empty where everything visible is meant. */
export interface HomeAsk {
  readonly circle: HomeCircle
  readonly zone: string
  /** For lists of customers and what hangs on them: `ownerId` or `teamId`. */
  readonly owners: Readonly<Record<string, string>>
  /** For lists by person: ids, comma-separated; null where no filter is needed. */
  readonly people: string | null
  /** For adding up all rows behind a number. */
  readonly heavy: NonNullable<ListExtra['heavy']>
}
/** What a module puts on the workbench. */
export interface HomeSource {
  /** What is missing where it cannot be read. */
  readonly label?: string
  readonly permission: string | null
  readonly blocks: (read: Read, actor: Actor, ask: HomeAsk) => Promise<HomeBlock[]>
}

type ListEndpoint = Endpoint<never, Page<unknown>>
export interface Looked<Row> {
  readonly total: number
  readonly totalCapped: boolean
  readonly items: readonly Row[]
  readonly totals?: Readonly<Record<string, number | null>>
}

/**
 * Counts by the very list the link opens, so that the number and its rows cannot differ. `look` is that list; `size` rows come along;
 * `amountOf` makes of the list's totals what all rows amount to.
 */
export async function counted<Row>(
  endpoint: Pick<ListEndpoint, 'path' | 'query'>,
  page: string,
  look: (query: ListQuery) => Promise<Looked<Row>>,
  {
    amountOf,
    label,
    query,
    size = 0,
    sort,
  }: {
    label: string
    query: Readonly<Record<string, string>>
    size?: number
    sort?: string
    amountOf?: (totals: Readonly<Record<string, number | null>>) => number
  },
): Promise<HomeCount & { readonly found: readonly Row[] }> {
  const asked = sort === undefined ? query : { ...query, sort }
  const parsed = parseQuery(endpoint.query ?? {}, asked)
  if (!parsed.ok) throw new Error(`${page}: ${parsed.errors.map(({ message }) => message).join()}`)
  // Counting needs no order: rows are looked for only where there are some, and some are wanted.
  const counting = { ...(parsed.value as ListQuery), size: 0, ...(amountOf && { totals: true }) }
  const { total, totalCapped, totals } = await look(counting)
  const items = size > 0 && total > 0 ? (await look({ ...(parsed.value as ListQuery), size })).items : []
  const link: HomeLink = { page, list: endpoint.path, query: asked }
  const amount = amountOf && totals && total > 0 ? { amountFen: amountOf(totals) } : {}
  return { label, count: total, capped: totalCapped, ...amount, link, found: items }
}
