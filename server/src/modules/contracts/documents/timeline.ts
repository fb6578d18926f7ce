import { document } from '@crm/shared/entities/document'
import { visible } from '../../../core/scope.ts'
import { olderThan, type TimelineSource } from '../../../core/timeline.ts'
import { onVisibleSubject } from './subjects.ts'

/** Files put on the customer, its people and its feedback; those of a follow-up stand beside its text. */
export const documentsOfCustomer: TimelineSource = {
  name: 'document',
  kinds: ['document'],
  permission: 'document.read',
  async entries(read, actor, customerId, { before, size }) {
    const rows = await read
      .selectFrom('documents') // unscoped: narrowed by `visible` below
      .leftJoin('users', 'users.id', 'documents.uploaderId')
      .select([
        'documents.id',
        'documents.name',
        'documents.revision',
        'documents.createdAt',
        'users.name as actorName',
      ])
      .where('documents.customerId', '=', customerId)
      .where('documents.deletedAt', 'is', null)
      .where('documents.subjectType', '!=', 'interaction')
      .where(visible(actor, document, 'document.read'))
      .where(onVisibleSubject(actor))
      .where(olderThan('documents.createdAt', 'documents.id', before))
      .orderBy('documents.createdAt', 'desc')
      .orderBy('documents.id', 'desc')
      .limit(size)
      .execute()
    return rows.map(({ actorName, createdAt, id, name, revision }) => ({
      key: `document-${id}`,
      kind: 'document',
      id,
      at: createdAt,
      actorName,
      title: revision > 1 ? `上传文档(第 ${revision} 版)` : '上传文档',
      text: name,
    }))
  },
}
