import { createView, type Db, uniqueIndex } from './helpers.ts'

export const name = '0027_invoicing'

/** A number stands on one invoice of its kind; which 报销 count. */
export async function up(db: Db): Promise<void> {
  await uniqueIndex(db, 'invoices', ['invoiceNumber', 'kind'], {
    where: '"invoiceNumber" is not null and "deletedAt" is null',
  })
  await createView(
    db,
    'effectiveExpenses',
    `select "id", "customerId", "contractId", "orderId", "ownerId", "teamId", "type", "amountFen", "spentOn" from "expenses"
      where "state" in ('approved', 'paid') and "deletedAt" is null`,
  )
}
