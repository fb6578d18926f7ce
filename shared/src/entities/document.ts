import { entity } from '../kernel/entity.ts'
import { integer, option, ref, text } from '../kernel/field.ts'

/** What a file may hang on; each is the name of an entity that is, or belongs to, a customer. A 费用报销 is its writer's, customer or not. */
export const documentSubjects = {
  customer: '客户',
  contact: '联系人',
  interaction: '跟进记录',
  feedback: '客户反馈',
  quote: '报价',
  order: '订单',
  delivery: '交货',
  contract: '合同',
  receipt: '回款',
  invoice: '发票',
  expense: '费用报销',
} as const
export type DocumentSubject = keyof typeof documentSubjects

/** A file. Its content is immutable and lies by its SHA-256 in the files folder; without a subject it is a draft only its uploader sees. */
export const document = entity({
  name: 'document',
  table: 'documents',
  path: 'documents',
  label: '文档',
  scope: { via: 'customerId' },
  hidesWithParent: true,
  title: 'name',
  order: '-createdAt',
  recycle: true,
  fields: {
    name: text({ label: '文件名', max: 200, sort: true, noImport: true }),
    sizeBytes: integer({ label: '大小', readonly: true, sort: true, noImport: true }),
    mediaType: text({ label: '文件类型', max: 120, readonly: true, noImport: true }),
    sha256: text({ label: '校验值', max: 64, readonly: true, noImport: true }),
    /** Counts the files of the same name on the same record. */
    revision: integer({ label: '版次', readonly: true, noImport: true }),
    subjectType: option(documentSubjects, {
      label: '所属',
      optional: true,
      readonly: true,
      filter: true,
      noImport: true,
    }),
    subjectId: integer({ label: '所属记录', optional: true, readonly: true, filter: true, noImport: true }),
    customerId: ref('customer', { label: '客户', optional: true, readonly: true, filter: true, noImport: true }),
    uploaderId: ref('user', { label: '上传人', optional: true, readonly: true, filter: true, noImport: true }),
  },
})
