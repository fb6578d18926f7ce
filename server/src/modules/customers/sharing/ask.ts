import type { sharing as api, SharingRequest } from '@crm/shared/contract/sharing'
import type { Input } from '@crm/shared/kernel/endpoint'
import { customer } from '@crm/shared/entities/customer'
import type { Actor } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import { later } from '../../../core/clock.ts'
import { tell } from '../../../core/jobs/notices.ts'
import { notFound, type ProblemError, problem } from '../../../core/problem.ts'
import type { Tx } from '../../../db/store.ts'
import { superiors } from '../../org/service.ts'
import { type Found, foundFor, mayBeAsked } from '../duplicates.ts'
import { requests } from './list.ts'
import { askedBy, noticeKey } from './open.ts'

/** Who does not answer in a week does not answer. */
const OPEN_FOR_MS = 7 * 24 * 3_600_000

/** What has become of it since 查重 showed it. */
function refusal({ id, state }: Found): ProblemError {
  if (id !== null) return problem('illegal_move', '这个客户你已经可以打开,不用申请')
  if (state === 'pooled') return problem('illegal_move', '这个客户已进入公海,不用申请协作,公海成员可以领取')
  if (state === 'recycled') return problem('illegal_move', '这个客户已被删除,不能申请协作')
  return problem('illegal_move', '这个客户没有负责人,请联系经理分配')
}

/**
 * 申请协作 on what 查重 finds for the same words, so that an id guessed or kept opens nothing. Its owner is told and whoever leads him; a
 * second time only when the first was answered or has run out.
 */
export async function askToShare(
  tx: Tx,
  actor: Actor,
  { match, phone, reason, ...suspect }: Input<typeof api.ask>['body'],
): Promise<SharingRequest> {
  const found = (await foundFor(tx, actor, { ...suspect, phones: [phone] })).filter(({ name }) => name === match)
  const one = found.find(mayBeAsked) ?? found[0]
  if (!one) throw notFound('这个查重结果')
  if (!mayBeAsked(one)) throw refusal(one)
  const { customerId } = one
  if ((await askedBy(tx, actor, [customerId])).size > 0) throw problem('illegal_move', '你已申请过协作,正在等答复')
  // unscoped: 查重 has just told of it
  const row = await tx.selectFrom('customers').select('ownerId').where('id', '=', customerId).executeTakeFirstOrThrow()
  const ownerId = row.ownerId!
  // What has run out makes room for the new one.
  await tx
    .updateTable('sharingRequests')
    .set({ state: 'lapsed', decidedAt: actor.at })
    .where('customerId', '=', customerId)
    .where('askedById', '=', actor.id)
    .where('state', '=', 'asked')
    .execute()
  const { id } = await tx
    .insertInto('sharingRequests')
    .values({
      customerId,
      askedById: actor.id,
      askedOfId: ownerId,
      shownName: match,
      reason,
      state: 'asked',
      access: null,
      askedAt: actor.at,
      expiresAt: later(actor.at, OPEN_FOR_MS),
      decidedById: null,
      decidedAt: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await audit(tx, actor, { entity: customer.name, recordId: customerId, action: 'sharingAsked', note: reason })
  const [head] = (await superiors(tx))(ownerId)
  await tell(tx, actor.at, {
    kind: 'sharing',
    userIds: [ownerId, ...(head === undefined ? [] : [head])].filter((userId) => userId !== actor.id),
    title: `${actor.name}申请协作 ${match}`,
    body: reason,
    link: '/collaboration',
    customerId,
    onceKey: noticeKey(id),
  })
  return requests(tx, actor).where('sharingRequests.id', '=', id).executeTakeFirstOrThrow()
}
