import { feedbackSeverities, feedbackStates } from '@crm/shared/entities/feedback'
import { olderThan, type TimelineSource } from '../../../core/timeline.ts'

/** What the customer said, where it stands now, and what came of it. */
export const feedbackOfCustomer: TimelineSource = {
  name: 'feedback',
  kinds: ['feedback'],
  permission: 'feedback.read',
  async entries(read, _actor, customerId, { before, size }) {
    const rows = await read
      .selectFrom('feedback') // unscoped: of a customer the reader was let to
      .leftJoin('users', 'users.id', 'feedback.handlerId')
      .leftJoin('dictItems', (join) =>
        join.onRef('dictItems.code', '=', 'feedback.type').on('dictItems.dictionary', '=', 'feedbackType'),
      )
      .select(['feedback.id', 'feedback.number', 'feedback.createdAt', 'feedback.words', 'feedback.result'])
      .select(['feedback.severity', 'feedback.state', 'users.name as handlerName', 'dictItems.label as type'])
      .where('feedback.customerId', '=', customerId)
      .where('feedback.deletedAt', 'is', null)
      .where(olderThan('feedback.createdAt', 'feedback.id', before))
      .orderBy('feedback.createdAt', 'desc')
      .orderBy('feedback.id', 'desc')
      .limit(size)
      .execute()
    return rows.map((row) => ({
      key: `feedback-${row.id}`,
      kind: 'feedback',
      id: row.id,
      at: row.createdAt,
      actorName: row.handlerName,
      title: `${row.type ?? '反馈'} ${row.number}(${feedbackStates[row.state]}${row.severity === 'normal' ? '' : `,${feedbackSeverities[row.severity]}`})`,
      text: row.result ? `${row.words}\n处理结果:${row.result}` : row.words,
    }))
  },
}
