import { type Actor, can } from '../../core/access/actor.ts'
import { invalidField } from '../../core/problem.ts'
import type { Tx } from '../../db/store.ts'

export interface Parties {
  readonly ownerId: number | null
  readonly teamId: number | null
}
interface Named {
  readonly customerId: number
  readonly contactId?: number | null | undefined
  readonly ownerId?: number | null | undefined
}

/**
 * Who stands on a business document: the contact must be one of the customer's, the owner defaults to the customer's (else whoever
 * writes it), and the team is the owner's of this day. Both stay on the document whoever the customer goes to. 400 naming the field.
 * The caller has let the actor to the customer (`checkParent`).
 */
export async function partiesOf(tx: Tx, actor: Actor, named: Named): Promise<Parties> {
  const { contactId, customerId } = named
  const { ownerId: customerOwner } = await tx
    .selectFrom('customers') // unscoped: the caller has reached it
    .select('ownerId')
    .where('id', '=', customerId)
    .executeTakeFirstOrThrow()
  if (contactId) {
    const contact = await tx
      .selectFrom('contacts') // unscoped: of a customer the caller has reached
      .select('customerId')
      .where('id', '=', contactId)
      .where('deletedAt', 'is', null)
      .executeTakeFirst()
    if (contact?.customerId !== customerId) throw invalidField('contactId', '联系人不是这个客户的')
  }
  const ownerId = named.ownerId ?? customerOwner ?? (actor.id === 0 ? null : actor.id)
  if (ownerId === null) return { ownerId, teamId: null }
  if (ownerId !== actor.id && ownerId !== customerOwner && !can(actor, 'customer.assign'))
    throw invalidField('ownerId', '业务员只能是自己或客户的负责人')
  const owner = await tx.selectFrom('users').select(['teamId', 'disabled']).where('id', '=', ownerId).executeTakeFirst()
  if (!owner) throw invalidField('ownerId', '业务员不存在')
  if (owner.disabled === 1 && named.ownerId) throw invalidField('ownerId', '业务员已停用')
  return { ownerId, teamId: owner.teamId }
}
