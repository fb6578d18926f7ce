import type { RecycleBatch } from '@crm/shared/contract/pools'
import { addDays } from '@crm/shared/days'
import { recycleRules } from '@crm/shared/entities/pool'
import type { Actor } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import { tell } from '../../../core/jobs/notices.ts'
import { notFound, problem } from '../../../core/problem.ts'
import { inSlices } from '../../../core/jobs/slices.ts'
import type { Read, Store, Tx } from '../../../db/store.ts'
import { isActive } from '../../org/service.ts'
import { type Kept, movable, toOwner } from './moves.ts'

const MOST = 100
const batches = (db: Read | Tx) =>
  (db as Read)
    .selectFrom('poolBatches')
    .leftJoin('users', 'users.id', 'poolBatches.actorId')
    .select([
      'poolBatches.id',
      'onDay',
      'state',
      'moved',
      'returned',
      'poolBatches.createdAt',
      'undoneAt',
      'users.name as actorName',
    ])

export async function batchRow(db: Read | Tx, id: number): Promise<RecycleBatch> {
  const row = await batches(db).where('poolBatches.id', '=', id).executeTakeFirst()
  if (!row) throw notFound('回收批次')
  return row
}
export const listBatches = async (read: Read): Promise<{ items: RecycleBatch[] }> => ({
  items: await batches(read).orderBy('poolBatches.id', 'desc').limit(MOST).execute(),
})

/**
 * Gives back what the batch took and nobody has touched since, as it was, collaborators included, with a few days before the rules may
 * take it again. What was claimed, assigned or changed meanwhile stays where it is. Can be run again after a stop.
 */
export async function undoBatch(store: Store, actor: Actor, id: number): Promise<RecycleBatch> {
  const batch = await batchRow(store.read, id)
  if (batch.state === 'running') throw problem('illegal_move', '这一批还在回收,请稍后再撤销')
  if (batch.state === 'undone') throw problem('illegal_move', '这一批已撤销')
  const moved = store.read
    .selectFrom('poolMoves')
    .innerJoin('pools', 'pools.id', 'poolMoves.toPoolId')
    .select(['poolMoves.customerId', 'fromOwnerId', 'toPoolId', 'kept', 'remindDays'])
    .where('batchId', '=', id)
    .where('cause', 'in', Object.keys(recycleRules))
    .orderBy('poolMoves.id')
  await inSlices(store, await store.heavy(moved.compile()), (tx, move) => giveBack(tx, actor, id, move))
  return store.tx(async (tx) => {
    const given = await tx
      .selectFrom('poolMoves')
      .select(['fromPoolId', 'toOwnerId'])
      .select((e) => e.fn.countAll<number>().as('n'))
      .where('batchId', '=', id)
      .where('cause', '=', 'undo')
      .groupBy(['fromPoolId', 'toOwnerId'])
      .execute()
    const returned = given.reduce((sum, { n }) => sum + n, 0)
    await tx
      .updateTable('poolBatches')
      .set({ state: 'undone', returned, undoneAt: actor.at })
      .where('id', '=', id)
      .execute()
    for (const { n, toOwnerId } of given)
      await tell(tx, actor.at, {
        kind: 'pool',
        userIds: [toOwnerId!],
        title: `${n} 家客户从公海退回给你`,
        body: `${actor.name}撤销了 ${batch.onDay} 的回收`,
        link: '/customers',
        onceKey: `pool:undo:${id}`,
      })
    await audit(tx, actor, { entity: 'pool', recordId: null, action: 'undoRecycle', after: { batchId: id, returned } })
    return batchRow(tx, id)
  })
}

interface Gone {
  readonly customerId: number
  readonly fromOwnerId: number | null
  readonly toPoolId: number | null
  readonly kept: string | null
  readonly remindDays: number
}
async function giveBack(tx: Tx, actor: Actor, batchId: number, gone: Gone): Promise<void> {
  const kept = JSON.parse(gone.kept!) as Kept
  const [row] = await movable(tx, [gone.customerId])
  if (!row || row.ownerId !== null || row.poolId !== gone.toPoolId || row.version !== kept.version) return
  // Who has left gets nothing back.
  if (!(await isActive(tx, gone.fromOwnerId))) return
  const { collaborators = [], isLocked, receivedAt } = kept
  const pause = addDays(actor.today, Math.max(1, gone.remindDays))
  const until = kept.recycleExtendedUntil
  const back = { receivedAt, isLocked, recycleExtendedUntil: until !== null && until > pause ? until : pause }
  await toOwner(tx, actor, gone.fromOwnerId!, { row, cause: 'undo', batchId }, back)
  if (collaborators.length > 0)
    await tx
      .insertInto('collaborators')
      .values(collaborators.map((one) => ({ ...one, entity: 'customer', recordId: row.id })))
      .onConflict((on) => on.doNothing())
      .execute()
}
