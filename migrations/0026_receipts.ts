import { createTable, type Db, required, uniqueIndex } from './helpers.ts'

export const name = '0026_receipts'

/** 待确认的回款: which receivables whoever registered it wanted it to pay, as JSON. */
export async function up(db: Db): Promise<void> {
  await createTable(db, 'receiptWishes', (t) =>
    t.id().ref('receiptId', 'receipts', required).text('allocations', required),
  )
  await uniqueIndex(db, 'receiptWishes', ['receiptId'])
}
