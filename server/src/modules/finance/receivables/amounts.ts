import type { Day } from '@crm/shared/days'
import type { Fen } from '@crm/shared/money'
import type { receivable } from '@crm/shared/entities/receivable'
import type { RowOf } from '@crm/shared/kernel/entity'
import { dueDay, openOf } from '@crm/shared/rules/receivables'
import type { Terms } from '@crm/shared/rules/terms'
import type { Actor } from '../../../core/access/actor.ts'
import type { Tx } from '../../../db/store.ts'
import { type Entry, laterDay, paidBy, post } from '../ledger.ts'

/** As the table keeps it. */
export type Stored = Pick<
  RowOf<typeof receivable>,
  | 'id'
  | 'version'
  | 'customerId'
  | 'contractId'
  | 'orderId'
  | 'deliveryId'
  | 'label'
  | 'trigger'
  | 'amountFen'
  | 'plannedOn'
  | 'terms'
  | 'termsDays'
  | 'activeOn'
  | 'dueOn'
  | 'receivedFen'
  | 'writtenOffFen'
  | 'voidedOn'
  | 'notes'
>
export interface AgreedTerms {
  readonly terms: Terms | null
  readonly termsDays: number | null
}

/** 账期 of what has none of its own: that of the contract, else of the customer. */
export async function termsFor(
  tx: Tx,
  { contractId, customerId }: Pick<Stored, 'contractId' | 'customerId'>,
): Promise<AgreedTerms> {
  const contract = contractId
    ? await tx
        .selectFrom('contracts') // unscoped: of a document the caller has reached
        .select(['terms', 'termsDays'])
        .where('id', '=', contractId)
        .executeTakeFirst()
    : undefined
  if (contract?.terms) return contract
  return tx
    .selectFrom('customers') // unscoped: of a document the caller has reached
    .select(['terms', 'termsDays'])
    .where('id', '=', customerId)
    .executeTakeFirstOrThrow()
}

/** When it is to be paid: from its planned day where that alone decides, else from the day it became owed. */
export const dueOf = (row: Pick<Stored, 'trigger' | 'plannedOn' | 'terms' | 'termsDays'>, activeOn: Day): Day =>
  dueDay(row.trigger === 'day' ? (row.plannedOn ?? activeOn) : activeOn, row.terms, row.termsDays)

const write = (tx: Tx, actor: Actor, id: number, columns: Partial<Stored>) =>
  tx
    .updateTable('receivables')
    .set((eb) => ({ ...columns, version: eb('version', '+', 1), updatedAt: actor.at }))
    .where('id', '=', id)
    .execute()

/** 待生效 -> owed from this day on; `note` says what made it so. */
export async function activate(tx: Tx, actor: Actor, row: Stored, activeOn: Day, note?: string): Promise<void> {
  const isPlanned = row.trigger === 'day' && row.plannedOn !== null
  const agreed = row.terms === null && !isPlanned ? await termsFor(tx, row) : row
  const dueOn = dueOf({ ...row, ...agreed }, activeOn)
  await write(tx, actor, row.id, { terms: agreed.terms, termsDays: agreed.termsDays, activeOn, dueOn })
  const line: Entry = { kind: 'due', receivableId: row.id, openFen: row.amountFen, dueOn, effectiveOn: activeOn }
  await post(tx, actor, [note === undefined ? line : { ...line, note }])
}

/**
 * What takes `fen` off: first what is open, then what was paid (the newest first; it becomes 预收 again), then what was written off.
 * Followed by the line that says so much less is owed.
 */
async function loweringOf(tx: Tx, row: Stored, fen: Fen, on: Day, note: string): Promise<Entry[]> {
  const effectiveOn = laterDay(on, row.activeOn!)
  let left = fen - Math.min(fen, openOf(row))
  const freed: Entry[] = []
  for (const { effectiveOn: paidOn, paidFen, receiptId } of (await paidBy(tx, { receivableId: row.id })).toReversed()) {
    const part = Math.min(left, paidFen)
    if (part <= 0) continue
    left -= part
    const lines = { openFen: part, prepaidFen: part, effectiveOn: laterDay(effectiveOn, paidOn), note }
    freed.push({ kind: 'allocation', receivableId: row.id, receiptId, ...lines })
  }
  if (left > 0) freed.push({ kind: 'writeOff', receivableId: row.id, openFen: left, effectiveOn, note })
  const last = freed.reduce((day, entry) => laterDay(day, entry.effectiveOn), effectiveOn)
  return [...freed, { kind: 'void', receivableId: row.id, openFen: -fen, effectiveOn: last, note }]
}

/** So much less is owed; all of it: 作废. */
export async function lower(tx: Tx, actor: Actor, row: Stored, fen: Fen, on: Day, note: string): Promise<void> {
  const entries = await loweringOf(tx, row, fen, on, note)
  const isAll = fen === row.amountFen
  await write(tx, actor, row.id, isAll ? { voidedOn: entries.at(-1)!.effectiveOn } : { amountFen: row.amountFen - fen })
  await post(tx, actor, entries)
}

export async function raise(tx: Tx, actor: Actor, row: Stored, fen: Fen, note: string): Promise<void> {
  await write(tx, actor, row.id, { amountFen: row.amountFen + fen })
  const effectiveOn = laterDay(actor.today, row.activeOn!)
  await post(tx, actor, [{ kind: 'due', receivableId: row.id, openFen: fen, dueOn: row.dueOn!, effectiveOn, note }])
}

/** 作废, whether it was owed yet or not. */
export async function cancel(tx: Tx, actor: Actor, row: Stored, note: string): Promise<void> {
  if (row.activeOn === null) await write(tx, actor, row.id, { voidedOn: actor.today })
  else await lower(tx, actor, row, row.amountFen, actor.today, note)
}

/** What made it owed is undone: 待生效 again. */
export async function deactivate(tx: Tx, actor: Actor, row: Stored, on: Day, note: string): Promise<void> {
  const entries = await loweringOf(tx, row, row.amountFen, on, note)
  await post(tx, actor, entries)
  await write(tx, actor, row.id, { activeOn: null, dueOn: null })
}

/** To be paid on another day. */
export async function move(tx: Tx, actor: Actor, row: Stored, dueOn: Day): Promise<void> {
  await write(tx, actor, row.id, { dueOn })
  await post(tx, actor, [
    { kind: 'moved', receivableId: row.id, dueOn, effectiveOn: laterDay(actor.today, row.activeOn!) },
  ])
}
