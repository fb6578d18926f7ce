import { document } from '@crm/shared/entities/document'
import { visible } from '../../../core/access/scope.ts'
import { newest, recordsOf, timelineSource } from '../../../core/rows/timeline.ts'
import { onVisibleSubject } from './subjects.ts'

/** Files put on the customer, its people and its feedback; those of a follow-up stand beside its text. */
export const documentsOfCustomer = timelineSource({
  name: 'document',
  kind: 'document',
  permission: 'document.read',
  rows: (read, actor, customerId, ask) =>
    read
      .selectFrom('documents') // unscoped: narrowed by `visible` below
      .leftJoin('users', 'users.id', 'documents.uploaderId')
      .select([
        'documents.id',
        'documents.name',
        'documents.revision',
        'documents.createdAt',
        'users.name as actorName',
      ])
      .$call(recordsOf('documents', customerId))
      .where('documents.subjectType', '!=', 'interaction')
      .where(visible(actor, document, 'document.read'))
      .where(onVisibleSubject(actor))
      .$call(newest('documents', 'createdAt', ask))
      .execute(),
  tell: ({ actorName, createdAt, name, revision }) => ({
    at: createdAt,
    actorName,
    title: revision > 1 ? `上传文档(第 ${revision} 版)` : '上传文档',
    text: name,
  }),
})
