import type { AllocationInput, Receipt, ReceiptCreate, ReceiptDetail } from '@crm/shared/contract/receipts'
import { receipt as entity, receiptStates, type ReceiptState } from '@crm/shared/entities/receipt'
import type { Page } from '@crm/shared/kernel/endpoint'
import type { RowOf } from '@crm/shared/kernel/entity'
import type { ListQuery } from '@crm/shared/kernel/query'
import { formatYuan } from '@crm/shared/money'
import type { SqlBool } from 'kysely'
import { sql } from '../../../db/sql.ts'
import type { Actor } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import { crud } from '../../../core/rows/crud.ts'
import type { ListExtra } from '../../../core/rows/list.ts'
import { invalidField, problem } from '../../../core/problem.ts'
import { freeNumber } from '../../../core/rows/sequence.ts'
import { stepsOf } from '../../../core/rows/steps.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { attachDocuments } from '../../contracts/documents/service.ts'
import { named, ofOwners, partiesOf } from '../../customers/service.ts'
import { type Entry, paidBy, post, takenBack } from '../ledger.ts'
import { allocating, allocationsOf, automatic, checkAllocations } from './allocations.ts'
import { readReceiptRules } from './rules.ts'

export const receipts = crud(entity)
type Row = RowOf<typeof entity>
const withPrepaid = (row: Row): Receipt => ({
  ...row,
  prepaidFen: row.state === 'confirmed' ? row.amountFen - row.allocatedFen : 0,
})

export async function listReceipts(
  db: Read | Tx,
  actor: Actor,
  { customerOwnerId, receivableId, teamOfCustomer, ...query }: ListQuery,
  { heavy }: Pick<ListExtra, 'heavy'> = {},
): Promise<Page<Receipt>> {
  if (query.fields) throw invalidField('fields', '回款列表不能只取部分字段')
  const page = await receipts.list(db, actor, query, {
    ...(heavy && { heavy }),
    where: [
      ...ofOwners(entity, { customerOwnerId, teamOfCustomer }),
      ...(receivableId === undefined
        ? []
        : [
            sql<SqlBool>`${sql.ref('receipts.id')} in (select e.${sql.ref('receiptId')} from ${sql.table('ledgerEntries')} e
              where e.${sql.ref('receivableId')} = ${receivableId} and e.kind = 'allocation')`,
          ]),
      ...named(entity, ['number', 'bankNumber', 'payer', 'notes'], query.q),
    ],
  })
  return { ...page, items: page.items.map(withPrepaid) }
}

export const findReceipt = async (db: Read | Tx, actor: Actor, id: number): Promise<ReceiptDetail> => ({
  ...withPrepaid(await receipts.find(db, actor, id)),
  allocations: await allocationsOf(db, id),
})

const steps = stepsOf(entity, receipts, findReceipt)

/** The money counts from here on: what it pays, or 预收. */
async function takeIn(
  tx: Tx,
  actor: Actor,
  row: Row,
  given: readonly AllocationInput[] | null | undefined,
  strict: boolean,
): Promise<readonly AllocationInput[]> {
  if (given) await checkAllocations(tx, row, given)
  const wanted = given ?? (await automatic(tx, row))
  const left = row.amountFen - wanted.reduce((sum, { amountFen }) => sum + amountFen, 0)
  if (strict && row.amountFen > 0 && left > 0)
    throw problem('illegal_move', `比未收金额多 ${formatYuan(left)} 元,请核对是否已经登记过`)
  const came: Entry = {
    kind: 'receipt',
    receiptId: row.id,
    prepaidFen: row.amountFen,
    effectiveOn: row.receivedOn,
  }
  await post(tx, actor, [came, ...(await allocating(tx, row, wanted))])
  return wanted
}

/** 登记回款. Of a setting it waits for somebody who confirms it, and counts nowhere until then. */
export async function createReceipt(
  tx: Tx,
  actor: Actor,
  { allocations, documentIds, strict = false, ...body }: ReceiptCreate,
  /** It had one before it came here. */
  number?: string,
): Promise<ReceiptDetail> {
  await receipts.checkParent(tx, actor, { ...body }, 'receipt.create')
  if (body.amountFen === 0) throw invalidField('amountFen', '回款金额不能是零,退款填负数')
  if (body.receivedOn > actor.today) throw invalidField('receivedOn', '到账日期不能晚于今天')
  const parties = await partiesOf(tx, actor, { customerId: body.customerId })
  const { needsConfirm, overPayment } = await readReceiptRules(tx)
  const row = await receipts.create(
    tx,
    actor,
    { method: 'bank', ...body },
    {
      ...parties,
      number: number ?? (await freeNumber(tx, 'HK', actor.today, entity.table)),
      state: needsConfirm ? 'pending' : 'confirmed',
      allocatedFen: 0,
    },
  )
  await attachDocuments(tx, actor, documentIds ?? [], entity.name, row.id, row.customerId)
  if (needsConfirm) {
    if (allocations) {
      await checkAllocations(tx, row, allocations)
      await keepWishes(tx, row.id, allocations)
    }
  } else await takeIn(tx, actor, row, allocations, strict || overPayment === 'refuse')
  return findReceipt(tx, actor, row.id)
}

const keepWishes = async (tx: Tx, receiptId: number, wanted: readonly AllocationInput[]): Promise<void> => {
  await tx
    .insertInto('receiptWishes')
    .values({ receiptId, allocations: JSON.stringify(wanted) })
    .execute()
}
/** What whoever registered it wanted it to pay; null: left to 自动分配. */
async function wishesOf(tx: Tx, receiptId: number): Promise<readonly AllocationInput[] | null> {
  const kept = await tx
    .selectFrom('receiptWishes')
    .select('allocations')
    .where('receiptId', '=', receiptId)
    .executeTakeFirst()
  return kept ? (JSON.parse(kept.allocations) as AllocationInput[]) : null
}

async function before(
  tx: Tx,
  actor: Actor,
  id: number,
  { permission, says, states, version }: { version: number; permission: string; states: ReceiptState[]; says: string },
): Promise<Row> {
  const row = await steps.held(tx, actor, id, version, permission)
  if (!states.includes(row.state)) throw problem('illegal_move', `回款${receiptStates[row.state]},不能${says}`)
  return row
}

export async function confirmReceipt(
  tx: Tx,
  actor: Actor,
  id: number,
  { allocations, version }: { version: number; allocations?: readonly AllocationInput[] | null | undefined },
): Promise<ReceiptDetail> {
  const facts = { version, permission: 'receipt.confirm', states: ['pending' as const], says: '确认' }
  const row = await before(tx, actor, id, facts)
  await steps.write(tx, actor, row, 'confirm', { state: 'confirmed' })
  const { overPayment } = await readReceiptRules(tx)
  await takeIn(tx, actor, row, allocations ?? (await wishesOf(tx, id)), overPayment === 'refuse')
  return findReceipt(tx, actor, id)
}

/** 调整核销: what it pays instead. Only what changes is taken back, as of its own day, and written anew. */
export async function allocateReceipt(
  tx: Tx,
  actor: Actor,
  id: number,
  { allocations, version }: { version: number; allocations: readonly AllocationInput[] },
): Promise<ReceiptDetail> {
  const facts = { version, permission: 'receipt.confirm', states: ['confirmed' as const], says: '调整核销' }
  const row = await before(tx, actor, id, facts)
  await checkAllocations(tx, row, allocations)
  const paid = await paidBy(tx, { receiptId: id })
  const now = new Map<number, number>()
  for (const { paidFen, receivableId } of paid) now.set(receivableId, (now.get(receivableId) ?? 0) + paidFen)
  const stays = new Set(
    allocations.flatMap(({ amountFen, receivableId }) => (now.get(receivableId) === amountFen ? receivableId : [])),
  )
  await steps.write(tx, actor, row, 'allocate', {}, { also: { allocations } })
  await post(tx, actor, [
    ...takenBack(
      paid.filter(({ receivableId }) => !stays.has(receivableId)),
      '调整核销',
    ),
    ...(await allocating(
      tx,
      row,
      allocations.filter(({ receivableId }) => !stays.has(receivableId)),
    )),
  ])
  return findReceipt(tx, actor, id)
}

/** 撤销导入: voided as by hand, and its number left free. Says in words what keeps it. */
export async function withdrawImportedReceipt(tx: Tx, actor: Actor, id: number): Promise<string | null> {
  const before = await tx
    .selectFrom('receipts') // unscoped: voidReceipt reaches it
    .select(['number', 'state', 'version'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  if (before.state === 'void') return '回款已作废'
  await voidReceipt(tx, actor, id, { version: before.version, reason: '撤销导入' })
  const number = `${before.number.slice(0, 24)}(撤销${id})`
  await tx.updateTable('receipts').set({ number }).where('id', '=', id).execute()
  await audit(tx, actor, {
    entity: entity.name,
    recordId: id,
    action: 'update',
    before: { number: before.number },
    after: { number },
    note: '撤销导入',
  })
  return null
}

/** As if it had never come: every line is taken back as of its own day. Refused where the money was used meanwhile. */
export async function voidReceipt(
  tx: Tx,
  actor: Actor,
  id: number,
  { reason, version }: { version: number; reason: string },
): Promise<ReceiptDetail> {
  const states: ReceiptState[] = ['pending', 'confirmed']
  const row = await before(tx, actor, id, { version, permission: 'receipt.void', states, says: '作废' })
  await steps.write(tx, actor, row, 'void', { state: 'void', voidReason: reason })
  if (row.state === 'confirmed')
    await post(tx, actor, [
      ...takenBack(await paidBy(tx, { receiptId: id }), reason),
      { kind: 'receipt', receiptId: id, prepaidFen: -row.amountFen, effectiveOn: row.receivedOn, note: reason },
    ])
  return findReceipt(tx, actor, id)
}
