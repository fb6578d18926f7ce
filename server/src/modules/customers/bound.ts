import { problem } from '../../core/problem.ts'
import type { Tx } from '../../db/store.ts'

/** What must not lose its customer: it stands in totals and on paper. Drafts and what was voided go with it. */
const kinds = [
  { table: 'effectiveOrders', words: '有效订单' },
  { table: 'effectiveContracts', words: '有效合同' },
  { table: 'effectiveReceipts', words: '回款' },
] as const
/** What somebody is about to decide on: it would count from then on, out of everybody's sight. */
const underWay = [
  { table: 'orders', state: 'approving', words: '审批中的订单' },
  { table: 'contracts', state: 'approving', words: '审批中的合同' },
  { table: 'receipts', state: 'pending', words: '待确认的回款' },
] as const

export async function mustBeFree(tx: Tx, customerId: number): Promise<void> {
  const bound: string[] = []
  for (const { table, words } of kinds) {
    const { n } = await tx
      .selectFrom(table)
      .select((e) => e.fn.countAll<number>().as('n'))
      .where('customerId', '=', customerId)
      .executeTakeFirstOrThrow()
    if (Number(n) > 0) bound.push(`${n} 份${words}`)
  }
  for (const { state, table, words } of underWay) {
    const waiting = await tx
      .selectFrom(table) // unscoped: of a customer the actor was let to
      .select('id')
      .where('customerId', '=', customerId)
      .where('state', '=', state)
      .where('deletedAt', 'is', null)
      .limit(1)
      .executeTakeFirst()
    if (waiting) bound.push(words)
  }
  if (bound.length > 0)
    throw problem('illegal_move', `客户有${bound.join('、')},不能删除;不再往来的可以放入公海或改为流失`)
}
