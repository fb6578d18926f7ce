import { randomBytes } from 'node:crypto'
import { setImmediate as breathe } from 'node:timers/promises'
import { BULK_FILTER, type BulkPreview, type BulkVerb, MOST_BULK } from '@crm/shared/contract/bulk'
import type { ListQuery } from '@crm/shared/kernel/query'
import { parseQuery } from '@crm/shared/kernel/query'
import type { Actor } from '../../../core/access/actor.ts'
import { later } from '../../../core/clock.ts'
import { invalid, invalidField, problem } from '../../../core/problem.ts'
import type { Read, Store } from '../../../db/store.ts'
import { listCustomers } from '../list.ts'

const PAGE_ROWS = 100
/** How long runs are remembered: as long as keys of idempotency. */
const KEPT_MS = 24 * 3_600_000

interface Asked {
  readonly verb: BulkVerb
  readonly ids?: readonly number[] | null | undefined
  readonly filter?: Readonly<Record<string, string>> | null | undefined
}

/** Counts exactly whom it would be about, and keeps them under a token: what is done later is done to these and no others. */
export async function preview(
  store: Store,
  actor: Actor,
  { filter, ids, verb }: Asked,
  zone: string,
): Promise<BulkPreview> {
  if ((ids ?? null) === null && (filter ?? null) === null) throw invalidField('ids', '请给出客户或筛选条件')
  if (ids && filter) throw invalidField('filter', '客户和筛选条件只能给一样')
  const chosen = ids ? [...new Set(ids)] : await idsOf(store.read, actor, filterOf(filter!), zone)
  if (chosen.length === 0) throw invalidField('filter', '没有符合条件的客户')
  const token = randomBytes(18).toString('base64url')
  await store.tx(async (tx) => {
    await tx.deleteFrom('bulkRuns').where('createdAt', '<', later(actor.at, -KEPT_MS)).execute()
    await tx
      .insertInto('bulkRuns')
      .values({
        token,
        actorId: actor.id,
        verb,
        ids: JSON.stringify(chosen),
        state: 'counted',
        asked: null,
        reply: null,
        createdAt: actor.at,
        startedAt: null,
      })
      .execute()
  })
  return { token, verb, count: chosen.length, highestId: chosen.reduce((a, b) => Math.max(a, b), 0) }
}

function filterOf(given: Readonly<Record<string, string>>): ListQuery {
  const parsed = parseQuery(BULK_FILTER, given)
  if (!parsed.ok) throw invalid(parsed.errors.map(({ field, message }) => ({ field: `filter.${field}`, message })))
  return parsed.value as ListQuery
}

/** All rows that the list of these parameters would show, page by page. */
async function idsOf(read: Read, actor: Actor, filter: ListQuery, zone: string): Promise<number[]> {
  const isSearch = (filter.q ?? '').trim() !== ''
  const asked = { ...filter, ...(!isSearch && { sort: '-createdAt' }), size: PAGE_ROWS, fields: ['name'] }
  const ids: number[] = []
  let more: Pick<ListQuery, 'cursor' | 'page'> = {}
  for (let page = 1; ; page += 1) {
    const { items, nextCursor, total, totalCapped } = await listCustomers(read, actor, { ...asked, ...more }, { zone })
    if (totalCapped || total > MOST_BULK)
      throw problem('too_large', isSearch ? '搜到的太多,请加上筛选条件' : `一次最多 ${MOST_BULK} 家,请加上筛选条件`)
    ids.push(...items.map(({ id }) => id))
    if (items.length < PAGE_ROWS) return ids
    more = nextCursor === null ? { page: page + 1 } : { cursor: nextCursor }
    await breathe()
  }
}
