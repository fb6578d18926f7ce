import { dictItem } from '../entities/base.ts'
import { crudEndpoints, endpoint, ID_PARAM, type Page } from '../kernel/endpoint.ts'
import { text } from '../kernel/field.ts'

const { list, get, create, update } = crudEndpoints(dictItem, {
  permission: { read: 'signedIn', write: 'dictionary.manage' },
})
/** No remove: an item that rows refer to is switched off instead. */
export const dictionaries = { list, get, create, update }

export interface AuditEntry {
  readonly id: number
  readonly at: string
  readonly actorId: number | null
  readonly actorName: string
  /** web, token, cli, import or job. */
  readonly via: string
  readonly address: string | null
  readonly entity: string
  readonly recordId: number | null
  readonly action: string
  readonly before: Readonly<Record<string, unknown>> | null
  readonly after: Readonly<Record<string, unknown>> | null
  readonly note: string | null
}
export const audit = {
  list: endpoint<Page<AuditEntry>>()('GET', '/api/audit', 'audit.read', {
    summary: '审计日志',
    query: {
      page: { as: 'integer', min: 1, max: 10_000, label: '页码' },
      size: { as: 'integer', min: 1, max: 200, label: '每页行数' },
      cursor: { as: 'text', max: 16, label: '游标' },
      entity: { as: 'words', max: 20, label: '对象' },
      action: { as: 'words', max: 20, label: '动作' },
      recordId: { as: 'id', label: '对象编号' },
      actorId: { as: 'ids', max: 50, label: '操作员' },
      atFrom: { as: 'instant', label: '时间(起)' },
      atTo: { as: 'instant', label: '时间(止)' },
    },
  }),
}

export interface Token {
  readonly id: number
  readonly name: string
  readonly userId: number
  readonly userName: string
  readonly prefix: string
  readonly scope: string | null
  readonly expiresAt: string | null
  readonly lastUsedAt: string | null
  readonly createdAt: string
}
export const tokens = {
  list: endpoint<{ items: Token[] }>()('GET', '/api/tokens', 'token.manage', { summary: 'API 令牌' }),
  revoke: endpoint<null>()('DELETE', '/api/tokens/:id', 'token.manage', {
    summary: '吊销 API 令牌',
    params: ID_PARAM,
    status: 204,
  }),
}

/** What the company is called and how it is reached and paid: the heading of everything printed. Empty = not said. */
export interface Settings {
  readonly company: string
  readonly companyAddress: string
  readonly companyPhone: string
  readonly companyTaxNumber: string
  readonly companyBank: string
  readonly companyBankAccount: string
}
export const settings = {
  read: endpoint<Settings>()('GET', '/api/settings', 'signedIn', { summary: '公司资料' }),
  update: endpoint<Settings>()('PATCH', '/api/settings', 'setting.manage', {
    summary: '修改公司资料',
    partial: true,
    body: {
      company: text({ label: '公司名称', max: 100 }),
      companyAddress: text({ label: '地址', max: 200, optional: true }),
      companyPhone: text({ label: '电话', max: 60, optional: true }),
      companyTaxNumber: text({ label: '税号', max: 30, optional: true }),
      companyBank: text({ label: '开户行', max: 100, optional: true }),
      companyBankAccount: text({ label: '银行账号', max: 40, optional: true }),
    },
  }),
}
