import type { AnyEndpoint, Endpoint } from '../kernel/endpoint.ts'
import type { ListQuery } from '../kernel/query.ts'
import type { PermissionName } from '../permissions.ts'
import { contracts } from './contracts.ts'
import { contacts, customers } from './customers.ts'
import { deliveries } from './deliveries.ts'
import { expenses } from './expenses.ts'
import { exportColumns, fileKeys } from './exportColumns.ts'
import { exportJobSchema } from './exportJobs.ts'
import { feedback } from './feedback.ts'
import { interactions } from './interactions.ts'
import { invoices } from './invoices.ts'
import { orders } from './orders.ts'
import { products } from './products.ts'
import { quotes } from './quotes.ts'
import { receipts } from './receipts.ts'
import { receivables } from './receivables.ts'
import { audit } from './system.ts'

export const exportFormats = ['csv', 'xlsx'] as const
export type ExportFormat = (typeof exportFormats)[number]
/** Documents: a line of the file per document, per line of it (by itself), or both on a sheet of their own, as an import reads them. */
export const fileLayouts = ['rows', 'lines', 'sheets'] as const
export type FileLayout = (typeof fileLayouts)[number]
/** Whether the file is the answer, or is made in the background. Unless said: by the number of rows. */
export const exportModes = ['stream', 'job'] as const
export type ExportQuery = ListQuery & {
  readonly format?: ExportFormat
  readonly layout?: FileLayout
  readonly mode?: (typeof exportModes)[number]
}
/** More rows than these are no answer to wait for: 202 with a job, unless `mode=stream` asks for them all the same. */
export const STREAMED_ROWS = 5_000
export type ExportEndpoint = Endpoint<{ query: ExportQuery }, unknown>

/**
 * What the same parameters show in the list, all pages of it; `fields` chooses the columns. Written to the audit log, therefore no GET.
 * Paging (`page`, `size`, `cursor`) means nothing here.
 */
const exportOf = (
  name: keyof typeof exportColumns,
  { path, permission, query }: AnyEndpoint,
  what: string,
  needs: PermissionName = permission as PermissionName,
): ExportEndpoint => ({
  method: 'POST',
  path: `${path}/export`,
  permission: needs,
  summary: `导出${what}`,
  query: {
    ...query,
    fields: { as: 'words', max: 100, values: fileKeys(exportColumns[name]), label: '列' },
    format: { as: 'oneOf', values: exportFormats, label: '文件格式' },
    mode: { as: 'oneOf', values: exportModes, label: '方式' },
    ...('line' in exportColumns[name] && { layout: { as: 'oneOf', values: fileLayouts, label: '版式' } as const }),
  },
  reply: { type: 'string' },
  status: 200,
  accepted: exportJobSchema,
})

/** Every list that leaves the house as a file, and what the file is called. Names and numbers of people ask for a right of their own. */
export const exports = {
  customers: exportOf('customers', customers.list as AnyEndpoint, '客户', 'customer.export'),
  contacts: exportOf('contacts', contacts.list as AnyEndpoint, '联系人', 'customer.export'),
  products: exportOf('products', products.list as AnyEndpoint, '产品'),
  quotes: exportOf('quotes', quotes.list as AnyEndpoint, '报价与明细'),
  orders: exportOf('orders', orders.list as AnyEndpoint, '订单与明细'),
  deliveries: exportOf('deliveries', deliveries.list as AnyEndpoint, '交货单与明细'),
  contracts: exportOf('contracts', contracts.list as AnyEndpoint, '合同'),
  receivables: exportOf('receivables', receivables.list as AnyEndpoint, '应收款'),
  receipts: exportOf('receipts', receipts.list as AnyEndpoint, '回款'),
  invoices: exportOf('invoices', invoices.list as AnyEndpoint, '发票'),
  expenses: exportOf('expenses', expenses.list as AnyEndpoint, '费用报销'),
  interactions: exportOf('interactions', interactions.list as AnyEndpoint, '跟进记录'),
  audit: exportOf('audit', audit.list as AnyEndpoint, '审计日志'),
  feedback: exportOf('feedback', feedback.list as AnyEndpoint, '客户反馈'),
} as const
export type ExportName = keyof typeof exports
