import { invoiceKinds, invoiceStates } from '@crm/shared/entities/invoice'
import { receiptStates } from '@crm/shared/entities/receipt'
import { formatYuan } from '@crm/shared/money'
import { olderThan, type TimelineSource } from '../../core/timeline.ts'

/** Money that came in or went back. */
export const receiptsOfCustomer: TimelineSource = {
  name: 'receipt',
  kinds: ['receipt'],
  permission: 'receipt.read',
  async entries(read, _actor, customerId, { before, size }) {
    const rows = await read
      .selectFrom('receipts') // unscoped: of a customer the reader was let to
      .leftJoin('users', 'users.id', 'receipts.ownerId')
      .select(['receipts.id', 'receipts.number', 'receipts.createdAt', 'receipts.amountFen', 'receipts.allocatedFen'])
      .select(['receipts.receivedOn', 'receipts.state', 'receipts.voidReason', 'users.name as ownerName'])
      .where('receipts.customerId', '=', customerId)
      .where('receipts.deletedAt', 'is', null)
      .where(olderThan('receipts.createdAt', 'receipts.id', before))
      .orderBy('receipts.createdAt', 'desc')
      .orderBy('receipts.id', 'desc')
      .limit(size)
      .execute()
    return rows.map((row) => {
      const left = row.amountFen - row.allocatedFen
      const said =
        row.state === 'confirmed'
          ? left > 0
            ? `其中预收 ${formatYuan(left)} 元`
            : null
          : `${receiptStates[row.state]}${row.voidReason ? `:${row.voidReason}` : ''}`
      return {
        key: `receipt-${row.id}`,
        kind: 'receipt',
        id: row.id,
        at: row.createdAt,
        actorName: row.ownerName,
        title: `${row.amountFen < 0 ? '退款' : '回款'} ${formatYuan(Math.abs(row.amountFen))} 元(${row.number},${row.receivedOn})`,
        text: said,
      }
    })
  },
}

/** What was asked to be invoiced, and what was taken back. */
export const invoicesOfCustomer: TimelineSource = {
  name: 'invoice',
  kinds: ['invoice'],
  permission: 'invoice.read',
  async entries(read, _actor, customerId, { before, size }) {
    const rows = await read
      .selectFrom('invoices') // unscoped: of a customer the reader was let to
      .leftJoin('users', 'users.id', 'invoices.ownerId')
      .select(['invoices.id', 'invoices.number', 'invoices.createdAt', 'invoices.amountFen', 'invoices.kind'])
      .select(['invoices.state', 'invoices.invoiceNumber', 'invoices.issuedOn', 'invoices.redOfId', 'invoices.reason'])
      .select('users.name as ownerName')
      .where('invoices.customerId', '=', customerId)
      .where('invoices.deletedAt', 'is', null)
      .where(olderThan('invoices.createdAt', 'invoices.id', before))
      .orderBy('invoices.createdAt', 'desc')
      .orderBy('invoices.id', 'desc')
      .limit(size)
      .execute()
    return rows.map((row) => ({
      key: `invoice-${row.id}`,
      kind: 'invoice',
      id: row.id,
      at: row.createdAt,
      actorName: row.ownerName,
      title: `${row.redOfId === null ? '申请开票' : '冲红发票'} ${formatYuan(Math.abs(row.amountFen))} 元(${row.number})`,
      text: [
        invoiceKinds[row.kind],
        row.state === 'issued'
          ? `${row.issuedOn} 开具${row.invoiceNumber ? ` ${row.invoiceNumber}` : ''}`
          : invoiceStates[row.state],
        row.reason,
      ]
        .filter(Boolean)
        .join(' · '),
    }))
  },
}

/** What became owed. */
export const receivablesOfCustomer: TimelineSource = {
  name: 'receivable',
  kinds: ['receivable'],
  permission: 'receivable.read',
  async entries(read, _actor, customerId, { before, size }) {
    const rows = await read
      .selectFrom('receivables') // unscoped: of a customer the reader was let to
      .leftJoin('orders', 'orders.id', 'receivables.orderId')
      .leftJoin('contracts', 'contracts.id', 'receivables.contractId') // unscoped: names what a row the reader was let to is of
      .leftJoin('users', 'users.id', 'receivables.ownerId')
      .select(['receivables.id', 'receivables.label', 'receivables.createdAt', 'receivables.amountFen'])
      .select(['receivables.dueOn', 'receivables.voidedOn', 'users.name as ownerName'])
      .select(['orders.number as orderNumber', 'contracts.number as contractNumber'])
      .where('receivables.customerId', '=', customerId)
      .where('receivables.deletedAt', 'is', null)
      .where('receivables.activeOn', 'is not', null)
      .where(olderThan('receivables.createdAt', 'receivables.id', before))
      .orderBy('receivables.createdAt', 'desc')
      .orderBy('receivables.id', 'desc')
      .limit(size)
      .execute()
    return rows.map((row) => {
      const of = row.orderNumber ? `订单 ${row.orderNumber}` : row.contractNumber ? `合同 ${row.contractNumber}` : ''
      return {
        key: `receivable-${row.id}`,
        kind: 'receivable',
        id: row.id,
        at: row.createdAt,
        actorName: row.ownerName,
        title: `应收 ${formatYuan(row.amountFen)} 元,${row.dueOn} 到期`,
        text: [of, row.label, row.voidedOn ? '已作废' : ''].filter(Boolean).join(' · '),
      }
    })
  },
}
