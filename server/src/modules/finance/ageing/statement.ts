import type { Statement, StatementLine } from '@crm/shared/contract/ageing'
import { type Day, diffDays } from '@crm/shared/days'
import { sql } from '../../../db/sql.ts'
import type { Actor } from '../../../core/access/actor.ts'
import { crud } from '../../../core/rows/crud.ts'
import { invalidField } from '../../../core/problem.ts'
import { tables } from '../../../core/rows/rows.ts'
import { customer } from '@crm/shared/entities/customer'
import type { Read } from '../../../db/store.ts'
import { ageingOfOne } from './ageing.ts'

const LONGEST_DAYS = 3 * 366
interface Entry {
  readonly id: number
  readonly kind: string
  readonly effectiveOn: Day
  readonly owed: number
  readonly label: string | null
  readonly documentNumber: string | null
  readonly receiptNumber: string | null
  readonly amountFen: number | null
}

/** In words, as the customer reads it. */
function wordsOf({ amountFen, kind, label, owed }: Entry): string {
  if (kind === 'receipt')
    return (amountFen ?? 0) < 0 ? (owed < 0 ? '退款作废' : '退款') : owed > 0 ? '回款作废' : '回款'
  if (kind === 'writeOff') return owed < 0 ? `减免(${label})` : `撤销减免(${label})`
  return owed < 0 ? `冲减(${label})` : (label ?? '应收')
}

/**
 * 对账单: what the customer owed before the first day, every movement of the days, and what was owed at the end. Allocations move
 * nothing between us and the customer, so they are no lines.
 */
export async function statementOf(
  read: Read,
  actor: Actor,
  customerId: number,
  { from, knownAt, to }: { readonly from: Day; readonly to: Day; readonly knownAt: string },
): Promise<Statement> {
  await crud(customer).reach(read, actor, customerId, 'receivable.read')
  if (to < from) throw invalidField('to', '结束日期不能早于开始日期')
  if (diffDays(to, from) > LONGEST_DAYS) throw invalidField('to', '一份对账单最多三年')
  const { name } = await read
    .selectFrom('customers') // unscoped: just reached
    .select('name')
    .where('id', '=', customerId)
    .executeTakeFirstOrThrow()
  const owed = sql<number>`(e.${sql.ref('openFen')} - e.${sql.ref('prepaidFen')})`
  const of = sql`from ${sql.table('ledgerEntries')} e left join ${sql.table('receivables')} r on r.id = e.${sql.ref('receivableId')}
    left join ${sql.table('receipts')} p on p.id = e.${sql.ref('receiptId')}
    where coalesce(r.${sql.ref('customerId')}, p.${sql.ref('customerId')}) = ${customerId} and e.${sql.ref('recordedAt')} <= ${knownAt}
    and (e.${sql.ref('receivableId')} in (select id from ${sql.table('receivables')} where ${sql.ref('customerId')} = ${customerId})
      or e.${sql.ref('receiptId')} in (select id from ${sql.table('receipts')} where ${sql.ref('customerId')} = ${customerId}))`
  const before = await sql<{
    owed: number | null
  }>`select sum(${owed}) as owed ${of} and e.${sql.ref('effectiveOn')} < ${from}`.execute(tables(read))
  const { rows } =
    await sql<Entry>`select e.id as id, e.kind as kind, e.${sql.ref('effectiveOn')} as ${sql.ref('effectiveOn')}, ${owed} as owed,
    r.label as label, coalesce((select k.number from ${sql.table('contracts')} k where k.id = r.${sql.ref('contractId')}),
      (select o.number from ${sql.table('orders')} o where o.id = r.${sql.ref('orderId')})) as ${sql.ref('documentNumber')},
    p.number as ${sql.ref('receiptNumber')}, p.${sql.ref('amountFen')} as ${sql.ref('amountFen')} ${of}
    and e.${sql.ref('effectiveOn')} >= ${from} and e.${sql.ref('effectiveOn')} <= ${to} and ${owed} <> 0
    order by e.${sql.ref('effectiveOn')}, e.id`.execute(tables(read))
  const openingFen = Number(before.rows[0]?.owed ?? 0)
  let balanceFen = openingFen
  const lines = rows.map((entry): StatementLine => {
    const change = Number(entry.owed)
    balanceFen += change
    const isMoney = entry.kind === 'receipt'
    return {
      on: entry.effectiveOn,
      what: wordsOf({ ...entry, owed: change }),
      number: entry.receiptNumber ?? entry.documentNumber,
      owedFen: isMoney ? 0 : change,
      paidFen: isMoney ? 0 - change : 0,
      balanceFen,
    }
  })
  const { buckets, sums } = await ageingOfOne(read, actor, customerId, { asOf: to, knownAt })
  const sum = (key: 'owedFen' | 'paidFen') => lines.reduce((all, line) => all + line[key], 0)
  return {
    customerId,
    customerName: name,
    from,
    to,
    knownAt,
    openingFen,
    closingFen: balanceFen,
    owedFen: sum('owedFen'),
    paidFen: sum('paidFen'),
    lines,
    buckets,
    ageing: sums,
  }
}
