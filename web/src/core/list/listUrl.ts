import type { QuerySpec } from '@crm/shared/kernel/query'

/** What a list shows, as its URL says it. Filter values are the API's own texts: `won,lost`, `12,none`, `2026-01-31`. */
export interface ListState {
  readonly page: number
  readonly size: number
  /** `-updatedAt`, `name` or '' for the server's default. */
  readonly sort: string
  readonly q: string
  readonly filters: Readonly<Record<string, string>>
}
export interface ListDefaults {
  readonly size: number
  readonly sort: string
}
export type UrlQuery = Readonly<Record<string, string | null | undefined | (string | null)[]>>

export const SIZES = [20, 50, 100] as const
/** Beyond this depth the server refuses (contract.md): page x size. */
export const DEEPEST_ROW = 10_000
const OWN = new Set(['page', 'size', 'sort', 'q', 'fields', 'cursor', 'count', 'filter', 'deleted', 'totals'])
const PAGE = /^[1-9]\d{0,4}$/

const textOf = (value: UrlQuery[string]): string => (Array.isArray(value) ? (value[0] ?? '') : (value ?? ''))

/** Reads a list's state from the address; what makes no sense there is the default, keys the list does not own are ignored. */
export function parseListUrl(query: UrlQuery, spec: QuerySpec, defaults: ListDefaults): ListState {
  const size = SIZES.find((one) => String(one) === textOf(query['size'])) ?? defaults.size
  const pageText = textOf(query['page'])
  const page = PAGE.test(pageText) ? Math.min(Number(pageText), DEEPEST_ROW / size) : 1
  const filters: Record<string, string> = {}
  for (const key of Object.keys(query)) {
    const text = textOf(query[key])
    if (!OWN.has(key) && Object.hasOwn(spec, key) && text !== '') filters[key] = text
  }
  return { page, size, sort: 'sort' in query ? textOf(query['sort']) : defaults.sort, q: textOf(query['q']), filters }
}

/** The address of a state: defaults are left out, keys of others are kept. */
export function listUrl(
  state: ListState,
  spec: QuerySpec,
  defaults: ListDefaults,
  around: UrlQuery = {},
): Record<string, string> {
  const query: Record<string, string> = {}
  for (const [key, value] of Object.entries(around))
    if (!OWN.has(key) && !Object.hasOwn(spec, key) && value !== null && value !== undefined) query[key] = textOf(value)
  if (state.q !== '') query['q'] = state.q
  for (const [key, value] of Object.entries(state.filters)) if (value !== '') query[key] = value
  if (state.sort !== defaults.sort) query['sort'] = state.sort
  if (state.size !== defaults.size) query['size'] = String(state.size)
  if (state.page > 1) query['page'] = String(state.page)
  return query
}

/** A search shows the best hits first, unless the user chose another order than the list's own. */
export const effectiveSort = ({ q, sort }: Pick<ListState, 'q' | 'sort'>, defaults: ListDefaults): string =>
  q.trim() && sort === defaults.sort ? '' : sort

/** What the server is asked. */
export const listQuery = (
  { page, size, sort, q, filters }: ListState,
  fixed: Readonly<Record<string, unknown>> = {},
) => ({
  ...filters,
  ...fixed,
  page,
  size,
  ...(sort ? { sort } : {}),
  ...(q.trim() ? { q: q.trim() } : {}),
})
