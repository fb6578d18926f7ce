import type { CreditLine } from '@crm/shared/contract/credit'
import type { Day } from '@crm/shared/days'
import type { Fen } from '@crm/shared/money'
import { type ContractOwed, notYetOwed, type OrderWorth } from '@crm/shared/rules/credit'
import { worthOfGoods } from '@crm/shared/rules/lines'
import { sql } from '../../../db/sql.ts'
import { inIds } from '../../../db/dialect.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { prepaidOf } from '../ledger.ts'

const name = sql.ref
/** An order that is to count next. */
export type Asking = Pick<OrderWorth, 'id' | 'contractId' | 'amountFen'>
export interface Exposure {
  /** Without lines that are zero and say nothing; `document` only of an order that does not count yet. */
  readonly lines: readonly CreditLine[]
  readonly exposureFen: Fen
  /** Of what is overdue: the oldest day, and how many there are. */
  readonly oldestDueOn: Day | null
  readonly overdueCount: number
}

/** Orders that count, each with what its own receivables say of it. */
async function worthOfOrders(db: Read | Tx, customerId: number): Promise<OrderWorth[]> {
  const { rows } = await sql<Omit<OrderWorth, 'keptFen'> & { state: string }>`
    select e.id, e.${name('contractId')}, e.${name('amountFen')}, o.state,
      coalesce(r.owed, 0) as ${name('owedFen')}, coalesce(r.pending, 0) as ${name('pendingFen')}
    from ${sql.table('effectiveOrders')} e join ${sql.table('orders')} o on o.id = e.id
      left join (select ${name('orderId')} as ${name('ofOrder')},
          sum(case when ${name('activeOn')} is null then 0 else ${name('amountFen')} end) as owed,
          sum(case when ${name('activeOn')} is null then ${name('amountFen')} else 0 end) as pending
        from ${sql.table('receivables')} where ${name('customerId')} = ${customerId} and ${name('orderId')} is not null
          and ${name('voidedOn')} is null and ${name('deletedAt')} is null group by ${name('orderId')}) r on r.${name('ofOrder')} = e.id
    where e.${name('customerId')} = ${customerId}`.execute(db as Tx)
  const isClosed = ({ state }: { readonly state: string }) => state === 'closed'
  // Of one whose own plan is owed whole, and of one without a plan or a contract, it makes no difference.
  const asked = rows.filter(
    (row) => isClosed(row) && (row.pendingFen > 0 || (row.contractId !== null && row.owedFen === 0)),
  )
  const kept = await keptOf(
    db,
    asked.map(({ id }) => id),
  )
  return rows.map((row) => ({ ...row, keptFen: isClosed(row) ? kept(row.id) : null }))
}

/** What the customer kept of each of these orders. */
async function keptOf(db: Read | Tx, orderIds: readonly number[]): Promise<(orderId: number) => Fen> {
  if (orderIds.length === 0) return () => 0
  const lines = await (db as Read)
    .selectFrom('orderLines') // unscoped: of a customer the caller has reached
    .select(['orderId', 'amountFen', 'qtyMilli', 'deliveredMilli', 'returnedMilli'])
    .where(inIds(db, 'orderId', orderIds))
    .execute()
  const byOrder = Map.groupBy(lines, ({ orderId }) => orderId)
  return (orderId) => worthOfGoods(byOrder.get(orderId) ?? [])
}

/** Contracts whose plan says when their orders are paid for. */
async function owedByContracts(db: Read | Tx, customerId: number): Promise<ContractOwed[]> {
  const { rows } = await sql<ContractOwed>`select ${name('contractId')},
      sum(case when ${name('activeOn')} is null then 0 else ${name('amountFen')} end) as ${name('owedFen')}
    from ${sql.table('receivables')} where ${name('customerId')} = ${customerId} and ${name('contractId')} is not null
      and ${name('orderId')} is null and ${name('voidedOn')} is null and ${name('deletedAt')} is null
    group by ${name('contractId')}`.execute(db as Tx)
  return rows
}

async function openOf(db: Read | Tx, customerId: number, today: Day) {
  const { rows } = await sql<{ openFen: Fen; late: number; oldest: Day | null }>`
    select coalesce(sum(${name('openFen')}), 0) as ${name('openFen')},
      coalesce(sum(case when ${name('dueOn')} < ${today} and ${name('openFen')} > 0 then 1 else 0 end), 0) as late,
      min(case when ${name('dueOn')} < ${today} and ${name('openFen')} > 0 then ${name('dueOn')} end) as oldest
    from ${sql.table('effectiveReceivables')} where ${name('customerId')} = ${customerId}`.execute(db as Tx)
  return rows[0]!
}

/**
 * 信用占用: what is to come in, what of orders that count is no receivable yet, what this order would add, less 预收. No amount
 * twice: an order that counts already adds nothing, and one of a contract whose plan is owed adds only what goes beyond the plan.
 */
export async function exposureOf(
  db: Read | Tx,
  customerId: number,
  today: Day,
  asking: Asking | null = null,
): Promise<Exposure> {
  const open = await openOf(db, customerId, today)
  const orders = await worthOfOrders(db, customerId)
  const plans = await owedByContracts(db, customerId)
  const ordersFen = notYetOwed(orders, plans)
  const isNew = asking !== null && !orders.some(({ id }) => id === asking.id)
  const added = { keptFen: null, owedFen: 0, pendingFen: 0 }
  const documentFen = isNew ? notYetOwed([...orders, { ...asking, ...added }], plans) - ordersFen : 0
  const prepaidFen = await prepaidOf(db, customerId)
  const lines: CreditLine[] = [
    { key: 'receivable', fen: open.openFen },
    { key: 'orders', fen: ordersFen },
    ...(isNew ? [{ key: 'document', fen: documentFen } as const] : []),
    { key: 'prepaid', fen: prepaidFen === 0 ? 0 : -prepaidFen },
  ]
  const exposureFen = lines.reduce((sum, { fen }) => sum + fen, 0)
  return { lines, exposureFen, oldestDueOn: open.oldest, overdueCount: open.late }
}
