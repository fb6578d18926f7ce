import { customer } from '@crm/shared/entities/customer'
import type { MoveCause } from '@crm/shared/contract/pools'
import type { Selectable } from 'kysely'
import type { Actor } from '../../../core/actor.ts'
import { audit, type Change } from '../../../core/audit.ts'
import { inIds } from '../../../db/dialect.ts'
import type { DB } from '../../../db/schema.ts'
import type { Tx } from '../../../db/store.ts'

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
  readonly collaborators: readonly { userId: number; access: 'read' | 'edit'; createdAt: string }[]
}

const history = (
  actor: Actor,
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

/** Into a pool: nobody's, seen there by its members only, collaborators gone. All of them with a few statements. */
export async function intoPool(tx: Tx, actor: Actor, poolId: number, moves: readonly Move[]): Promise<void> {
  if (moves.length === 0) return
  const ids = moves.map(({ row }) => row.id)
  const shared = await tx
    .selectFrom('collaborators')
    .select(['recordId', 'userId', 'access', 'createdAt'])
    .where('entity', '=', customer.name)
    .where(inIds(tx, 'collaborators.recordId', ids))
    .execute()
  const after = {
    ownerId: null,
    poolId,
    pooledAt: actor.at,
    receivedAt: null,
    recycleExtendedUntil: null,
    isLocked: 0,
  } as const
  await tx
    .updateTable('customers')
    .set((e) => ({ ...after, version: e('version', '+', 1), updatedAt: actor.at }))
    .where(inIds(tx, 'customers.id', ids))
    .execute()
  if (shared.length > 0)
    await tx
      .deleteFrom('collaborators')
      .where('entity', '=', customer.name)
      .where(inIds(tx, 'collaborators.recordId', ids))
      .execute()
  await tx
    .updateTable('poolExtensions')
    .set({ state: 'refused', decidedAt: actor.at })
    .where('state', '=', 'asked')
    .where(inIds(tx, 'poolExtensions.customerId', ids))
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
    moves.map((move) => change(move, { ...move.row, ...after, version: move.row.version + 1 })),
  )
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
