import type { Access, Collaborator } from '@crm/shared/contract/customers'
import type { Actor } from '../../core/access/actor.ts'
import { audit } from '../../core/access/audit.ts'
import { invalidField, problem } from '../../core/problem.ts'
import type { Read, Tx } from '../../db/store.ts'
import { customers } from './customers.ts'

const readCollaborators = (db: Read | Tx, id: number): Promise<Collaborator[]> =>
  db
    .selectFrom('collaborators')
    .innerJoin('users', 'users.id', 'collaborators.userId')
    .select(['collaborators.userId', 'users.name as userName', 'collaborators.access'])
    .where('entity', '=', 'customer')
    .where('recordId', '=', id)
    .orderBy('collaborators.userId')
    .execute()

export async function collaboratorsOf(db: Read | Tx, actor: Actor, id: number): Promise<{ items: Collaborator[] }> {
  await customers.reach(db, actor, id, 'customer.read')
  return { items: await readCollaborators(db, id) }
}

/** One more, whom the caller has decided to let in; who is one already is refused. */
export async function addCollaborator(
  tx: Tx,
  actor: Actor,
  id: number,
  { access, userId }: { userId: number; access: Access },
  note: string,
): Promise<void> {
  const before = await readCollaborators(tx, id)
  if (before.some((one) => one.userId === userId)) throw problem('illegal_move', '对方已是协作人')
  await tx
    .insertInto('collaborators')
    .values({ entity: 'customer', recordId: id, userId, access, createdAt: actor.at })
    .execute()
  const after = await readCollaborators(tx, id)
  await noteChange(tx, actor, id, { before, after, note })
}
const noteChange = (
  tx: Tx,
  actor: Actor,
  id: number,
  { after, before, note = null }: { before: Collaborator[]; after: Collaborator[]; note?: string | null },
) =>
  audit(tx, actor, {
    entity: 'customer',
    recordId: id,
    action: 'collaborators',
    before: { collaborators: before },
    after: { collaborators: after },
    note,
  })

/** Replaces the list; the owner is none of them. */
export async function setCollaborators(
  tx: Tx,
  actor: Actor,
  id: number,
  items: readonly { userId: number; access: Access }[],
): Promise<{ items: Collaborator[] }> {
  await customers.reach(tx, actor, id, 'customer.assign')
  const before = await readCollaborators(tx, id)
  const userIds = items.map((item) => item.userId)
  if (new Set(userIds).size < userIds.length) throw invalidField('items', '同一协作人只能出现一次')
  const known =
    userIds.length > 0
      ? await tx.selectFrom('users').select('id').where('id', 'in', userIds).where('disabled', '=', 0).execute()
      : []
  const missing = items.findIndex((item) => !known.some((user) => user.id === item.userId))
  if (missing >= 0) throw invalidField(`items.${missing}.userId`, '协作人不存在或已停用')
  const { ownerId, poolId } = await tx
    .selectFrom('customers') // unscoped: reached just now
    .select(['ownerId', 'poolId'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  // Its members see it masked; a collaborator would see all of it, unclaimed.
  if (ownerId === null && poolId !== null && items.length > 0)
    throw problem('illegal_move', '公海里的客户没有协作人,领取或指派以后再设')
  const own = items.findIndex(({ userId }) => userId === ownerId)
  if (own >= 0) throw invalidField(`items.${own}.userId`, '负责人不用设为协作人')
  await tx.deleteFrom('collaborators').where('entity', '=', 'customer').where('recordId', '=', id).execute()
  if (items.length > 0)
    await tx
      .insertInto('collaborators')
      .values(items.map((item) => ({ entity: 'customer', recordId: id, ...item, createdAt: actor.at })))
      .execute()
  const after = await readCollaborators(tx, id)
  await noteChange(tx, actor, id, { before, after })
  return { items: after }
}
