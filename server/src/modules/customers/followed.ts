import { later } from '../../core/clock.ts'
import type { Actor } from '../../core/access/actor.ts'
import type { Tx } from '../../db/store.ts'

/** Typed up the next morning it still counts; beyond that it is back-dated. */
const COUNTS_FOR_MS = 24 * 3_600_000

/**
 * What a follow-up leaves on its customer. `lastFollowUpAt` is what people see; only one that counts for 公海 (domain §1: by the owner or a
 * collaborator, with a text, not in the future, neither back-dated nor imported) moves `lastValidFollowUpAt`. Returns whether it did count.
 */
export async function noteFollowUp(
  tx: Tx,
  actor: Pick<Actor, 'id' | 'at' | 'via'>,
  customerId: number,
  { followedAt, text }: { followedAt: string; text: string },
): Promise<boolean> {
  const latest = (column: 'lastFollowUpAt' | 'lastValidFollowUpAt') =>
    tx
      .updateTable('customers')
      .set({ [column]: followedAt })
      .where('id', '=', customerId)
      .where((eb) => eb.or([eb(column, 'is', null), eb(column, '<', followedAt)]))
      .execute()
  await latest('lastFollowUpAt')
  const isFresh = followedAt <= actor.at && followedAt >= later(actor.at, -COUNTS_FOR_MS)
  if (!isFresh || text.trim() === '' || actor.via === 'import' || !(await isOwnOrShared(tx, actor.id, customerId)))
    return false
  await latest('lastValidFollowUpAt')
  return true
}

async function isOwnOrShared(tx: Tx, userId: number, customerId: number): Promise<boolean> {
  const row = await tx
    .selectFrom('customers') // unscoped: the customer was reached by its caller
    .select('ownerId')
    .where('id', '=', customerId)
    .executeTakeFirst()
  if (row?.ownerId === userId) return true
  const shared = await tx
    .selectFrom('collaborators')
    .select('userId')
    .where('entity', '=', 'customer')
    .where('recordId', '=', customerId)
    .where('userId', '=', userId)
    .executeTakeFirst()
  return shared !== undefined
}

/** The customer shows its latest follow-up that is still there, and the latest that counts for 公海. */
export async function retrace(tx: Tx, customerId: number): Promise<void> {
  await tx
    .updateTable('customers')
    .set((eb) => {
      const latest = eb
        .selectFrom('interactions') // unscoped: everybody's follow-ups of this customer
        .select((f) => f.fn.max('followedAt').as('at'))
        .where('customerId', '=', customerId)
        .where('deletedAt', 'is', null)
      return { lastFollowUpAt: latest, lastValidFollowUpAt: latest.where('counts', '=', 1) }
    })
    .where('id', '=', customerId)
    .execute()
}

/** The earliest open reminder of each customer, kept on it for lists. */
export async function keepNext(tx: Tx, ...customerIds: (number | null | undefined)[]): Promise<void> {
  for (const id of new Set(customerIds))
    if (id)
      await tx
        .updateTable('customers')
        .set((eb) => ({
          nextReminderAt: eb
            .selectFrom('reminders') // unscoped: everybody's reminders of this customer
            .select((r) => r.fn.min('dueAt').as('dueAt'))
            .where('customerId', '=', id)
            .where('doneAt', 'is', null)
            .where('deletedAt', 'is', null),
        }))
        .where('id', '=', id)
        .execute()
}
