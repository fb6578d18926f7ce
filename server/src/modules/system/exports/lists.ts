import { contact } from '@crm/shared/entities/contact'
import { contract } from '@crm/shared/entities/contract'
import { customer } from '@crm/shared/entities/customer'
import { expense } from '@crm/shared/entities/expense'
import { feedback } from '@crm/shared/entities/feedback'
import { invoice } from '@crm/shared/entities/invoice'
import { product } from '@crm/shared/entities/product'
import { receipt } from '@crm/shared/entities/receipt'
import { receivable, receivableStatuses } from '@crm/shared/entities/receivable'
import type { Page } from '@crm/shared/kernel/endpoint'
import type { Entity } from '@crm/shared/kernel/entity'
import type { ListQuery } from '@crm/shared/kernel/query'
import type { Actor } from '../../../core/access/actor.ts'
import { type ExportColumn, fieldColumns, moneyColumn } from '../../../core/exports/exportColumns.ts'
import type { ListExport } from '../../../core/exports/exportList.ts'
import type { Raw } from '../../../core/rows/rows.ts'
import type { Read } from '../../../db/store.ts'
import { listProducts } from '../../catalog/service.ts'
import { listContracts } from '../../contracts/agreements/service.ts'
import { contacts, listCustomers, searching } from '../../customers/service.ts'
import { listExpenses, listInvoices, listReceipts, listReceivables } from '../../finance/service.ts'
import { listFeedback } from '../../service/feedback/service.ts'

type Lister = (read: Read, actor: Actor, query: ListQuery) => Promise<unknown>
interface Extra {
  /** Columns of the list that are no fields, behind those. */
  readonly more?: readonly ExportColumn<Raw>[]
}

/** A list whose file shows its rows: these fields in this order. */
const plain = (
  entity: Entity,
  noun: string,
  lister: Lister,
  keys: readonly string[],
  { more = [] }: Extra = {},
): ListExport<Raw> => ({
  entity,
  noun,
  page: lister as (read: Read, actor: Actor, query: ListQuery) => Promise<Page<Raw>>,
  columns: (actor, words) => [...fieldColumns(entity, keys, actor, words), ...more],
})

const CUSTOMER = `number name shortName level status source industry regionCode address phone email website creditCode ownerId tagIds
  creditFen terms termsDays lastFollowUpAt nextReminderAt notes`
const CONTACT = `customerId name isPrimary decisionRole jobTitle department mobile mobile2 phone email wechat birthday birthdayCalendar notes`
const PRODUCT = 'number name categoryId spec unit priceFen costFen taxRateBp active barcode notes'
const CONTRACT = `number title type customerId contactId state revision amountFen signedOn startOn endOn terms termsDays ourSigner
  theirSigner ownerId teamId notes`
const RECEIVABLE = `customerId orderId contractId label trigger amountFen receivedFen writtenOffFen plannedOn activeOn dueOn terms termsDays
  ownerId teamId notes`
const RECEIPT = `number customerId amountFen receivedOn method bankNumber payer state allocatedFen ownerId teamId notes`
const INVOICE = `number invoiceNumber customerId orderId contractId kind state amountFen taxRateBp taxFen title creditCode issuedOn redOfId
  ownerId teamId reason notes`
const EXPENSE = 'number ownerId teamId type amountFen spentOn state customerId contractId orderId paidOn purpose notes'
const FEEDBACK = 'number customerId contactId type severity state words occurredOn handlerId result resolvedAt'
const keysIn = (names: string) => names.split(/\s+/)

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

/** What leaves the house as a row per record; documents with lines stand in documents.ts. */
export const plainLists = (zone: string) => ({
  customers: plain(
    customer,
    '客户',
    (read, actor, query) => listCustomers(read, actor, query, { zone }),
    keysIn(CUSTOMER),
  ),
  contacts: plain(
    contact,
    '联系人',
    (read, actor, query) => contacts.list(read, actor, query, searching(read, actor, contact, query.q)),
    keysIn(CONTACT),
  ),
  products: plain(product, '产品', listProducts, keysIn(PRODUCT)),
  contracts: plain(contract, '合同', listContracts, keysIn(CONTRACT), { more: [moneyColumn('receivedFen', '已回款')] }),
  receivables: plain(receivable, '应收款', listReceivables, keysIn(RECEIVABLE), {
    more: [moneyColumn('openFen', '未收'), statusColumn, lateColumn],
  }),
  receipts: plain(receipt, '回款', listReceipts, keysIn(RECEIPT), { more: [moneyColumn('prepaidFen', '预收')] }),
  invoices: plain(invoice, '发票', listInvoices, keysIn(INVOICE)),
  expenses: plain(expense, '费用报销', listExpenses, keysIn(EXPENSE)),
  feedback: plain(feedback, '客户反馈', listFeedback, keysIn(FEEDBACK)),
})
