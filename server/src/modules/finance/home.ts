import type { HomeBlock } from '@crm/shared/contract/home'
import { expenses } from '@crm/shared/contract/expenses'
import { invoices } from '@crm/shared/contract/invoices'
import { type Receipt, receipts } from '@crm/shared/contract/receipts'
import { type Receivable, receivables } from '@crm/shared/contract/receivables'
import { addDays } from '@crm/shared/days'
import { counted, type HomeSource } from '../../core/rows/home.ts'
import { listExpenses } from './expenses/expenses.ts'
import { listInvoices } from './invoices/invoices.ts'
import { listReceipts } from './receipts/receipts.ts'
import { listReceivables } from './receivables/receivables.ts'

const SOON_DAYS = 7

/** The lists speak of customers' owners: ownerId is the document's own, which never follows them. */
const ofCustomers = ({ ownerId, teamId }: Readonly<Record<string, string>>): Record<string, string> => ({
  ...(ownerId !== undefined && { customerOwnerId: ownerId }),
  ...(teamId !== undefined && { teamOfCustomer: teamId }),
})

/** 未收 of all of them. */
const openOf = ({ amountFen, receivedFen, writtenOffFen }: Readonly<Record<string, number | null>>): number =>
  (amountFen ?? 0) - (receivedFen ?? 0) - (writtenOffFen ?? 0)

/** What is late, and what is due within a week. */
export const receivableBlocks: HomeSource = {
  label: '应收',
  permission: 'receivable.read',
  async blocks(read, actor, { heavy, owners }) {
    const of = async (label: string, query: Readonly<Record<string, string>>) => {
      const { found: _, ...count } = await counted<Receivable>(
        receivables.list,
        '/receivables',
        (asked) => listReceivables(read, actor, asked, { heavy }),
        { label, query: { ...ofCustomers(owners), ...query }, amountOf: openOf },
      )
      return count
    }
    const { today } = actor
    const late = await of('已逾期应收', { status: 'overdue' })
    const soon = await of('7 天内应收到期', { status: 'due,partial', dueOnTo: addDays(today, SOON_DAYS) })
    const blocks: HomeBlock[] = [
      { ...late, key: 'owedLate', tone: 'bad' },
      { ...soon, key: 'dueSoon', tone: 'warn' },
    ]
    return blocks.filter(({ count }) => count > 0)
  },
}

/** What came in this month, and what waits to be confirmed. */
export const receiptBlocks: HomeSource = {
  label: '回款',
  permission: 'receipt.read',
  async blocks(read, actor, { heavy, owners }) {
    const of = async (label: string, query: Readonly<Record<string, string>>) => {
      const { found: _, ...count } = await counted<Receipt>(
        receipts.list,
        '/receipts',
        (asked) => listReceipts(read, actor, asked, { heavy }),
        { label, query: { ...ofCustomers(owners), ...query }, amountOf: ({ amountFen }) => amountFen ?? 0 },
      )
      return count
    }
    const month = await of('本月回款', { state: 'confirmed', receivedOnFrom: `${actor.today.slice(0, 7)}-01` })
    const waiting = await of('待确认回款', { state: 'pending' })
    const blocks: HomeBlock[] = [
      { ...waiting, key: 'receiptsWaiting', tone: 'warn' },
      { ...month, key: 'receipts', tone: 'plain' },
    ]
    return blocks.filter(({ count }) => count > 0)
  },
}

/** What waits for whoever issues invoices, whoever applied: looked at by himself only. */
export const invoiceBlocks: HomeSource = {
  label: '发票',
  permission: 'invoice.approve',
  async blocks(read, actor, { circle, heavy }) {
    if (circle !== 'me') return []
    const { found: _, ...block } = await counted(
      invoices.list,
      '/invoices',
      (asked) => listInvoices(read, actor, asked, { heavy }),
      {
        label: '待批准或待开的发票',
        query: { state: 'applied,approved' },
        amountOf: ({ amountFen }) => amountFen ?? 0,
      },
    )
    return block.count === 0 ? [] : [{ ...block, key: 'invoicesWaiting', tone: 'warn' }]
  },
}

/** What was agreed to and waits for whoever pays it out. */
export const expenseBlocks: HomeSource = {
  label: '费用报销',
  permission: 'expense.pay',
  async blocks(read, actor, { circle, heavy }) {
    if (circle !== 'me') return []
    const { found: _, ...block } = await counted(
      expenses.list,
      '/expenses',
      (asked) => listExpenses(read, actor, asked, { heavy }),
      { label: '待付款的报销', query: { state: 'approved' }, amountOf: ({ amountFen }) => amountFen ?? 0 },
    )
    return block.count === 0 ? [] : [{ ...block, key: 'expensesWaiting', tone: 'warn' }]
  },
}
