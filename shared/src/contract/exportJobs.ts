import { endpoint, ID_PARAM, pageSchema, type Page } from '../kernel/endpoint.ts'
import type { JsonSchema } from '../kernel/schema.ts'

export const exportStates = {
  waiting: '排队中',
  running: '生成中',
  done: '可下载',
  failed: '未完成',
  cancelled: '已取消',
  expired: '已过期',
} as const
export type ExportState = keyof typeof exportStates

/** A file that is made beside the requests, for whoever asked and nobody else. */
export interface ExportJob {
  readonly id: number
  /** As the reader's disk will call it. */
  readonly fileName: string
  readonly state: ExportState
  /** Rows of the list; null while nobody knows. */
  readonly total: number | null
  readonly rows: number
  readonly bytes: number | null
  /** Why there is no file, in Chinese. */
  readonly problem: string | null
  readonly createdAt: string
  readonly endedAt: string | null
  /** When the file goes. */
  readonly expiresAt: string | null
}
const instant: JsonSchema = { type: ['string', 'null'] }
export const exportJobSchema: JsonSchema = {
  type: 'object',
  properties: {
    id: { type: 'integer' },
    fileName: { type: 'string' },
    state: { type: 'string', enum: Object.keys(exportStates) },
    total: { type: ['integer', 'null'] },
    rows: { type: 'integer' },
    bytes: { type: ['integer', 'null'] },
    problem: { type: ['string', 'null'] },
    createdAt: { type: 'string' },
    endedAt: instant,
    expiresAt: instant,
  },
  required: ['id', 'fileName', 'state', 'total', 'rows', 'bytes', 'problem', 'createdAt', 'endedAt', 'expiresAt'],
}
const PAGING = {
  page: { as: 'integer', min: 1, max: 100, label: '页码' },
  size: { as: 'integer', min: 1, max: 100, label: '每页行数' },
} as const

/** Everybody's own; whether the file may still be had is asked again when it is fetched. */
export const exportJobs = {
  list: endpoint<Page<ExportJob>>()('GET', '/api/exports', 'signedIn', {
    summary: '我的导出',
    query: PAGING,
    reply: pageSchema(exportJobSchema),
  }),
  get: endpoint<ExportJob>()('GET', '/api/exports/:id', 'signedIn', {
    summary: '查看导出',
    params: ID_PARAM,
    reply: exportJobSchema,
  }),
  cancel: endpoint<ExportJob>()('POST', '/api/exports/:id/cancel', 'signedIn', {
    summary: '取消导出',
    params: ID_PARAM,
    reply: exportJobSchema,
  }),
  content: endpoint<unknown>()('GET', '/api/exports/:id/content', 'signedIn', {
    summary: '下载导出的文件',
    params: ID_PARAM,
  }),
}
