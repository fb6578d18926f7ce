import type { Endpoint, Page } from '@crm/shared/kernel/endpoint'
import type { ListQuery } from '@crm/shared/kernel/query'
import { call } from './client'

const PAGE = 200
/** A bound against a loop without end: more teams, colleagues or items than an office keeps. */
const MOST_PAGES = 50

/** Every row of a short list (teams, colleagues, items of a dictionary), page after page. */
export async function allRows<Row>(
  endpoint: Endpoint<{ query: ListQuery }, Page<Row>>,
  query: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<Row[]> {
  const rows: Row[] = []
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const part = await call(endpoint, { query: { ...query, page, size: PAGE } }, { signal })
    rows.push(...part.items)
    if (part.items.length < PAGE) break
  }
  return rows
}
