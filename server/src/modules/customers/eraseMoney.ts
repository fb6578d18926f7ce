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
  await tx.deleteFrom('receivables').where('customerId', '=', customerId).execute()
  await tx.deleteFrom('receipts').where('customerId', '=', customerId).execute()
}
