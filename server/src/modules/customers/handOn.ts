import { reminder } from '@crm/shared/entities/reminder'
import type { Actor } from '../../core/access/actor.ts'
import { audit } from '../../core/access/audit.ts'
import { snapshot } from '../../core/rows/rows.ts'
import { inIds } from '../../db/dialect.ts'
import type { Tx } from '../../db/store.ts'

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
