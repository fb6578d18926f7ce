import type { MergeEntry } from '@crm/shared/contract/duplicates'
import { customer } from '@crm/shared/entities/customer'
import { sql } from '../../../db/sql.ts'
import type { Actor } from '../../../core/access/actor.ts'
import { later } from '../../../core/clock.ts'
import { notFound } from '../../../core/problem.ts'
import { visible } from '../../../core/access/scope.ts'
import type { Read } from '../../../db/store.ts'
import { UNDO_MS } from './undo.ts'

const MOST = 50
/** However often a record was merged on. */
const LONGEST = 20

/**
 * What was merged into this customer, or where it went: the page of a record that became part of another leads there. 404 when neither
 * it nor what it became part of is in sight.
 */
export async function mergesOf(read: Read, actor: Actor, id: number): Promise<{ items: MergeEntry[] }> {
  let at = id
  for (let step = 0; ; step++) {
    const row = await read
      .selectFrom('customers') // unscoped: visible() is asked below, for the live one at the end
      .select(['deletedAt', 'mergedIntoId'])
      .select(sql<number>`case when ${visible(actor, customer, 'customer.read')} then 1 else 0 end`.as('open'))
      .where('id', '=', at)
      .executeTakeFirst()
    if (!row || step > LONGEST || (row.deletedAt === null ? row.open !== 1 : row.mergedIntoId === null))
      throw notFound('客户')
    if (row.deletedAt === null) break
    at = row.mergedIntoId!
  }
  const rows = await read
    .selectFrom('customerMerges')
    .innerJoin('customers as survivor', 'survivor.id', 'customerMerges.survivorId') // unscoped: names of what was merged, seen by who sees the result
    .innerJoin('customers as loser', 'loser.id', 'customerMerges.loserId') // unscoped: as above
    .select([
      'customerMerges.id',
      'customerMerges.mergedAt',
      'customerMerges.byName',
      'customerMerges.survivorId',
      'survivor.name as survivorName',
      'survivor.deletedAt as survivorDeletedAt',
      'customerMerges.loserId',
      'loser.name as loserName',
      'customerMerges.undoneAt',
    ])
    .where((eb) =>
      at === id
        ? eb('customerMerges.survivorId', '=', id)
        : eb.and([eb('customerMerges.loserId', '=', id), eb('customerMerges.undoneAt', 'is', null)]),
    )
    .orderBy('customerMerges.id', 'desc')
    .limit(MOST)
    .execute()
  const items = rows.map(({ survivorDeletedAt, ...row }): MergeEntry => {
    const until = later(row.mergedAt, UNDO_MS)
    const isOpen = row.undoneAt === null && survivorDeletedAt === null && until >= actor.at
    return { ...row, undoUntil: isOpen ? until : null }
  })
  // The last one, wherever the way led on from the first.
  const last = at === id ? undefined : items[0]
  if (last && last.survivorId !== at) {
    const end = await read
      .selectFrom('customers') // unscoped: found visible above
      .select('name')
      .where('id', '=', at)
      .executeTakeFirstOrThrow()
    return { items: [{ ...last, survivorId: at, survivorName: end.name }] }
  }
  return { items }
}
