import type { Feedback } from '@crm/shared/contract/feedback'
import type { Actor } from '../../../core/access/actor.ts'
import { tell } from '../../../core/jobs/notices.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { superiors } from '../../org/service.ts'

type Facts = Pick<Feedback, 'severity' | 'handlerId'>
const SHOWN = 60

/** A new complaint: owner and handler. Somebody is asked to handle it: he. It is or becomes 紧急: the owner's manager too. Never the one who wrote it. */
export async function tellOfFeedback(tx: Tx, actor: Actor, before: Facts | null, row: Feedback): Promise<void> {
  const customer = await tx
    .selectFrom('customers') // unscoped: of a feedback that was reached
    .select(['name', 'ownerId'])
    .where('id', '=', row.customerId)
    .executeTakeFirstOrThrow()
  const [ownerId, handlerId] = [customer.ownerId ?? 0, row.handlerId ?? 0]
  const isNew = before === null
  const isUrgent = row.severity === 'urgent' && before?.severity !== 'urgent'
  const send = (title: string, userIds: readonly number[], once: string) =>
    tell(tx, actor.at, {
      kind: 'feedback',
      userIds: userIds.filter((id) => id !== actor.id),
      title: `${title}:${customer.name}`,
      body: row.words.length > SHOWN ? `${row.words.slice(0, SHOWN)}…` : row.words,
      link: `/feedback?open=${row.id}`,
      customerId: row.customerId,
      onceKey: `feedback:${row.id}:${once}`,
    })
  if (isUrgent) {
    const [manager = 0] = ownerId === 0 ? [] : (await superiors(tx as unknown as Read))(ownerId)
    await send('紧急反馈', [ownerId, handlerId, manager], 'urgent')
  } else if (isNew && row.type === 'complaint') await send('客户投诉', [ownerId, handlerId], 'new')
  if (handlerId !== 0 && row.handlerId !== before?.handlerId && !isUrgent && !(isNew && row.type === 'complaint'))
    await send('反馈交给你处理', [handlerId], `handler:${row.version}`)
}
