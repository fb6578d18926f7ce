import type { Tx } from '../../db/store.ts'

/** 系统初始化: with its customer goes what was owed and paid, and what the ledger says of it; before deliveries, orders and contracts. */
export async function eraseMoneyOf(tx: Tx, customerId: number): Promise<void> {
  const own = (table: 'receivables' | 'receipts') =>
    tx
      .selectFrom(table) // unscoped: all that hangs on a customer goes with it
      .select('id')
      .where('customerId', '=', customerId)
  await tx.deleteFrom('receiptWishes').where('receiptId', 'in', own('receipts')).execute()
  await tx.deleteFrom('ledgerEntries').where('receivableId', 'in', own('receivables')).execute()
  await tx.deleteFrom('ledgerEntries').where('receiptId', 'in', own('receipts')).execute()
  await tx.updateTable('invoices').set({ redOfId: null }).where('customerId', '=', customerId).execute()
  await tx.deleteFrom('invoices').where('customerId', '=', customerId).execute()
  // What a colleague spent he spent all the same: it forgets on whom.
  await tx
    .updateTable('expenses')
    .set({ orderId: null })
    // unscoped: all that hangs on a customer goes with it
    .where('orderId', 'in', (eb) => eb.selectFrom('orders').select('id').where('customerId', '=', customerId))
    .execute()
  await tx
    .updateTable('expenses')
    .set({ customerId: null, contractId: null })
    .where('customerId', '=', customerId)
    .execute()
  await tx.deleteFrom('creditGroupMembers').where('customerId', '=', customerId).execute()
  await tx.deleteFrom('receivables').where('customerId', '=', customerId).execute()
  await tx.deleteFrom('receipts').where('customerId', '=', customerId).execute()
}
