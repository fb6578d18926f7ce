import { invoiceKinds, invoiceStates } from '@crm/shared/entities/invoice'
import { receiptStates } from '@crm/shared/entities/receipt'
import { formatYuan } from '@crm/shared/money'
import { newest, recordsOf, timelineSource } from '../../core/rows/timeline.ts'

/** Money that came in or went back. */
export const receiptsOfCustomer = timelineSource({
  name: 'receipt',
  kind: 'receipt',
  permission: 'receipt.read',
  rows: (read, _actor, customerId, ask) =>
    read
      .selectFrom('receipts') // unscoped: of a customer the reader was let to
      .leftJoin('users', 'users.id', 'receipts.ownerId')
      .select(['receipts.id', 'receipts.number', 'receipts.createdAt', 'receipts.amountFen', 'receipts.allocatedFen'])
      .select(['receipts.receivedOn', 'receipts.state', 'receipts.voidReason', 'users.name as ownerName'])
      .$call(recordsOf('receipts', customerId))
      .$call(newest('receipts', 'createdAt', ask))
      .execute(),
  tell: (row) => {
    const left = row.amountFen - row.allocatedFen
    const said =
      row.state === 'confirmed'
        ? left > 0
          ? `其中预收 ${formatYuan(left)} 元`
          : null
        : `${receiptStates[row.state]}${row.voidReason ? `:${row.voidReason}` : ''}`
    return {
      at: row.createdAt,
      actorName: row.ownerName,
      title: `${row.amountFen < 0 ? '退款' : '回款'} ${formatYuan(Math.abs(row.amountFen))} 元(${row.number},${row.receivedOn})`,
      text: said,
    }
  },
})

/** What was asked to be invoiced, and what was taken back. */
export const invoicesOfCustomer = timelineSource({
  name: 'invoice',
  kind: 'invoice',
  permission: 'invoice.read',
  rows: (read, _actor, customerId, ask) =>
    read
      .selectFrom('invoices') // unscoped: of a customer the reader was let to
      .leftJoin('users', 'users.id', 'invoices.ownerId')
      .select(['invoices.id', 'invoices.number', 'invoices.createdAt', 'invoices.amountFen', 'invoices.kind'])
      .select(['invoices.state', 'invoices.invoiceNumber', 'invoices.issuedOn', 'invoices.redOfId', 'invoices.reason'])
      .select('users.name as ownerName')
      .$call(recordsOf('invoices', customerId))
      .$call(newest('invoices', 'createdAt', ask))
      .execute(),
  tell: (row) => ({
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
  }),
})

/** What became owed. */
export const receivablesOfCustomer = timelineSource({
  name: 'receivable',
  kind: 'receivable',
  permission: 'receivable.read',
  rows: (read, _actor, customerId, ask) =>
    read
      .selectFrom('receivables') // unscoped: of a customer the reader was let to
      .leftJoin('orders', 'orders.id', 'receivables.orderId')
      .leftJoin('contracts', 'contracts.id', 'receivables.contractId') // unscoped: names what a row the reader was let to is of
      .leftJoin('users', 'users.id', 'receivables.ownerId')
      .select(['receivables.id', 'receivables.label', 'receivables.createdAt', 'receivables.amountFen'])
      .select(['receivables.dueOn', 'receivables.voidedOn', 'users.name as ownerName'])
      .select(['orders.number as orderNumber', 'contracts.number as contractNumber'])
      .$call(recordsOf('receivables', customerId))
      .where('receivables.activeOn', 'is not', null)
      .$call(newest('receivables', 'createdAt', ask))
      .execute(),
  tell: (row) => {
    const of = row.orderNumber ? `订单 ${row.orderNumber}` : row.contractNumber ? `合同 ${row.contractNumber}` : ''
    return {
      at: row.createdAt,
      actorName: row.ownerName,
      title: `应收 ${formatYuan(row.amountFen)} 元,${row.dueOn} 到期`,
      text: [of, row.label, row.voidedOn ? '已作废' : ''].filter(Boolean).join(' · '),
    }
  },
})
