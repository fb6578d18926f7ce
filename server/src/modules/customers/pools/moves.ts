import { customer } from '@crm/shared/entities/customer'
import type { MoveCause } from '@crm/shared/contract/pools'
import type { Expression, Selectable } from 'kysely'
import { sql } from '../../../db/sql.ts'
import type { Actor } from '../../../core/access/actor.ts'
import { audit, auditTogether, type Change, type Who } from '../../../core/access/audit.ts'
import { inIds, jsonText, orUndoAll } from '../../../db/dialect.ts'
import type { DB } from '../../../db/schema.ts'
import type { Tx } from '../../../db/store.ts'
import { wakeReminders } from '../handOn.ts'

/** What a move changes on its customer; the audit log keeps it before and after. */
const MOVED = [
  'id',
  'version',
  'ownerId',
  'poolId',
  'pooledAt',
  'receivedAt',
  'recycleExtendedUntil',
  'isLocked',
] as const satisfies readonly (keyof DB['customers'])[]
export type Moved = Pick<Selectable<DB['customers']>, (typeof MOVED)[number]>

/** Who moves them, and on which day. */
export type Mover = Who & Pick<Actor, 'today'>

export const movable = (tx: Tx, ids: readonly number[]) =>
  tx
    .selectFrom('customers') // unscoped: each was let in by the rule or right that moves it
    .select(MOVED)
    .where(inIds(tx, 'customers.id', ids))
    .where('deletedAt', 'is', null)
    .execute()

export interface Move {
  readonly row: Moved
  readonly cause: MoveCause
  readonly note?: string | null
  readonly batchId?: number | null
}
/** What an undo gives back. */
export interface Kept extends Pick<Moved, 'receivedAt' | 'recycleExtendedUntil' | 'isLocked'> {
  readonly version: number
  /** None where it is left out. */
  readonly collaborators?: readonly { userId: number; access: 'read' | 'edit'; createdAt: string }[]
}

const history = (
  actor: Mover,
  { batchId = null, cause, note = null, row }: Omit<Move, 'row'> & { row: Pick<Moved, 'id' | 'ownerId' | 'poolId'> },
) => ({
  customerId: row.id,
  fromOwnerId: row.ownerId,
  fromPoolId: row.poolId,
  cause,
  note,
  batchId,
  onDay: actor.today,
  at: actor.at,
  actorId: actor.id === 0 ? null : actor.id,
})
const change = (move: Move, after: Moved): Change => ({
  entity: customer.name,
  recordId: move.row.id,
  action: 'pool',
  before: move.row,
  after,
  note: move.note ?? null,
})

export const sharedAmong = (tx: Tx, ids: readonly number[]) =>
  tx
    .selectFrom('collaborators')
    .select(['recordId', 'userId', 'access', 'createdAt'])
    .where('entity', '=', customer.name)
    .where(inIds(tx, 'collaborators.recordId', ids))
    .execute()

const inPool = (poolId: number, at: string) =>
  ({ ownerId: null, poolId, pooledAt: at, receivedAt: null, recycleExtendedUntil: null, isLocked: 0 }) as const

async function put(tx: Tx, { at }: Mover, poolId: number, ids: readonly number[]): Promise<void> {
  await tx
    .updateTable('customers')
    .set((e) => ({ ...inPool(poolId, at), version: e('version', '+', 1), updatedAt: at }))
    .where(inIds(tx, 'customers.id', ids))
    .execute()
  await refuseExtensions(tx, at, ids)
}
/** The same in one statement that can only be undone with its transaction: in bulk work on a thread of its own. */
async function putAll(tx: Tx, { at }: Mover, poolId: number, ids: readonly number[]): Promise<void> {
  const version = sql`${sql.ref('version')} + 1`
  const set = Object.entries({ ...inPool(poolId, at), version, updatedAt: at })
  await sql`update ${orUndoAll(tx)} ${sql.table('customers')} set ${sql.join(set.map(([name, value]) => sql`${sql.ref(name)} = ${value}`))}
    where ${inIds(tx, 'customers.id', ids)}`.execute(tx)
  await refuseExtensions(tx, at, ids)
}
const refuseExtensions = (tx: Tx, at: string, ids: readonly number[]) =>
  tx
    .updateTable('poolExtensions')
    .set({ state: 'refused', decidedAt: at })
    .where('state', '=', 'asked')
    .where(inIds(tx, 'poolExtensions.customerId', ids))
    .execute()

/** Into a pool: nobody's, seen there by its members only, collaborators gone. All of them with a few statements. */
export async function intoPool(tx: Tx, actor: Mover, poolId: number, moves: readonly Move[]): Promise<void> {
  if (moves.length === 0) return
  const ids = moves.map(({ row }) => row.id)
  const shared = await sharedAmong(tx, ids)
  await put(tx, actor, poolId, ids)
  if (shared.length > 0)
    await tx
      .deleteFrom('collaborators')
      .where('entity', '=', customer.name)
      .where(inIds(tx, 'collaborators.recordId', ids))
      .execute()
  await tx
    .insertInto('poolMoves')
    .values(
      moves.map((move) => {
        const { isLocked, receivedAt, recycleExtendedUntil, id, version } = move.row
        const collaborators = shared
          .filter(({ recordId }) => recordId === id)
          .map(({ access, createdAt, userId }) => ({ access, createdAt, userId }))
        const kept: Kept = { receivedAt, recycleExtendedUntil, isLocked, version: version + 1, collaborators }
        return { ...history(actor, move), toOwnerId: null, toPoolId: poolId, kept: JSON.stringify(kept) }
      }),
    )
    .execute()
  await audit(
    tx,
    actor,
    moves.map((move) => change(move, { ...move.row, ...inPool(poolId, actor.at), version: move.row.version + 1 })),
  )
}

interface Together extends Pick<Move, 'cause'> {
  /** Live customers without collaborators. */
  readonly ids: readonly number[]
  readonly note: string
  readonly batchId: number
}
/** The same for many that go for one reason, written by the database from its own rows: a hundred thousand in seconds. */
export async function allIntoPool(
  tx: Tx,
  actor: Mover,
  poolId: number,
  { ids, cause, note, batchId }: Together,
): Promise<void> {
  if (ids.length === 0) return
  const column = (name: (typeof MOVED)[number]) => sql.ref<string | number | null>(`customers.${name}`)
  const [id, version] = [sql.ref<number>('customers.id'), sql`${column('version')} + 1`]
  const from = sql`${sql.table('customers')} where ${inIds(tx, 'customers.id', ids)}`
  const {
    fromOwnerId: _owner,
    fromPoolId: _pool,
    customerId: _id,
    ...facts
  } = history(actor, {
    cause,
    note,
    batchId,
    row: { id: 0, ownerId: null, poolId: null },
  })
  const kept = jsonText(tx, {
    receivedAt: column('receivedAt'),
    recycleExtendedUntil: column('recycleExtendedUntil'),
    isLocked: column('isLocked'),
    version,
  } satisfies Record<keyof Omit<Kept, 'collaborators'>, Expression<unknown>>)
  const move = {
    ...facts,
    customerId: id,
    fromOwnerId: column('ownerId'),
    fromPoolId: column('poolId'),
    toPoolId: poolId,
    kept,
  }
  await sql`insert into ${sql.table('poolMoves')} (${sql.join(Object.keys(move).map((key) => sql.ref(key)))})
    select ${sql.join(Object.values(move))} from ${from} order by ${id}`.execute(tx)
  const before = Object.fromEntries(MOVED.map((name) => [name, column(name)]))
  const set = Object.entries(inPool(poolId, actor.at)).map(([name, value]) => [name, sql.lit(value)])
  await auditTogether(tx, actor, {
    entity: customer.name,
    action: 'pool',
    note,
    recordId: id,
    before: jsonText(tx, before),
    after: jsonText(tx, { ...before, version, ...Object.fromEntries(set) }),
    from,
  })
  await putAll(tx, actor, poolId, ids)
}

/** To a person, out of the pool it was in; the rules count from now on, or from `receivedAt` where an undo gives it back. */
export async function toOwner(
  tx: Tx,
  actor: Actor,
  ownerId: number,
  move: Move,
  back: Partial<Pick<Moved, 'receivedAt' | 'recycleExtendedUntil' | 'isLocked'>> = {},
): Promise<boolean> {
  const { row } = move
  const after = {
    ownerId,
    poolId: null,
    pooledAt: null,
    receivedAt: actor.at,
    recycleExtendedUntil: null,
    isLocked: 0 as const,
    ...back,
  }
  // One statement decides who gets it.
  const taken = await tx
    .updateTable('customers')
    .set((e) => ({ ...after, version: e('version', '+', 1), updatedAt: actor.at }))
    .where('id', '=', row.id)
    .where('ownerId', 'is', null)
    .where('poolId', '=', row.poolId)
    .where('deletedAt', 'is', null)
    .executeTakeFirst()
  if (taken.numUpdatedRows !== 1n) return false
  await tx
    .insertInto('poolMoves')
    .values({ ...history(actor, move), toOwnerId: ownerId, toPoolId: null, kept: null })
    .execute()
  await audit(tx, actor, change(move, { ...row, ...after, version: row.version + 1 }))
  await wakeReminders(tx, actor, row, ownerId)
  return true
}

/** A line in the history for a change of hands that another function makes. */
export async function noteTransfer(
  tx: Tx,
  actor: Actor,
  row: Pick<Moved, 'id' | 'ownerId' | 'poolId'>,
  ownerId: number,
): Promise<void> {
  await tx
    .insertInto('poolMoves')
    .values({ ...history(actor, { row, cause: 'transfer' }), toOwnerId: ownerId, toPoolId: null, kept: null })
    .execute()
}
