import { contractSubjects } from './contracts/agreements/service.ts'
import { orderApprovals } from './contracts/orders/service.ts'
import { expenseApprovals, invoiceApprovals } from './finance/service.ts'
import type { ApprovalSubject } from './system/approvals/service.ts'
import { tradeFollowers } from './tradeFollowers.ts'

/** What may need consent, module by module: a new kind of record gets its line here. */
export const approvalSubjects: readonly ApprovalSubject[] = [
  ...contractSubjects(tradeFollowers),
  ...orderApprovals(tradeFollowers),
  invoiceApprovals,
  expenseApprovals,
]
