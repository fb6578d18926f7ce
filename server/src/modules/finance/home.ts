import type { HomeBlock } from '@crm/shared/contract/home'
import { type Receipt, receipts } from '@crm/shared/contract/receipts'
import { type Receivable, receivables } from '@crm/shared/contract/receivables'
import { addDays } from '@crm/shared/days'
import { counted, type HomeSource } from '../../core/home.ts'
import { listReceipts } from './receipts/receipts.ts'
import { listReceivables } from './receivables/receivables.ts'

const SOON_DAYS = 7

/** The lists speak of customers' owners: ownerId is the document's own, which never follows them. */
const ofCustomers = ({ ownerId, teamId }: Readonly<Record<string, string>>): Record<string, string> => ({
  ...(ownerId !== undefined && { customerOwnerId: ownerId }),
  ...(teamId !== undefined && { teamOfCustomer: teamId }),
})

/** What is late, and what is due within a week. */
export const receivableBlocks: HomeSource = {
  label: '应收',
  permission: 'receivable.read',
  async blocks(read, actor, { owners }) {
    const of = async (label: string, query: Readonly<Record<string, string>>) => {
      const { found: _, ...count } = await counted<Receivable>(
        receivables.list,
        '/receivables',
        (asked) => listReceivables(read, actor, asked),
        { label, query: { ...ofCustomers(owners), ...query } },
      )
      return count
    }
    const { today } = actor
    const late = await of('已逾期应收', { status: 'overdue' })
    const soon = await of('7 天内应收到期', { status: 'due,partial', dueOnTo: addDays(today, SOON_DAYS) })
    const blocks: HomeBlock[] = [
      { ...late, key: 'overdue', tone: 'bad' },
      { ...soon, key: 'dueSoon', tone: 'warn' },
    ]
    return blocks.filter(({ count }) => count > 0)
  },
}

/** What came in this month, and what waits to be confirmed. */
export const receiptBlocks: HomeSource = {
  label: '回款',
  permission: 'receipt.read',
  async blocks(read, actor, { owners }) {
    const of = async (label: string, query: Readonly<Record<string, string>>) => {
      const { found: _, ...count } = await counted<Receipt>(
        receipts.list,
        '/receipts',
        (asked) => listReceipts(read, actor, asked),
        { label, query: { ...ofCustomers(owners), ...query } },
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
