import type { HistoryEntry } from '@crm/shared/contract/customers'
import { customer } from '@crm/shared/entities/customer'
import type { Actor } from '../../core/access/actor.ts'
import type { Read } from '../../db/store.ts'
import { customers } from './customers.ts'
import { changesIn, wordsFor } from './historyWords.ts'

const MOST = 200

/** What happened to the customer itself, newest first, in words; numbers masked unless the reader may read them. */
export async function historyOf(read: Read, actor: Actor, id: number): Promise<{ items: HistoryEntry[] }> {
  await customers.reach(read, actor, id, 'customer.read')
  const entries = await read
    .selectFrom('auditLog')
    .select(['id', 'at', 'actorName', 'action', 'before', 'after', 'note'])
    .where('entity', '=', 'customer')
    .where('recordId', '=', id)
    .orderBy('id', 'desc')
    .limit(MOST)
    .execute()
  const said = await wordsFor(read, actor, id)
  return {
    items: entries.map(({ before, after, note, ...entry }) => ({
      ...entry,
      changes: [
        ...changesIn(customer, before, after, said),
        ...(note ? [{ label: '说明', before: '—', after: note }] : []),
      ],
    })),
  }
}
