import { type Actor, can } from '../core/access/actor.ts'
import type { HomeSource } from '../core/rows/home.ts'
import { askedBlocks, customerNumbers, leavingBlocks, sharingBlocks, silenceBlocks } from './customers/service.ts'
import { contractBlocks } from './contracts/agreements/service.ts'
import { deliveryBlocks } from './contracts/deliveries/service.ts'
import { expenseBlocks, invoiceBlocks, receiptBlocks, receivableBlocks } from './finance/service.ts'
import { feedbackBlocks } from './service/feedback/service.ts'
import { approvalBlocks } from './system/approvals/service.ts'
import { followUpBlocks, noticeBlocks, reminderBlocks } from './work/home/service.ts'

/** What stands on 工作台, in the order a new user finds it. */
const homeBlocks: readonly HomeSource[] = [
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

const money: readonly HomeSource[] = [approvalBlocks, receivableBlocks, receiptBlocks, invoiceBlocks, expenseBlocks]
/** 财务, who confirm what comes in and write no follow-ups, begin with the money. */
export const homeBlocksOf = (actor: Actor): readonly HomeSource[] =>
  can(actor, 'receipt.confirm') && !can(actor, 'interaction.create')
    ? [...money, ...homeBlocks.filter((source) => !money.includes(source))]
    : homeBlocks
