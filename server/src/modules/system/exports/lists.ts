import { exportColumns, type FileColumns } from '@crm/shared/contract/exportColumns'
import type { Product } from '@crm/shared/contract/products'
import { contact } from '@crm/shared/entities/contact'
import { contract } from '@crm/shared/entities/contract'
import { customer } from '@crm/shared/entities/customer'
import { expense } from '@crm/shared/entities/expense'
import { feedback } from '@crm/shared/entities/feedback'
import { invoice, type InvoiceState, invoiceStates } from '@crm/shared/entities/invoice'
import { product } from '@crm/shared/entities/product'
import { receipt } from '@crm/shared/entities/receipt'
import { receivable, receivableStatuses } from '@crm/shared/entities/receivable'
import type { Entity } from '@crm/shared/kernel/entity'
import type { ListQuery } from '@crm/shared/kernel/query'
import { marginBp } from '@crm/shared/rules/prices'
import { type Actor, can } from '../../../core/access/actor.ts'
import { asked, type ExportColumn, fieldColumns, moneyColumn } from '../../../core/exports/exportColumns.ts'
import type { ListExport } from '../../../core/exports/exportFile.ts'
import type { ListExtra } from '../../../core/rows/list.ts'
import type { Raw } from '../../../core/rows/rows.ts'
import type { Read } from '../../../db/store.ts'
import { listProducts } from '../../catalog/service.ts'
import { listContracts } from '../../contracts/agreements/service.ts'
import { contacts, listCustomers, searching } from '../../customers/service.ts'
import { listExpenses, listInvoices, listReceipts, listReceivables } from '../../finance/service.ts'
import { listFeedback } from '../../service/feedback/service.ts'
import { figureColumns, withFigures } from './figures.ts'

type Counted = Pick<ListExtra, 'heavy'>
type Lister = (read: Read, actor: Actor, query: ListQuery, extra?: Counted) => Promise<unknown>
interface Extra {
  /** Columns of the list that are no fields, or say a field otherwise. */
  readonly own?: (actor: Actor) => readonly ExportColumn<Raw>[]
  readonly items?: ListExport<Raw>['items']
}

/** A list whose file shows its rows: these columns in this order. */
const plain = (
  entity: Entity,
  noun: string,
  lister: Lister,
  { all, asked: more = [] }: FileColumns,
  { items, own: ownOf = () => [] }: Extra = {},
): ListExport<Raw> => ({
  entity,
  noun,
  page: lister as ListExport<Raw>['page'],
  columns(actor, words) {
    const own = ownOf(actor)
    const among = (keys: readonly string[]) =>
      keys.flatMap((key) => {
        const mine = own.filter((column) => column.key === key)
        return mine.length > 0 || !isField(entity, key) ? mine : fieldColumns(entity, [key], actor, words)
      })
    return [...among(all), ...asked(among(more))]
  },
  ...(items && { items }),
})
const isField = ({ fields }: Entity, key: string) =>
  Object.hasOwn(fields, key) || key === 'createdAt' || key === 'updatedAt'

const statusColumn: ExportColumn<Raw> = {
  key: 'status',
  header: '状态',
  kind: 'text',
  cell: ({ status }) => receivableStatuses[status as keyof typeof receivableStatuses] ?? null,
}
const lateColumn: ExportColumn<Raw> = {
  key: 'overdueDays',
  header: '逾期天数',
  kind: 'number',
  cell: ({ overdueDays }) => (overdueDays as number) || null,
}

/** 订单 DD… or 合同 HT…: what it is owed or invoiced for. */
const sourceColumn: ExportColumn<Raw> = {
  key: 'source',
  header: '来源',
  kind: 'text',
  cell: ({ contractName, orderName }) => (orderName ?? contractName ?? null) as string | null,
}
/** A red invoice is no ordinary one that was issued. */
const invoiceState: ExportColumn<Raw> = {
  key: 'state',
  header: invoice.fields.state.label,
  kind: 'text',
  cell: ({ redOfId, state }) => (redOfId === null ? invoiceStates[state as InvoiceState] : '红字'),
}
const marginColumn: ExportColumn<Raw> = {
  key: 'margin',
  header: '毛利率',
  kind: 'text',
  cell(row) {
    const { costFen, priceFen, taxRateBp } = row as Pick<Product, 'costFen' | 'priceFen' | 'taxRateBp'>
    const margin = marginBp(priceFen, taxRateBp, costFen)
    return margin === null ? null : `${(margin / 100).toFixed(1)}%`
  },
}

/** What leaves the house as a row per record; documents with lines stand in documents.ts. */
export const plainLists = (zone: string) => ({
  customers: plain(
    customer,
    '客户',
    (read, actor, query, extra) => listCustomers(read, actor, query, { ...extra, zone }),
    exportColumns.customers,
    { own: figureColumns, items: withFigures },
  ),
  contacts: plain(
    contact,
    '联系人',
    (read, actor, query, extra) =>
      contacts.list(read, actor, query, { ...extra, ...searching(read, actor, contact, query.q) }),
    exportColumns.contacts,
  ),
  products: plain(product, '产品', listProducts, exportColumns.products, {
    own: (actor) => (can(actor, 'product.cost') ? [marginColumn] : []),
  }),
  contracts: plain(contract, '合同', listContracts, exportColumns.contracts, {
    own: () => [moneyColumn('receivedFen', '已回款')],
  }),
  receivables: plain(receivable, '应收款', listReceivables, exportColumns.receivables, {
    own: () => [moneyColumn('openFen', '未收'), statusColumn, lateColumn, sourceColumn],
  }),
  receipts: plain(receipt, '回款', listReceipts, exportColumns.receipts, {
    own: () => [moneyColumn('prepaidFen', '预收')],
  }),
  invoices: plain(invoice, '发票', listInvoices, exportColumns.invoices, { own: () => [invoiceState, sourceColumn] }),
  expenses: plain(expense, '费用报销', listExpenses, exportColumns.expenses),
  feedback: plain(feedback, '客户反馈', listFeedback, exportColumns.feedback),
})
