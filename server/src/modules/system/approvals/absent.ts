import type { Actor } from '../../../core/access/actor.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { advance, conclude } from './advance.ts'
import type { Subjects } from './subject.ts'

/** Approvals that wait for somebody who is not there any more. */
const waitingInVain = (db: Read | Tx) =>
  (db as Read)
    .selectFrom('approvalTasks')
    .innerJoin('users', 'users.id', 'approvalTasks.userId')
    .select('approvalId')
    .distinct()
    .where('outcome', 'is', null)
    .where('openedAt', 'is not', null)
    .where((eb) => eb.or([eb('users.disabled', '=', 1), eb('users.deletedAt', 'is not', null)]))

export const anyoneAbsent = async (read: Read): Promise<boolean> =>
  (await waitingInVain(read).limit(1).executeTakeFirst()) !== undefined

/** Passes over whoever was disabled while being asked. With him an approval may come to its end. */
export async function passOverAbsent(tx: Tx, actor: Actor, subjects: Subjects): Promise<void> {
  for (const { approvalId } of await waitingInVain(tx).execute()) {
    if ((await advance(tx, actor, approvalId)) !== 'approved') continue
    const approval = await tx.selectFrom('approvals').selectAll().where('id', '=', approvalId).executeTakeFirstOrThrow()
    await conclude(tx, actor, subjects, approval, 'approved')
  }
}
