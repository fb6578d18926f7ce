import { createHash } from 'node:crypto'
import type { Expression } from 'kysely'
import { sql } from '../../db/sql.ts'
import type { Read, Tx } from '../../db/store.ts'
import type { Actor } from './actor.ts'
import { later } from '../clock.ts'

export interface Change {
  readonly entity: string
  readonly recordId: number | null
  /** create, update, remove, restore, or the name of a move. */
  readonly action: string
  readonly before?: object | null
  readonly after?: object | null
  readonly note?: string | null
}

/** What the log says about who did it. */
export type Who = Pick<Actor, 'id' | 'name' | 'at' | 'via' | 'address'>

/** Writes who did what in the same transaction, with the complete row before and after. */
export async function audit(tx: Tx, actor: Who, changes: Change | readonly Change[]): Promise<void> {
  const list = Array.isArray(changes) ? (changes as readonly Change[]) : [changes as Change]
  if (list.length === 0) return
  const text = (row: object | null | undefined) => (row ? JSON.stringify(row) : null)
  await tx
    .insertInto('auditLog')
    .values(
      list.map(({ entity, recordId, action, before, after, note }) => ({
        at: actor.at,
        actorId: actor.id === 0 ? null : actor.id,
        actorName: actor.name,
        via: actor.via,
        address: actor.address,
        entity,
        recordId,
        action,
        before: text(before),
        after: text(after),
        note: note ?? null,
      })),
    )
    .execute()
}

export interface ChangedTogether extends Pick<Change, 'entity' | 'action' | 'note'> {
  readonly recordId: Expression<number>
  /** Texts of JSON. */
  readonly before: Expression<string>
  readonly after: Expression<string>
  /** The rows as they still are: `customers where …`. */
  readonly from: Expression<unknown>
}

/** The same for many rows by one statement, before they are changed. */
export async function auditTogether(
  tx: Tx,
  { address, at, id, name, via }: Who,
  { action, after, before, entity, from, note = null, recordId }: ChangedTogether,
): Promise<void> {
  const row = {
    at,
    actorId: id === 0 ? null : id,
    actorName: name,
    via,
    address,
    entity,
    action,
    note,
    recordId,
    before,
    after,
  }
  const columns = Object.keys(row).map((column) => sql.ref(column))
  await sql`insert into ${sql.table('auditLog')} (${sql.join(columns)})
    select ${sql.join(Object.values(row))} from ${from} order by ${recordId}`.execute(tx)
}

const SEAL_ROWS = 500
/** On PostgreSQL a smaller id may commit after a larger one; no transaction lives this long. */
const SETTLED_MS = 30_000
const FIRST = '0'.repeat(64)
type AuditRow = Awaited<ReturnType<typeof rowsAfter>>[number]
const rowsAfter = (db: Read | Tx, id: number, most: number, upTo = Number.MAX_SAFE_INTEGER) =>
  (db as Tx)
    .selectFrom('auditLog')
    .selectAll()
    .where('id', '>', id)
    .where('id', '<=', upTo)
    .orderBy('id')
    .limit(most)
    .execute()
const chain = (before: string, rows: readonly AuditRow[]) => {
  const hash = createHash('sha256').update(before)
  for (const row of rows)
    hash.update(
      `\n${JSON.stringify([row.id, row.at, row.actorId, row.actorName, row.via, row.address, row.entity, row.recordId, row.action, row.before, row.after, row.note])}`,
    )
  return hash.digest('hex')
}

/**
 * Seals the rows written since the last seal into the hash chain; false when none were left.
 * A job of its own, so that writers never wait for each other's hashes.
 */
export async function sealAudit(tx: Tx, at: string): Promise<boolean> {
  const last = await tx.selectFrom('auditSeals').selectAll().orderBy('id', 'desc').limit(1).executeTakeFirst()
  const written = await rowsAfter(tx, last?.toId ?? 0, SEAL_ROWS)
  const young = written.findIndex((row) => row.at > later(at, -SETTLED_MS))
  const rows = young < 0 ? written : written.slice(0, young)
  if (rows.length === 0) return false
  await tx
    .insertInto('auditSeals')
    .values({ fromId: rows[0]!.id, toId: rows.at(-1)!.id, hash: chain(last?.hash ?? FIRST, rows), createdAt: at })
    .execute()
  return true
}

/** Whether rows were written since the last seal. */
export async function unsealed(read: Read): Promise<boolean> {
  const row = await read
    .selectFrom('auditLog')
    .select('id')
    .where('id', '>', (eb) =>
      eb.fn.coalesce(
        eb.selectFrom('auditSeals').select((seal) => seal.fn.max('toId').as('toId')),
        eb.val(0),
      ),
    )
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Recomputes the chain; returns what does not fit, in words, or nothing. */
export async function auditProblems(read: Read): Promise<string[]> {
  const found: string[] = []
  let before = FIRST
  let end = 0
  for (const seal of await read.selectFrom('auditSeals').selectAll().orderBy('id').execute()) {
    if (chain(before, await rowsAfter(read, end, SEAL_ROWS + 1, seal.toId)) !== seal.hash)
      found.push(`audit rows ${seal.fromId}-${seal.toId} do not match their seal`)
    before = seal.hash
    end = seal.toId
  }
  return found
}
