import { feedbackSeverities, feedbackStates } from '@crm/shared/entities/feedback'
import { newest, recordsOf, timelineSource } from '../../../core/rows/timeline.ts'

/** What the customer said, where it stands now, and what came of it. */
export const feedbackOfCustomer = timelineSource({
  name: 'feedback',
  kind: 'feedback',
  permission: 'feedback.read',
  rows: (read, _actor, customerId, ask) =>
    read
      .selectFrom('feedback') // unscoped: of a customer the reader was let to
      .leftJoin('users', 'users.id', 'feedback.handlerId')
      .leftJoin('dictItems', (join) =>
        join.onRef('dictItems.code', '=', 'feedback.type').on('dictItems.dictionary', '=', 'feedbackType'),
      )
      .select(['feedback.id', 'feedback.number', 'feedback.createdAt', 'feedback.words', 'feedback.result'])
      .select(['feedback.severity', 'feedback.state', 'users.name as handlerName', 'dictItems.label as type'])
      .$call(recordsOf('feedback', customerId))
      .$call(newest('feedback', 'createdAt', ask))
      .execute(),
  tell: (row) => ({
    at: row.createdAt,
    actorName: row.handlerName,
    title: `${row.type ?? '反馈'} ${row.number}(${feedbackStates[row.state]}${row.severity === 'normal' ? '' : `,${feedbackSeverities[row.severity]}`})`,
    text: row.result ? `${row.words}\n处理结果:${row.result}` : row.words,
  }),
})
