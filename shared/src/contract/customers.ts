import { tag } from '../entities/base.ts'
import { contact } from '../entities/contact.ts'
import { customer } from '../entities/customer.ts'
import { crudEndpoints, endpoint, ID_PARAM, VERSION_FIELD } from '../kernel/endpoint.ts'
import type { RowOf } from '../kernel/entity.ts'
import { option, ref, text } from '../kernel/field.ts'
import { group, list } from '../kernel/schema.ts'
import type { QuerySpec } from '../kernel/query.ts'

/** What a duplicate check may tell anyone, whatever their rights: enough to talk to the owner, no more. */
export interface DuplicateMatch {
  readonly level: 'block' | 'warn' | 'hint'
  /** Which fact matched. */
  readonly by: 'creditCode' | 'name' | 'phone' | 'email' | 'similar'
  readonly subject: 'customer' | 'contact'
  readonly name: string
  readonly ownerName: string | null
  readonly state: 'live' | 'pooled' | 'recycled'
  /** Only where the reader may open it. */
  readonly id: number | null
  readonly customerId: number | null
  /** The customer's id where it lies in a pool the reader may claim from. */
  readonly claimId: number | null
  /** Whether the reader may ask its owner to work on it (申请协作), or has done so and waits. */
  readonly asking: 'may' | 'asked' | null
}

export const accesses = { read: '只读', edit: '可编辑' } as const
export type Access = keyof typeof accesses
export interface Collaborator {
  readonly userId: number
  readonly userName: string
  readonly access: Access
}
export interface HistoryEntry {
  readonly id: number
  readonly at: string
  readonly actorName: string
  readonly action: string
  /** Label, before, after, as a person reads them; masked where the reader may not see numbers. */
  readonly changes: readonly { readonly label: string; readonly before: string; readonly after: string }[]
}

/** What 查重 is asked. */
export const suspect = {
  name: text({ label: '客户名称', max: 100, optional: true }),
  phone: text({ label: '电话', max: 30, optional: true }),
  email: text({ label: '邮箱', max: 120, optional: true }),
  creditCode: text({ label: '统一社会信用代码', max: 30, optional: true }),
}
const override = { overrideReason: text({ label: '仍然保存的理由', max: 200, optional: true }) }
const withContact = {
  name: contact.fields.name,
  mobile: contact.fields.mobile,
  jobTitle: contact.fields.jobTitle,
  email: contact.fields.email,
}
/** Whom one knows at a new customer, in the same sheet and the same transaction: the first is the primary one. */
const itsContacts = {
  firstContact: group(withContact, { label: '首要联系人', optional: true }),
  moreContacts: list(group(withContact, { label: '联系人' }), { label: '其他联系人', max: 9, optional: true }),
}
const OF_TEAM = {
  teamId: { as: 'ids', max: 100, label: '部门' },
  silent: { as: 'oneOf', values: ['yes'], label: '久未跟进' },
  reportedOn: { as: 'day', label: '上报给我的日子' },
  collaborator: { as: 'oneOf', values: ['me'], label: '我协作的' },
  leavesWithin: { as: 'integer', min: 0, max: 90, label: '几天内进入公海' },
  owing: { as: 'words', values: ['open', 'overdue'], max: 2, label: '欠款' },
} as const satisfies QuerySpec

export const customers = {
  ...crudEndpoints(customer, { create: { ...override, ...itsContacts }, update: override, query: OF_TEAM }),
  check: endpoint<{ matches: DuplicateMatch[] }>()('POST', '/api/customers/check', 'customer.read', {
    summary: '查重',
    body: { ...suspect, exceptId: ref('customer', { label: '本客户', optional: true }) },
  }),
  reveal: endpoint<{ value: string | null; seconds: number }>()('POST', '/api/customers/:id/reveal', 'phone.reveal', {
    summary: '显示完整号码',
    params: ID_PARAM,
    body: { field: option({ phone: '电话' }, { label: '字段' }) },
  }),
  transfer: endpoint<RowOf<typeof customer>>()('POST', '/api/customers/:id/transfer', 'customer.assign', {
    summary: '转移负责人',
    params: ID_PARAM,
    body: { version: VERSION_FIELD, ownerId: ref('user', { label: '新负责人' }) },
  }),
  collaborators: endpoint<{ items: Collaborator[] }>()('GET', '/api/customers/:id/collaborators', 'customer.read', {
    summary: '协作人',
    params: ID_PARAM,
  }),
  setCollaborators: endpoint<{ items: Collaborator[] }>()(
    'PUT',
    '/api/customers/:id/collaborators',
    'customer.assign',
    {
      summary: '设置协作人',
      params: ID_PARAM,
      body: {
        items: list(
          group(
            { userId: ref('user', { label: '协作人' }), access: option(accesses, { label: '权限' }) },
            { label: '协作人' },
          ),
          { label: '协作人', max: 50 },
        ),
      },
    },
  ),
  history: endpoint<{ items: HistoryEntry[] }>()('GET', '/api/customers/:id/history', 'customer.read', {
    summary: '变更记录',
    params: ID_PARAM,
  }),
}

export const contacts = {
  ...crudEndpoints(contact),
  reveal: endpoint<{ value: string | null; seconds: number }>()('POST', '/api/contacts/:id/reveal', 'phone.reveal', {
    summary: '显示完整号码',
    params: ID_PARAM,
    body: { field: option({ mobile: '手机', mobile2: '备用手机', phone: '办公电话' }, { label: '字段' }) },
  }),
}
export const tags = crudEndpoints(tag, { permission: { read: 'signedIn', write: 'tag.manage' } })

/** A document found by its number, a contract also by its title, a product by its name, code or specification. */
export interface FoundRecord {
  readonly kind: 'product' | 'contract' | 'order' | 'quote' | 'delivery' | 'receipt' | 'invoice' | 'expense'
  readonly id: number
  readonly number: string
  /** What it is called, where a number is not all. */
  readonly title: string | null
  readonly customerName: string | null
}
export interface SearchReply {
  readonly customers: readonly {
    readonly id: number
    readonly number: string | null
    readonly name: string
    readonly ownerName: string | null
  }[]
  readonly contacts: readonly {
    readonly id: number
    readonly name: string
    readonly jobTitle: string | null
    readonly customerId: number
    readonly customerName: string | null
  }[]
  readonly records: readonly FoundRecord[]
}
export const search = {
  all: endpoint<SearchReply>()('GET', '/api/search', 'signedIn', {
    summary: '全局搜索',
    /** One of the two; `phone` is a whole number, in whatever way it is written. */
    query: { q: { as: 'text', max: 100, label: '搜索' }, phone: { as: 'text', max: 40, label: '电话' } },
  }),
}
