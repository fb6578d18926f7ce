import { later } from '../../core/clock.ts'
import type { Actor } from '../../core/access/actor.ts'
import type { Tx } from '../../db/store.ts'
import { sql } from '../../db/sql.ts'
import type { SqlBool } from 'kysely'

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

/** By whoever owns the customer or works on it with him now. */
const byItsPeople = sql<SqlBool>`(${sql.ref('interactions.authorId')} = ${sql.ref('customers.ownerId')}
  or exists (select 1 from ${sql.table('collaborators')} k where k.entity = 'customer'
    and k.${sql.ref('recordId')} = ${sql.ref('customers.id')} and k.${sql.ref('userId')} = ${sql.ref('interactions.authorId')}))`
/** What was merged into it brought follow-ups of other people's along: those were for another stay. */
const isMerged = sql<SqlBool>`exists (select 1 from ${sql.table('customerMerges')} m
  where m.${sql.ref('survivorId')} = ${sql.ref('customers.id')} and m.${sql.ref('undoneAt')} is null)`

/** The same of several customers that become one of this owner's: when those who work on it then followed up last. */
export async function lastValidAmong(tx: Tx, ids: readonly number[], ownerId: number | null): Promise<string | null> {
  const row = await tx
    .selectFrom('interactions') // unscoped: of customers that were reached
    .select((f) => f.fn.max('followedAt').as('at'))
    .where('customerId', 'in', ids)
    .where('deletedAt', 'is', null)
    .where('counts', '=', 1)
    .where((e) =>
      e.or([
        ...(ownerId === null ? [] : [e('authorId', '=', ownerId)]),
        e(
          'authorId',
          'in',
          e.selectFrom('collaborators').select('userId').where('entity', '=', 'customer').where('recordId', 'in', ids),
        ),
      ]),
    )
    .executeTakeFirst()
  return row?.at ?? null
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
      const valid = latest.where('counts', '=', 1).where(sql<SqlBool>`(${byItsPeople} or not ${isMerged})`)
      return { lastFollowUpAt: latest, lastValidFollowUpAt: valid }
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
