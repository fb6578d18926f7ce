import type { Page } from '@crm/shared/kernel/endpoint'
import type { Entity } from '@crm/shared/kernel/entity'
import type { ListQuery } from '@crm/shared/kernel/query'
import type { Read } from '../../db/store.ts'
import type { Actor } from '../access/actor.ts'
import { problem } from '../problem.ts'
import type { ListExtra } from '../rows/list.ts'

/** A page is read and written in a few ms; between two of them everybody else has a turn. */
export const PAGE_ROWS = 100
/** A search by words ranks no more than these. */
const MOST_HITS = 1_000

export interface PagedList<Row> {
  readonly entity: Entity
  readonly page: (read: Read, actor: Actor, query: ListQuery, extra?: Pick<ListExtra, 'heavy'>) => Promise<Page<Row>>
}

/** The pages of a list in its order, the first one at once with its count; behind the last row of each by its cursor, or as a search ranks them. */
export async function* pagesOf<Row>(
  { entity, page }: PagedList<Row>,
  read: Read,
  who: () => Actor,
  query: ListQuery,
): AsyncGenerator<Page<Row>, void> {
  const size = PAGE_ROWS
  const { sort: _, ...unsorted } = query
  const isSearch = entity.search === true && (query.q ?? '').trim() !== ''
  if (isSearch) {
    const last = await page(read, who(), { ...unsorted, size, page: MOST_HITS / size })
    if (last.items.length === size && last.totalCapped)
      throw problem('too_large', `搜到的超过 ${MOST_HITS} 条,请加上筛选条件再导出`)
  }
  const order = isSearch ? unsorted : query
  let now = await page(read, who(), { ...order, size })
  for (let number = 2; ; number++) {
    yield now
    const { items, nextCursor } = now
    if (items.length < size || (nextCursor === null && number * size > MOST_HITS)) return
    now = await page(read, who(), {
      ...order,
      size,
      ...(nextCursor === null ? { page: number } : { cursor: nextCursor }),
    })
  }
}
