import type { Credit, credit as api } from '@crm/shared/contract/credit'
import { customer as entity } from '@crm/shared/entities/customer'
import { order as orderEntity } from '@crm/shared/entities/order'
import type { Input } from '@crm/shared/kernel/endpoint'
import { formatYuan } from '@crm/shared/money'
import { daysLate, limitOn } from '@crm/shared/rules/credit'
import type { Actor } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import { invalidField, stale } from '../../../core/problem.ts'
import { rowsByIds, snapshot, storedRow, tables } from '../../../core/rows/rows.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { orders } from '../../contracts/orders/service.ts'
import { customers } from '../../customers/service.ts'
import { type Asking, exposureOf } from './exposure.ts'
import { creditOfGroup, groupFindings, groupOf, joinGroup } from './groups.ts'
import { outcomeFor, readCreditRules } from './rules.ts'

/** What stands against an order, in words; empty where nothing does. */
function findingsOf(credit: Omit<Credit, 'findings'>): string[] {
  const { exposureFen, graceDays, group, limitFen, isTemporary, overdueCount, overdueDays } = credit
  const over = limitFen === null ? 0 : exposureFen - limitFen
  const limit = isTemporary ? '临时额度' : '信用额度'
  return [
    ...(over <= 0
      ? []
      : [
          limitFen === 0
            ? `客户是现结,还差 ${formatYuan(over)} 元没有到账`
            : `客户占用 ${formatYuan(exposureFen)} 元,超过${limit} ${formatYuan(limitFen!)} 元,超 ${formatYuan(over)} 元`,
        ]),
    ...groupFindings(group),
    ...(overdueDays > graceDays
      ? [
          `客户有 ${overdueCount} 笔应收逾期,最长 ${overdueDays} 天${graceDays > 0 ? `,超过宽限的 ${graceDays} 天` : ''}`,
        ]
      : []),
  ]
}

/** Of a customer the caller has reached. */
export async function creditOf(
  db: Read | Tx,
  actor: Actor,
  customerId: number,
  asking: Asking | null = null,
): Promise<Credit> {
  const of = await (db as Read)
    .selectFrom('customers') // unscoped: the caller has reached it
    .select(['version', 'level', 'creditFen', 'temporaryCreditFen', 'temporaryCreditUntil', 'terms', 'termsDays'])
    .where('id', '=', customerId)
    .executeTakeFirstOrThrow()
  const { level, ...limits } = of
  const rules = await readCreditRules(db)
  const { oldestDueOn, ...exposure } = await exposureOf(db, customerId, actor.today, asking)
  const { isTemporary, limitFen } = limitOn(limits, actor.today)
  const credit = {
    ...limits,
    ...exposure,
    limitFen,
    isTemporary,
    leftFen: limitFen === null ? null : limitFen - exposure.exposureFen,
    group: await creditOfGroup(db, actor, customerId, exposure.exposureFen),
    overdueDays: daysLate(oldestDueOn, actor.today),
    graceDays: rules.graceDays,
    outcome: outcomeFor(rules, level),
  }
  return { ...credit, findings: findingsOf(credit) }
}

/** With what an order of the customer would add, where one is named. */
export async function readCredit(db: Read | Tx, actor: Actor, id: number, orderId?: number): Promise<Credit> {
  await customers.reach(db, actor, id, 'receivable.read')
  if (orderId === undefined) return creditOf(db, actor, id)
  await orders.reach(db, actor, orderId, 'order.read')
  const order = (await rowsByIds(db, actor, orderEntity, [orderId]))[0]!
  if (order.customerId !== id) throw invalidField('orderId', '订单不是这个客户的')
  return creditOf(db, actor, id, order.state === 'void' ? null : order)
}

/** What is left out stays as it is. */
export async function setCredit(
  tx: Tx,
  actor: Actor,
  id: number,
  { groupId, version, ...given }: Input<typeof api.set>['body'],
): Promise<Credit> {
  await customers.reach(tx, actor, id, 'credit.manage')
  const before = (await storedRow(tx, entity, id))!
  if (before['version'] !== version) throw stale(entity.label, (await rowsByIds(tx, actor, entity, [id]))[0]!)
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const after: Record<string, unknown> = { ...before, ...set }
  const [fen, until] = [after['temporaryCreditFen'], after['temporaryCreditUntil'] as string | null]
  if (fen !== null && until === null) throw invalidField('temporaryCreditUntil', '临时额度要有截止日期')
  if (fen === null && until !== null) throw invalidField('temporaryCreditFen', '有截止日期就要填临时额度')
  if (until !== null && until !== before['temporaryCreditUntil'] && until < actor.today)
    throw invalidField('temporaryCreditUntil', '临时额度的截止日期不能早于今天')
  const groupBefore = (await groupOf(tx, id))?.name ?? null
  if (groupId !== undefined) await joinGroup(tx, id, groupId)
  const groupAfter = (await groupOf(tx, id))?.name ?? null
  const columns = { ...set, version: version + 1, updatedAt: actor.at }
  await tables(tx).updateTable(entity.table).set(columns).where('id', '=', id).execute()
  await audit(tx, actor, {
    entity: entity.name,
    recordId: id,
    action: 'credit',
    before: { ...snapshot(entity, before, before), creditGroup: groupBefore },
    after: { ...snapshot(entity, { ...before, ...columns }, before), creditGroup: groupAfter },
  })
  return creditOf(tx, actor, id)
}
