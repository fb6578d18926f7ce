/** What other modules may ask of 应收与回款. */
export { prepaidOf } from './ledger.ts'
export { expenseBlocks, invoiceBlocks, receiptBlocks, receivableBlocks } from './home.ts'
export { invoicesOfCustomer, receiptsOfCustomer, receivablesOfCustomer } from './timeline.ts'
export { creditJudges } from './credit/gate.ts'
export { createGroup, removeGroup } from './credit/groups.ts'
export { createExpense, expenses, findExpense, listExpenses, removeExpense } from './expenses/expenses.ts'
export { expenseApprovals } from './expenses/moves.ts'
export { applyInvoice, findInvoice, invoices, listInvoices } from './invoices/invoices.ts'
export { invoiceApprovals, invoicesStandAgainst, issueInvoice } from './invoices/moves.ts'
export { moneyOf } from './customerMoney.ts'
export { sumsOf } from './customerSums.ts'
export { receivablesFollow } from './receivables/follower.ts'
export { planOf, setPlan } from './receivables/plan.ts'
export { findReceivable, listReceivables, receivables, undoWriteOff, writeOff } from './receivables/receivables.ts'
export {
  allocateReceipt,
  confirmReceipt,
  createReceipt,
  findReceipt,
  listReceipts,
  receipts,
  voidReceipt,
  withdrawImportedReceipt,
} from './receipts/receipts.ts'
