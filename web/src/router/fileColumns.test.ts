import { exportColumns, type FileColumns } from '@crm/shared/contract/exportColumns'
import { describe, expect, it, vi } from 'vitest'
import type { Column } from '../components/grid/columns'
import type { ColumnOf } from '../components/list/useColumns'
import { contractColumns } from '../modules/contracts/rows'
import { contactColumns } from '../modules/customers/contacts/contactColumns'
import { customerColumns } from '../modules/customers/list/customerColumns'
import { primaryContacts } from '../modules/customers/list/primaryContacts'
import { deliveryColumns } from '../modules/deliveries/rows'
import { expenseColumns } from '../modules/expenses/rows'
import { feedbackColumns } from '../modules/feedback/rows'
import { followUpColumns } from '../modules/followUps/followUpColumns'
import { invoiceColumns } from '../modules/invoices/rows'
import { receiptColumns, receivableColumns } from '../modules/money/rows'
import { figures } from '../modules/money/routes'
import { orderColumns } from '../modules/orders/rows'
import { productColumns } from '../modules/products/rows'
import { quoteColumns } from '../modules/quotes/rows'

const plain = (key: string, label: string, widthPx: number, more: object = {}) => ({
  key,
  label,
  widthPx,
  text: () => '',
  ...more,
})
const of = <Row>(make: (column: ColumnOf<Row>) => Column<Row>[]) =>
  make(plain as ColumnOf<Row>)
    .filter(({ isAction }) => !isAction)
    .map(({ key }) => key)

vi.stubGlobal('window', { innerWidth: 1920 })
const figured = [primaryContacts, ...figures]
  .flatMap(({ columns }) => columns)
  .map((one) => ({ ...one, text: () => '' }))
const pages: readonly [keyof typeof exportColumns, string[]][] = [
  ['customers', of((column) => customerColumns(column as never, figured) as never)],
  ['contacts', of(contactColumns)],
  ['products', of((column) => productColumns(column as never, true) as never)],
  ['quotes', of(quoteColumns)],
  ['orders', of(orderColumns)],
  ['deliveries', of(deliveryColumns)],
  ['contracts', of(contractColumns)],
  ['receivables', of(receivableColumns)],
  ['receipts', of(receiptColumns)],
  ['invoices', of(invoiceColumns)],
  ['expenses', of(expenseColumns)],
  ['interactions', of(followUpColumns)],
  ['feedback', of(feedbackColumns)],
]
vi.unstubAllGlobals()

describe('看到的列都导得出', () => {
  it.each(pages)('%s', (name, keys) => {
    const { all, asked = [] }: FileColumns = exportColumns[name]
    expect(keys.filter((key) => ![...all, ...asked].includes(key))).toEqual([])
    expect(keys.length).toBeGreaterThan(5)
  })
})
