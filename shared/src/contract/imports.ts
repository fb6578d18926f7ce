import { endpoint, ID_PARAM, pageSchema, type Page } from '../kernel/endpoint.ts'
import { option, text } from '../kernel/field.ts'
import { table } from '../kernel/schema.ts'
import type { PermissionName } from '../permissions.ts'

export const importEntities = {
  customer: '客户',
  customerContact: '客户与联系人',
  contact: '联系人',
  product: '产品',
  contract: '合同',
  order: '订单',
  receipt: '回款',
} as const
export type ImportEntity = keyof typeof importEntities
/** The permission to import each; whoever holds one of them is let to imports at all. */
export const importRights = {
  customer: 'customer.import',
  customerContact: 'customer.import',
  contact: 'customer.import',
  product: 'product.import',
  contract: 'contract.import',
  order: 'order.import',
  receipt: 'receipt.import',
} as const satisfies Record<ImportEntity, PermissionName>
export const importModes = { skip: '跳过重复', update: '更新已有', create: '仍然新建' } as const
export type ImportMode = keyof typeof importModes
/** Orders and money that are there already are never changed by a file, and never written twice. */
export const modesOf = (entity: ImportEntity): readonly ImportMode[] =>
  entity === 'order' || entity === 'receipt' ? ['skip'] : (Object.keys(importModes) as ImportMode[])
export const importStates = {
  checking: '检查中',
  checked: '待导入',
  running: '导入中',
  done: '已完成',
  failed: '失败',
  undone: '已撤销',
} as const

export interface ImportBatch {
  readonly id: number
  readonly entity: ImportEntity
  readonly mode: ImportMode
  readonly state: keyof typeof importStates
  readonly fileName: string
  readonly createdAt: string
  readonly userName: string
  readonly headers: readonly string[]
  /** header -> field of the entity; headers that are not used are absent. */
  readonly mapping: Readonly<Record<string, string>>
  /** The first rows as read, so that a person can judge the mapping. */
  readonly sample: readonly (readonly string[])[]
  readonly total: number
  readonly done: number
  readonly created: number
  readonly updated: number
  readonly skipped: number
  readonly duplicates: number
  readonly failed: number
  /** Of a batch taken back: created records removed, and those left because somebody touched them since. */
  readonly undone: number
  readonly left: number
  readonly warnings: readonly string[]
  /** Why the whole batch failed, in Chinese. */
  readonly problem: string | null
}
export interface ImportRow {
  readonly rowNumber: number
  /** Where the row stands when documents and lines are on two sheets: 订单明细 第 5 行. */
  readonly place: string | null
  readonly status: 'ready' | 'duplicate' | 'failed' | 'created' | 'updated' | 'skipped' | 'undone'
  readonly message: string | null
  readonly cells: readonly string[]
  readonly recordId: number | null
}
const PAGING = {
  page: { as: 'integer', min: 1, max: 10_000, label: '页码' },
  size: { as: 'integer', min: 1, max: 200, label: '每页行数' },
} as const
const mapping = table(text({ label: '字段', max: 40 }), { label: '列对应', max: 200, optional: true })

/** Which permission is asked depends on what the file holds: `importRights`, by the handlers. */
export const imports = {
  list: endpoint<Page<ImportBatch>>()('GET', '/api/imports', 'signedIn', {
    summary: '导入批次',
    query: PAGING,
    reply: pageSchema({ type: 'object' }),
  }),
  /** multipart: `file`, `entity`, optional `mode` and `mapping` (JSON). Parses and checks; writes no customer. */
  upload: endpoint<ImportBatch>()('POST', '/api/imports', 'signedIn', {
    summary: '上传并检查',
    upload: true,
    status: 201,
  }),
  get: endpoint<ImportBatch>()('GET', '/api/imports/:id', 'signedIn', {
    summary: '查看导入批次',
    params: ID_PARAM,
  }),
  check: endpoint<ImportBatch>()('POST', '/api/imports/:id/check', 'signedIn', {
    summary: '按新的列对应重新检查',
    params: ID_PARAM,
    /** What is left out stays as it was; a mapping is the whole of it. */
    body: { mapping, mode: option(importModes, { label: '重复时', optional: true }) },
  }),
  run: endpoint<ImportBatch>()('POST', '/api/imports/:id/run', 'signedIn', {
    summary: '开始导入',
    params: ID_PARAM,
  }),
  rows: endpoint<Page<ImportRow>>()('GET', '/api/imports/:id/rows', 'signedIn', {
    summary: '导入行与结果',
    params: ID_PARAM,
    query: { ...PAGING, status: { as: 'words', max: 10, label: '状态' } },
    reply: pageSchema({ type: 'object' }),
  }),
  template: endpoint<unknown>()('GET', '/api/imports/template.xlsx', 'signedIn', {
    summary: '下载导入模板',
    query: {
      entity: { as: 'oneOf', values: Object.keys(importEntities) as ImportEntity[], label: '导入什么', required: true },
    },
  }),
  errors: endpoint<unknown>()('GET', '/api/imports/:id/errors.xlsx', 'signedIn', {
    summary: '下载未导入的行',
    params: ID_PARAM,
  }),
  undo: endpoint<ImportBatch>()('POST', '/api/imports/:id/undo', 'signedIn', {
    summary: '撤销本批',
    params: ID_PARAM,
  }),
}
