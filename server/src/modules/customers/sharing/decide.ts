import { accesses } from '@crm/shared/contract/customers'
import type { sharing as api } from '@crm/shared/contract/sharing'
import { customer } from '@crm/shared/entities/customer'
import type { Input } from '@crm/shared/kernel/endpoint'
import type { Actor } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import { dealtWith, tell } from '../../../core/jobs/notices.ts'
import { invalidField, problem } from '../../../core/problem.ts'
import type { Tx } from '../../../db/store.ts'
import { isActive } from '../../org/service.ts'
import { addCollaborator } from '../collaborators.ts'
import { customers } from '../customers.ts'
import { noticeKey } from './open.ts'

const tooLate = (why: string) => problem('illegal_move', why)

/** The latest of this colleague about this customer, with what the customer has become. */
const requestOf = (tx: Tx, customerId: number, askedById: number) =>
  tx
    .selectFrom('sharingRequests')
    .innerJoin('customers', 'customers.id', 'sharingRequests.customerId') // unscoped: told to whom it was asked of, reached by others
    .leftJoin('users as decider', 'decider.id', 'sharingRequests.decidedById')
    .select([
      'sharingRequests.id',
      'shownName',
      'state',
      'access',
      'expiresAt',
      'askedOfId',
      'decider.name as decidedBy',
    ])
    .select(['customers.ownerId', 'customers.poolId', 'customers.deletedAt', 'customers.mergedIntoId'])
    .where('customerId', '=', customerId)
    .where('askedById', '=', askedById)
    .orderBy('sharingRequests.id', 'desc')
    .limit(1)
    .executeTakeFirst()
type Asked = NonNullable<Awaited<ReturnType<typeof requestOf>>>

/** What has become of the customer since; said to whom it was asked of, who knew it. */
function mustBeThere({ askedOfId, deletedAt, mergedIntoId, ownerId, poolId, state }: Asked): void {
  if (state !== 'asked') return
  if (mergedIntoId !== null) throw tooLate('这个客户已合并到另一家客户,申请已失效')
  if (deletedAt !== null) throw tooLate('这个客户已被删除,申请已失效')
  if (ownerId === null && poolId !== null) throw tooLate('这个客户已进入公海,申请已失效,对方可以去领取')
  if (ownerId !== askedOfId) throw tooLate('这个客户已换了负责人,申请已失效')
}

/**
 * 同意 or 拒绝, by its owner or whoever may set collaborators there. Who says yes makes the asker a collaborator in this transaction; an
 * answer that comes too late is refused with why.
 */
export async function answerRequest(
  tx: Tx,
  actor: Actor,
  id: number,
  { answer, userId }: Input<typeof api.decide>['body'],
): Promise<null> {
  const asked = await requestOf(tx, id, userId)
  if (asked && asked.askedOfId === actor.id) mustBeThere(asked)
  await customers.reach(tx, actor, id, 'customer.read')
  const isMine = asked?.ownerId === actor.id
  if (!isMine) await customers.reach(tx, actor, id, asked ? 'customer.assign' : 'customer.update')
  if (!asked) {
    const known = await tx.selectFrom('users').select('id').where('id', '=', userId).executeTakeFirst()
    throw known ? tooLate('没有等待答复的协作申请') : invalidField('userId', '申请人不存在')
  }
  mustBeThere(asked)
  if (asked.state === 'lapsed') throw tooLate('申请已失效')
  if (asked.state !== 'asked')
    throw tooLate(`${asked.decidedBy ?? '管理员'}已${asked.state === 'granted' ? '同意' : '拒绝'}了这个申请`)
  if (asked.expiresAt <= actor.at) throw tooLate('申请已过期,请对方重新申请')
  const access = answer === 'refuse' ? null : answer
  if (access !== null && !(await isActive(tx, userId))) throw tooLate('申请人已停用')
  const decided = await tx
    .updateTable('sharingRequests')
    .set({
      state: access === null ? 'refused' : 'granted',
      access,
      decidedById: actor.id === 0 ? null : actor.id,
      decidedAt: actor.at,
    })
    .where('id', '=', asked.id)
    .where('state', '=', 'asked')
    .executeTakeFirst()
  if (decided.numUpdatedRows !== 1n) throw tooLate('这个申请已有人答复')
  if (access !== null) await addCollaborator(tx, actor, id, { userId, access }, '同意协作申请')
  else {
    const note = (await tx.selectFrom('users').select('name').where('id', '=', userId).executeTakeFirstOrThrow()).name
    await audit(tx, actor, { entity: customer.name, recordId: id, action: 'sharingRefused', note })
  }
  for (const told of new Set([actor.id, asked.askedOfId])) await dealtWith(tx, actor.at, told, noticeKey(asked.id))
  await tell(tx, actor.at, {
    kind: 'sharing',
    userIds: [userId, asked.askedOfId].filter((one) => one !== actor.id),
    title:
      access === null
        ? `${actor.name}拒绝了 ${asked.shownName} 的协作申请`
        : `${actor.name}同意了 ${asked.shownName} 的协作申请(${accesses[access]})`,
    link: access === null ? '/collaboration?box=mine' : `/customers/${id}`,
    // A stranger to it learns no id.
    customerId: access === null ? null : id,
  })
  return null
}
