import { reminder, type ReminderSubject } from '@crm/shared/entities/reminder'
import type { Actor } from '../../core/access/actor.ts'
import { audit } from '../../core/access/audit.ts'
import { snapshot } from '../../core/rows/rows.ts'
import { inIds } from '../../db/dialect.ts'
import type { Tx } from '../../db/store.ts'
import { keepNext } from './followed.ts'

/**
 * What an owner was still to do about his customer is the new owner's, or the 下次提醒 of the list would be nobody's who sees it. What
 * colleagues are to do stays theirs.
 */
export async function handOnReminders(
  tx: Tx,
  actor: Actor,
  customerId: number,
  fromId: number,
  toId: number,
): Promise<void> {
  const rows = await tx
    .selectFrom('reminders') // unscoped: of a customer that the actor hands over
    .selectAll()
    .where('customerId', '=', customerId)
    .where('assigneeId', '=', fromId)
    .where('doneAt', 'is', null)
    .where('deletedAt', 'is', null)
    .execute()
  if (rows.length === 0) return
  await tx
    .updateTable('reminders')
    .set((e) => ({ assigneeId: toId, version: e('version', '+', 1), updatedAt: actor.at }))
    .where(
      inIds(
        tx,
        'reminders.id',
        rows.map(({ id }) => id),
      ),
    )
    .execute()
  await audit(
    tx,
    actor,
    rows.map((row) => ({
      entity: reminder.name,
      recordId: row.id,
      action: 'update',
      before: snapshot(reminder, row),
      after: snapshot(reminder, { ...row, assigneeId: toId, version: row.version + 1, updatedAt: actor.at }),
    })),
  )
}

/**
 * Out of 公海: what its last owner was still to do is the new owner's, as in any change of hands, and what came due while nobody
 * had the customer has been told to nobody.
 */
export async function wakeReminders(
  tx: Tx,
  actor: Actor,
  { id, pooledAt }: { readonly id: number; readonly pooledAt: string | null },
  ownerId: number,
): Promise<void> {
  const open = tx
    .selectFrom('reminders') // unscoped: of a customer that is just being given out
    .select('id')
    .where('customerId', '=', id)
    .where('doneAt', 'is', null)
    .where('deletedAt', 'is', null)
  if (pooledAt === null || !(await open.limit(1).executeTakeFirst())) return
  const last = await tx
    .selectFrom('poolMoves')
    .select('fromOwnerId')
    .where('customerId', '=', id)
    .where('fromOwnerId', 'is not', null)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (last && last.fromOwnerId !== ownerId) await handOnReminders(tx, actor, id, last.fromOwnerId!, ownerId)
  await tx
    .updateTable('reminders')
    .set({ firedFor: null })
    .where('id', 'in', open.where('createdAt', '<=', pooledAt).where('dueAt', '>', pooledAt))
    .execute()
}

/** Reminders of a record go along when it turns out to be another customer's; the people they named stay behind. */
export async function moveRemindersOf(
  tx: Tx,
  subjectType: ReminderSubject,
  subjectId: number,
  customerId: number,
): Promise<void> {
  const ofRecord = tx
    .selectFrom('reminders') // unscoped: of a record the actor has just changed
    .where('subjectType', '=', subjectType)
    .where('subjectId', '=', subjectId)
  const before = await ofRecord.select('customerId').distinct().execute()
  if (before.length === 0) return
  await tx
    .updateTable('reminders')
    .set({ customerId, contactId: null })
    .where('id', 'in', ofRecord.select('id'))
    .execute()
  await keepNext(tx, customerId, ...before.map((one) => one.customerId))
}

/** Whoever wrote one built on the record. */
export async function hasReminders(tx: Tx, subjectType: ReminderSubject, subjectId: number): Promise<boolean> {
  const one = await tx
    .selectFrom('reminders') // unscoped: of a record the actor has just been let to
    .select('id')
    .where('subjectType', '=', subjectType)
    .where('subjectId', '=', subjectId)
    .limit(1)
    .executeTakeFirst()
  return one !== undefined
}
