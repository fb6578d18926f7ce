import type { HomeSource } from '../core/rows/home.ts'
import { askedBlocks, customerNumbers, leavingBlocks, sharingBlocks, silenceBlocks } from './customers/service.ts'
import { contractBlocks } from './contracts/agreements/service.ts'
import { deliveryBlocks } from './contracts/deliveries/service.ts'
import { expenseBlocks, invoiceBlocks, receiptBlocks, receivableBlocks } from './finance/service.ts'
import { feedbackBlocks } from './service/feedback/service.ts'
import { approvalBlocks } from './system/approvals/service.ts'
import { followUpBlocks, noticeBlocks, reminderBlocks } from './work/home/service.ts'

/** What stands on 工作台, in the order a new user finds it. */
export const homeBlocks: readonly HomeSource[] = [
  reminderBlocks,
  approvalBlocks,
  deliveryBlocks,
  receivableBlocks,
  silenceBlocks,
  leavingBlocks,
  askedBlocks,
  sharingBlocks,
  contractBlocks,
  receiptBlocks,
  invoiceBlocks,
  expenseBlocks,
  feedbackBlocks,
  noticeBlocks,
  followUpBlocks,
  customerNumbers,
]
