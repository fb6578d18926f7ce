import type { Allocation, AllocationInput } from '@crm/shared/contract/receipts'
import type { Day } from '@crm/shared/days'
import type { Fen } from '@crm/shared/money'
import { type Allotted, oldestFirst } from '@crm/shared/rules/receivables'
import { sql } from '../../../db/sql.ts'
import { invalid, invalidField } from '../../../core/problem.ts'
import { inIds } from '../../../db/dialect.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { type Entry, laterDay } from '../ledger.ts'

interface Paying {
  readonly id: number
  readonly customerId: number
  readonly amountFen: Fen
  readonly receivedOn: Day
}

/** 自动分配: of a refund nothing, it takes from 预收. */
export async function automatic(tx: Tx, { amountFen, customerId }: Paying): Promise<Allotted[]> {
  if (amountFen <= 0) return []
  const open = await tx
    .selectFrom('effectiveReceivables')
    .select(['id', 'openFen', 'dueOn'])
    .where('customerId', '=', customerId)
    .where('openFen', '>', 0)
    .execute()
  return oldestFirst(amountFen, open)
}

/** The receivables that lines name, those of them that count. */
function meant(tx: Tx, wanted: readonly AllocationInput[]) {
  const ids = wanted.map(({ receivableId }) => receivableId)
  return tx
    .selectFrom('effectiveReceivables')
    .select(['id', 'customerId', 'activeOn'])
    .where(inIds(tx, 'id', ids))
    .execute()
}

/** 400 naming the line that cannot be meant: another customer's, twice the same, the wrong sign, more than the receipt. */
export async function checkAllocations(tx: Tx, receipt: Paying, wanted: readonly AllocationInput[]): Promise<void> {
  const owed = await meant(tx, wanted)
  const own = new Set(owed.flatMap(({ customerId, id }) => (customerId === receipt.customerId ? [id] : [])))
  const sign = receipt.amountFen < 0 ? -1 : 1
  const errors = wanted.flatMap(({ amountFen, receivableId }, at) => {
    const nth = `第 ${at + 1} 行`
    if (!own.has(receivableId))
      return [{ field: `allocations.${at}.receivableId`, message: `${nth}的应收款不是这个客户的,或还没生效` }]
    if (wanted.findIndex((other) => other.receivableId === receivableId) < at)
      return [{ field: `allocations.${at}.receivableId`, message: `${nth}的应收款重复` }]
    if (amountFen * sign <= 0)
      return [
        { field: `allocations.${at}.amountFen`, message: `${nth}的核销金额应${sign < 0 ? '小于零(退款)' : '大于零'}` },
      ]
    return []
  })
  if (errors.length > 0) throw invalid(errors)
  const sum = wanted.reduce((total, { amountFen }) => total + BigInt(amountFen), 0n)
  if (sum * BigInt(sign) > BigInt(receipt.amountFen * sign)) throw invalidField('allocations', '核销合计超过回款金额')
}

/** The lines of the ledger that pay these: as of the day the money came, or the later one on which it was owed. */
export async function allocating(tx: Tx, receipt: Paying, wanted: readonly AllocationInput[]): Promise<Entry[]> {
  const days = new Map((await meant(tx, wanted)).map(({ activeOn, id }) => [id, activeOn]))
  return wanted.map(({ amountFen, receivableId }) => ({
    kind: 'allocation',
    receiptId: receipt.id,
    receivableId,
    openFen: -amountFen,
    prepaidFen: -amountFen,
    effectiveOn: laterDay(receipt.receivedOn, days.get(receivableId)!),
  }))
}

/** What the receipt pays now, for a reader who was let to it. */
export async function allocationsOf(db: Read | Tx, receiptId: number): Promise<Allocation[]> {
  const name = sql.ref
  const { rows } = await sql<Allocation>`
    select r.id as ${name('receivableId')}, a.${name('amountFen')}, r.label, r.${name('orderId')}, o.number as ${name('orderNumber')},
      r.${name('contractId')}, c.number as ${name('contractNumber')}, r.${name('dueOn')},
      r.${name('amountFen')} - r.${name('receivedFen')} - r.${name('writtenOffFen')} as ${name('openFen')}
    from (select ${name('receivableId')} as id, -sum(${name('openFen')}) as ${name('amountFen')} from ${sql.table('ledgerEntries')}
        where ${name('receiptId')} = ${receiptId} and kind = 'allocation' group by ${name('receivableId')} having sum(${name('openFen')}) <> 0) a
      join ${sql.table('receivables')} r on r.id = a.id
      left join ${sql.table('orders')} o on o.id = r.${name('orderId')}
      left join ${sql.table('contracts')} c on c.id = r.${name('contractId')}
    order by r.${name('dueOn')}, r.id`.execute(db as Tx)
  return rows
}
