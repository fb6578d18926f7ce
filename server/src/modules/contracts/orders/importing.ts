import { order as entity } from '@crm/shared/entities/order'
import type { Actor } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import { snapshot, storedRow } from '../../../core/rows/rows.ts'
import type { Tx } from '../../../db/store.ts'
import { hasReminders } from '../../customers/service.ts'
import { type Followers, tellAll } from '../followers.ts'
import { step } from './moves.ts'

/** An order that was agreed on elsewhere counts at once; credit and approvals had their say there. The caller has checked the right to it. */
export async function confirmImported(tx: Tx, actor: Actor, id: number, followers: Followers): Promise<void> {
  const row = (await storedRow(tx, entity, id))!
  const order = await step(tx, actor, row, 'confirm', {
    state: 'confirmed',
    note: '导入的历史订单,未经信用与审批检查',
  })
  await tellAll(followers, 'orderConfirmed', tx, actor, order)
}

const HUNG = [
  ['receivables', 'orderId', '已有回款计划'],
  ['invoices', 'orderId', '已有发票'],
  ['expenses', 'orderId', '已有费用'],
  ['deliveries', 'orderId', '已有交货单'],
] as const

/** Takes a draft back as if it had never been; says in words what keeps it. The complete row stays in the audit log. */
export async function removeImported(tx: Tx, actor: Actor, id: number): Promise<string | null> {
  for (const [table, column, reason] of HUNG)
    // unscoped: of an order the actor was let to
    if (await tx.selectFrom(table).select('id').where(column, '=', id).limit(1).executeTakeFirst()) return reason
  const file = await tx
    .selectFrom('documents') // unscoped: of an order the actor was let to
    .select('id')
    .where('subjectType', '=', 'order')
    .where('subjectId', '=', id)
    .limit(1)
    .executeTakeFirst()
  if (file) return '已有附件'
  if (await hasReminders(tx, 'order', id)) return '已有提醒'
  const before = (await storedRow(tx, entity, id))!
  await tx.deleteFrom('orderLines').where('orderId', '=', id).execute()
  await tx.deleteFrom('orders').where('id', '=', id).execute()
  await audit(tx, actor, {
    entity: entity.name,
    recordId: id,
    action: 'withdraw',
    before: snapshot(entity, before),
    note: '撤销导入',
  })
  return null
}
