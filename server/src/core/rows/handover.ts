import type { Expression, SqlBool } from 'kysely'
import { entityOf } from '@crm/shared/entities/index'
import { type Entity, rightTo } from '@crm/shared/kernel/entity'
import { sql } from '../../db/sql.ts'
import type { Read, Tx } from '../../db/store.ts'
import type { Actor } from '../access/actor.ts'
import { audit } from '../access/audit.ts'
import { visible } from '../access/scope.ts'
import { inIds } from '../../db/dialect.ts'
import { both } from './filters.ts'
import { type Raw, snapshot, storedRow, tables } from './rows.ts'

/** One row that a leaver still holds. */
export interface HeldRow {
  readonly rowId: number
}
export interface HandedRow {
  readonly toUserId: number
  readonly title: string
  readonly customerName: string | null
  /** What `back` needs besides the ids. */
  readonly data: Raw | null
}
/** Who receives it: what hangs on a customer goes where that customer went. */
export type Receiver = (customerId: number | null) => Promise<number>

/** What one module hands over when somebody leaves: open records only, history stays where it was. */
export interface HandoverPart {
  readonly key: string
  readonly label: string
  /** Of the list that people print: 家, 条. */
  readonly unit: string
  readonly count: (db: Read | Tx, userId: number) => Promise<number>
  readonly next: (db: Read, userId: number, limit: number) => Promise<HeldRow[]>
  /** Where some are personal: those of these rows that the reader of the list may look at. */
  readonly readable?: (db: Read, actor: Actor, rowIds: readonly number[]) => Promise<ReadonlySet<number>>
  /** Null when it is not the leaver's any more. */
  readonly move: (
    tx: Tx,
    actor: Actor,
    row: HeldRow,
    fromUserId: number,
    receiver: Receiver,
  ) => Promise<HandedRow | null>
  /** False when somebody has passed it on or closed it since: then it stays. */
  readonly back: (
    tx: Tx,
    actor: Actor,
    row: HeldRow & { readonly toUserId: number; readonly data: Raw | null },
    fromUserId: number,
  ) => Promise<boolean>
}

interface Owned {
  readonly key: string
  readonly label: string
  readonly unit: string
  readonly entity: Entity
  /** Holds the owner. */
  readonly column: string
  /** Which rows are still open, as SQL about the entity's table. */
  readonly open?: Expression<SqlBool>
  /** Columns that change with the owner; the undo puts them back. */
  readonly also?: (at: string) => Raw
}

const nameOf = async (tx: Tx, table: string, column: string, id: unknown): Promise<string | null> => {
  if (id === null || id === undefined) return null
  const row = await tables(tx).selectFrom(table).select(column).where('id', '=', id).executeTakeFirst()
  return (row?.[column] as string | undefined) ?? null
}

/** How many rows of a table somebody still holds, and the first of them by `column`. */
const queueOf = (
  table: string,
  column: string,
  held: (userId: number) => Expression<SqlBool>,
): Pick<HandoverPart, 'count' | 'next'> => ({
  async count(db, userId) {
    const counted = sql<{ n: number }>`select count(*) as n from ${sql.table(table)} where ${held(userId)}`
    return Number((await counted.execute(db as Tx)).rows[0]!.n)
  },
  async next(db, userId, limit) {
    const first = sql<HeldRow>`select ${sql.ref(column)} as ${sql.ref('rowId')} from ${sql.table(table)}
      where ${held(userId)} order by 1 limit ${limit}`
    return (await first.execute(db as unknown as Tx)).rows
  },
})

const readableOf =
  (entity: Entity): NonNullable<HandoverPart['readable']> =>
  async (db, actor, rowIds) => {
    const may = sql<{ id: number }>`select id from ${sql.table(entity.table)}
      where ${inIds(db, `${entity.table}.id`, rowIds)} and ${visible(actor, entity, rightTo(entity, 'read'))}`
    return new Set((await may.execute(db as unknown as Tx)).rows.map(({ id }) => id))
  }

/** Rows with an owner: each becomes the receiver's, with a line in the audit log. */
export function ownedRows({ also, column, entity, key, label, open, unit }: Owned): HandoverPart {
  const { table, title } = entity
  const link = entity.fields['customerId']
  const customer = link?.kind === 'ref' ? entityOf(link.to) : null
  const held = (userId: number) =>
    both([
      sql<SqlBool>`${sql.ref(`${table}.${column}`)} = ${userId}`,
      sql<SqlBool>`${sql.ref(`${table}.deletedAt`)} is null`,
      ...(open ? [open] : []),
    ])
  async function change(tx: Tx, actor: Actor, action: string, before: Raw, columns: Raw): Promise<void> {
    const set = { ...columns, version: (before['version'] as number) + 1, updatedAt: actor.at }
    await tables(tx)
      .updateTable(table)
      .set(set)
      .where('id', '=', before['id'] as number)
      .execute()
    await audit(tx, actor, {
      entity: entity.name,
      recordId: before['id'] as number,
      action,
      before: snapshot(entity, before, before),
      after: snapshot(entity, { ...before, ...set }, before),
    })
  }
  return {
    key,
    label,
    unit,
    ...queueOf(table, 'id', held),
    ...(typeof entity.scope === 'object' && 'personal' in entity.scope && { readable: readableOf(entity) }),
    async move(tx, actor, { rowId }, fromUserId, receiver) {
      const still = await tables(tx)
        .selectFrom(table)
        .select('id')
        .where('id', '=', rowId)
        .where(held(fromUserId))
        .execute()
      if (still.length === 0) return null
      const before = (await storedRow(tx, entity, rowId))!
      const customerId = (before['customerId'] as number | null | undefined) ?? null
      const toUserId = await receiver(customerId)
      const extra = also?.(actor.at) ?? {}
      await change(tx, actor, 'handover', before, { [column]: toUserId, ...extra })
      const data = Object.fromEntries(Object.keys(extra).map((name) => [name, before[name] ?? null]))
      return {
        toUserId,
        title: String(before[title]),
        customerName: customer && (await nameOf(tx, customer.table, customer.title, customerId)),
        data,
      }
    },
    async back(tx, actor, { data, rowId, toUserId }, fromUserId) {
      const before = await storedRow(tx, entity, rowId)
      if (!before || before['deletedAt'] !== null || before[column] !== toUserId) return false
      await change(tx, actor, 'handover.undo', before, { [column]: fromUserId, ...data })
      return true
    },
  }
}

interface Membership {
  readonly key: string
  readonly label: string
  readonly unit: string
  readonly table: string
  /** Names the record one is a member of; with the user it is unique. */
  readonly record: string
  /** Where `record` may point at several kinds. */
  readonly of?: { readonly column: string; readonly value: string }
  /** `owner`: whoever owns the record needs no place beside himself. */
  readonly subject: { readonly table: string; readonly title: string; readonly owner?: string }
  /** The record is a customer: the place goes to whoever received it. */
  readonly isOfCustomer?: true
}

/** Places among others (collaborators, members of a pool): the receiver takes the place, unless he has one. */
export function memberships({ isOfCustomer, key, label, of, record, subject, table, unit }: Membership): HandoverPart {
  const place = (userId: number, rowId?: number) =>
    both([
      sql<SqlBool>`${sql.ref(`${table}.userId`)} = ${userId}`,
      ...(of ? [sql<SqlBool>`${sql.ref(`${table}.${of.column}`)} = ${of.value}`] : []),
      ...(rowId === undefined ? [] : [sql<SqlBool>`${sql.ref(`${table}.${record}`)} = ${rowId}`]),
    ])
  const note = (tx: Tx, actor: Actor, action: string, recordId: number, before: Raw, after: Raw) =>
    audit(tx, actor, { entity: table, recordId, action, before, after })
  const placeOf = (tx: Tx, userId: number, rowId: number) =>
    tables(tx).selectFrom(table).selectAll().where(place(userId, rowId)).executeTakeFirst() as Promise<Raw | undefined>
  return {
    key,
    label,
    unit,
    ...queueOf(table, record, place),
    async move(tx, actor, { rowId }, fromUserId, receiver) {
      const row = await placeOf(tx, fromUserId, rowId)
      if (!row) return null
      const title = (await nameOf(tx, subject.table, subject.title, rowId)) ?? ''
      const toUserId = await receiver(isOfCustomer ? rowId : null)
      const isThere = (await placeOf(tx, toUserId, rowId)) !== undefined || (await isOwner(tx, toUserId, rowId))
      if (isThere) await tables(tx).deleteFrom(table).where(place(fromUserId, rowId)).execute()
      else await tables(tx).updateTable(table).set({ userId: toUserId }).where(place(fromUserId, rowId)).execute()
      await note(tx, actor, 'handover', rowId, { userId: fromUserId }, { userId: toUserId })
      return { toUserId, title, customerName: null, data: isThere ? { dropped: row } : {} }
    },
    async back(tx, actor, { data, rowId, toUserId }, fromUserId) {
      const dropped = data?.['dropped'] as Raw | undefined
      const isThere = (await nameOf(tx, subject.table, 'id', rowId)) !== null
      if (!isThere || (await placeOf(tx, fromUserId, rowId))) return false
      if (dropped) await tables(tx).insertInto(table).values(dropped).execute()
      else if (!(await placeOf(tx, toUserId, rowId))) return false
      else await tables(tx).updateTable(table).set({ userId: fromUserId }).where(place(toUserId, rowId)).execute()
      await note(tx, actor, 'handover.undo', rowId, { userId: toUserId }, { userId: fromUserId })
      return true
    },
  }
  async function isOwner(tx: Tx, userId: number, rowId: number): Promise<boolean> {
    if (!subject.owner) return false
    const row = await tables(tx)
      .selectFrom(subject.table)
      .select(subject.owner)
      .where('id', '=', rowId)
      .executeTakeFirst()
    return row?.[subject.owner] === userId
  }
}
