import { receipt } from '@crm/shared/entities/receipt'
import type { Day } from '@crm/shared/days'
import { type Fen, formatYuan } from '@crm/shared/money'
import { sql } from '../../db/sql.ts'
import { type Actor, nowOf } from '../../core/access/actor.ts'
import { problem } from '../../core/problem.ts'
import { inIds } from '../../db/dialect.ts'
import { recordingAt } from '../../db/known.ts'
import type { Read, Tx } from '../../db/store.ts'

/** One line of the ledger; what the sums of `openFen` and `prepaidFen` mean, migration 0022 says. */
export interface Entry {
  readonly kind: 'due' | 'moved' | 'void' | 'allocation' | 'writeOff' | 'receipt'
  readonly effectiveOn: Day
  readonly receivableId?: number
  readonly receiptId?: number
  readonly openFen?: Fen
  readonly prepaidFen?: Fen
  readonly dueOn?: Day
  readonly note?: string
}
const AT_ONCE = 100
export const laterDay = (one: Day, other: Day): Day => (one > other ? one : other)

/**
 * The only way money moves: writes the lines, brings the sums kept on receivables and receipts up to date, and refuses (409) what
 * would make an amount impossible: more received than owed, more allocated than came in, more taken from 预收 than there is.
 * Amounts and states of the documents themselves are changed before by whoever calls.
 */
export async function post(tx: Tx, actor: Actor, entries: readonly Entry[]): Promise<void> {
  // Not when it was asked for: a report of an instant meanwhile must not learn of it later.
  const recordedAt = await recordingAt(tx, nowOf(actor))
  const rows = entries.map((entry) => ({
    receivableId: entry.receivableId ?? null,
    receiptId: entry.receiptId ?? null,
    kind: entry.kind,
    openFen: entry.openFen ?? 0,
    prepaidFen: entry.prepaidFen ?? 0,
    dueOn: entry.dueOn ?? null,
    effectiveOn: entry.effectiveOn,
    recordedAt,
    actorId: actor.id === 0 ? null : actor.id,
    note: entry.note ?? null,
  }))
  for (let at = 0; at < rows.length; at += AT_ONCE)
    await tx
      .insertInto('ledgerEntries')
      .values(rows.slice(at, at + AT_ONCE))
      .execute()
  for (const [id, of] of grouped(rows, 'receivableId')) {
    const [received, writtenOff] = [-sumOf(of, 'allocation', 'openFen'), -sumOf(of, 'writeOff', 'openFen')]
    await tx
      .updateTable('receivables')
      .set((eb) => ({
        receivedFen: eb('receivedFen', '+', received),
        writtenOffFen: eb('writtenOffFen', '+', writtenOff),
        version: eb('version', '+', 1),
        updatedAt: actor.at,
      }))
      .where('id', '=', id)
      .execute()
  }
  for (const [id, of] of grouped(rows, 'receiptId')) {
    const allocated = -sumOf(of, 'allocation', 'prepaidFen')
    if (allocated === 0) continue
    await tx
      .updateTable('receipts')
      .set((eb) => ({ allocatedFen: eb('allocatedFen', '+', allocated), updatedAt: actor.at }))
      .where('id', '=', id)
      .execute()
  }
  await check(tx, rows)
}

const LATEST_LINES = 200
/** The latest instant of the ledger: of several servers whose clocks differ the last line need not have it, but one of the last. */
export async function lastRecorded(read: Read): Promise<string> {
  const { rows } = await sql<{ at: string | null }>`select max(l.at) as at from
    (select ${sql.ref('recordedAt')} as at from ${sql.table('ledgerEntries')} order by id desc limit ${sql.lit(LATEST_LINES)}) l`.execute(
    read as never,
  )
  return rows[0]?.at ?? ''
}

type Line = { receivableId: number | null; receiptId: number | null; kind: string; openFen: Fen; prepaidFen: Fen }
function grouped(rows: readonly Line[], key: 'receivableId' | 'receiptId'): Map<number, Line[]> {
  const found = new Map<number, Line[]>()
  for (const row of rows) {
    const id = row[key]
    if (id !== null) found.set(id, [...(found.get(id) ?? []), row])
  }
  return found
}
const sumOf = (rows: readonly Line[], kind: string, key: 'openFen' | 'prepaidFen'): Fen =>
  rows.reduce((sum, row) => (row.kind === kind ? sum + row[key] : sum), 0)

const refuse = (message: string) => problem('illegal_move', message)
const yuan = (fen: Fen) => formatYuan(fen)

async function check(tx: Tx, rows: readonly Line[]): Promise<void> {
  const [owed, paid] = [[...grouped(rows, 'receivableId').keys()], [...grouped(rows, 'receiptId').keys()]]
  const receivables = await tx
    .selectFrom('receivables') // unscoped: of documents the caller has reached
    .select(['label', 'amountFen', 'receivedFen', 'writtenOffFen'])
    .where(inIds(tx, 'id', owed))
    .execute()
  for (const { amountFen, label, receivedFen, writtenOffFen } of receivables) {
    if (receivedFen < 0 || writtenOffFen < 0) throw refuse(`“${label}”没有收到这么多,不能退`)
    const over = receivedFen + writtenOffFen - amountFen
    if (over > 0) throw refuse(`“${label}”多收 ${yuan(over)} 元:它已被付清或改过,请重新核对未收金额`)
  }
  const receipts = await tx
    .selectFrom('receipts') // unscoped: of documents the caller has reached
    .select(['customerId', 'number', 'amountFen', 'allocatedFen'])
    .where(inIds(tx, 'id', paid))
    .execute()
  for (const { allocatedFen, amountFen, number } of receipts) {
    const [whole, part] = amountFen < 0 ? [-amountFen, -allocatedFen] : [amountFen, allocatedFen]
    if (part < 0 || part > whole) throw refuse(`${receipt.label}${number}的核销合计超过了它的金额`)
  }
  for (const customerId of new Set(receipts.map(({ customerId }) => customerId))) {
    const left = await prepaidOf(tx, customerId)
    if (left < 0) throw refuse(`预收余额不够,差 ${yuan(-left)} 元`)
  }
}

/** 预收: what the customer paid and is not allocated yet, refunds taken off. */
export async function prepaidOf(db: Read | Tx, customerId: number): Promise<Fen> {
  const { rows } = await sql<{ fen: Fen | null }>`
    select sum(${sql.ref('amountFen')} - ${sql.ref('allocatedFen')}) as fen from ${sql.table('effectiveReceipts')}
    where ${sql.ref('customerId')} = ${customerId}`.execute(db as Tx)
  return rows[0]?.fen ?? 0
}

/** What a receipt paid, or a receivable was paid: by the other one and day, without what was taken back. */
export interface Paid {
  readonly receivableId: number
  readonly receiptId: number
  readonly effectiveOn: Day
  /** Above zero: money that came in. */
  readonly paidFen: Fen
}
export async function paidBy(tx: Read | Tx, by: { receiptId: number } | { receivableId: number }): Promise<Paid[]> {
  const [[key, id]] = Object.entries(by) as [[string, number]]
  const { rows } = await sql<Paid>`
    select ${sql.ref('receivableId')}, ${sql.ref('receiptId')}, ${sql.ref('effectiveOn')}, -sum(${sql.ref('openFen')}) as ${sql.ref('paidFen')}
    from ${sql.table('ledgerEntries')} where ${sql.ref(key)} = ${id} and kind = 'allocation'
    group by ${sql.ref('receivableId')}, ${sql.ref('receiptId')}, ${sql.ref('effectiveOn')}
    having sum(${sql.ref('openFen')}) <> 0 order by min(id)`.execute(tx as Tx)
  return rows
}
/** The lines that take these payments back, each as of its own day. */
export const takenBack = (paid: readonly Paid[], note?: string): Entry[] =>
  paid.map(({ effectiveOn, paidFen, receiptId, receivableId }) => ({
    kind: 'allocation',
    receivableId,
    receiptId,
    openFen: paidFen,
    prepaidFen: paidFen,
    effectiveOn,
    ...(note !== undefined && { note }),
  }))
