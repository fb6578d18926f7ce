import { document } from '../entities/document.ts'
import { crudEndpoints, endpoint, ID_PARAM } from '../kernel/endpoint.ts'
import { rowSchema } from '../kernel/schema.ts'
import type { RowOf } from '../kernel/entity.ts'

export type DocumentRow = RowOf<typeof document>
export const MAX_DOCUMENT_BYTES = 20 * 1024 * 1024
/** Files on one record. */
export const MAX_DOCUMENTS = 20

const { create: _uploaded, ...verbs } = crudEndpoints(document)

export const documents = {
  list: verbs.list,
  /** multipart: `file`, and `subjectType` with `subjectId`; without them a draft, to be attached within a day. */
  upload: endpoint<DocumentRow>()('POST', '/api/documents', 'document.create', {
    summary: '上传文档',
    upload: true,
    status: 201,
    idempotent: true,
    reply: rowSchema(document),
  }),
  get: verbs.get,
  content: endpoint<unknown>()('GET', '/api/documents/:id/content', 'document.read', {
    summary: '文档内容',
    params: ID_PARAM,
    query: { download: { as: 'flag', label: '下载' } },
  }),
  update: verbs.update,
  remove: verbs.remove,
  restore: verbs.restore,
}
