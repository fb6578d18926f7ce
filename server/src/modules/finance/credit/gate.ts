import type { Order } from '@crm/shared/contract/orders'
import { type Actor, can } from '../../../core/access/actor.ts'
import type { Tx } from '../../../db/store.ts'
import type { Finding, TradeFollower } from '../../contracts/service.ts'
import { approvalsOf } from '../../system/approvals/service.ts'
import { creditOf } from './credit.ts'

/** Somebody agreed to this order beyond its limit, and to no less than it is. */
async function isConsented(tx: Tx, { amountFen, id }: Order): Promise<boolean> {
  const [last] = await approvalsOf(tx, 'credit', id)
  if (last?.state !== 'approved') return false
  const asked = await tx.selectFrom('approvals').select('amountFen').where('id', '=', last.id).executeTakeFirstOrThrow()
  return asked.amountFen !== null && asked.amountFen >= amountFen
}

/**
 * The credit gate, at submit, approval and delivery. It reads and the step writes in one transaction: of two orders that fit one
 * limit only singly, the second one sees the first (SQLite writes one after the other, PostgreSQL repeats the loser).
 */
async function judge(
  tx: Tx,
  actor: Actor,
  order: Order,
  at: 'submit' | 'approval' | 'delivery',
): Promise<readonly Finding[]> {
  const { findings, outcome } = await creditOf(tx, actor, order.customerId, order)
  if (findings.length === 0) return []
  // What was agreed to once is not asked again when the goods leave.
  const asked = outcome === 'approve' && at === 'delivery' && (await isConsented(tx, order)) ? 'warn' : outcome
  const messages = can(actor, 'receivable.read') ? findings : ['客户超过信用额度或有逾期应收,详情请问财务']
  return messages.map((message) => ({ outcome: asked, code: 'illegal_move', message }))
}

export const creditJudges: TradeFollower = { judgeOrder: judge }
