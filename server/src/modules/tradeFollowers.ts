import type { Followers } from './contracts/followers.ts'
import { creditJudges, invoicesStandAgainst, receivablesFollow } from './finance/service.ts'

/** Who is told when orders, deliveries and contracts take a step, in order: what owes first, what merely watches last. */
export const tradeFollowers: Followers = [receivablesFollow, creditJudges, invoicesStandAgainst]
