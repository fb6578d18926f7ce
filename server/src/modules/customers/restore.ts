import { customer } from '@crm/shared/entities/customer'
import type { RowOf } from '@crm/shared/kernel/entity'
import type { Actor } from '../../core/access/actor.ts'
import { problem } from '../../core/problem.ts'
import { storedRow } from '../../core/rows/rows.ts'
import type { Tx } from '../../db/store.ts'
import { isActive } from '../org/service.ts'
import { restoreContactsOf } from './contacts.ts'
import { customers } from './customers.ts'
import { blocks, duplicateProblem } from './duplicates.ts'
import { noteTransfer } from './pools/moves.ts'
import { spare } from './pools/standing.ts'

type Row = RowOf<typeof customer>

/** Out of the recycle bin with its contacts; not into the pool before its owner was warned as of any other. */
export async function restoreCustomer(tx: Tx, actor: Actor, id: number, zone: string): Promise<Row> {
  await customers.reachRecycled(tx, actor, id)
  const gone = (await storedRow(tx, customer, id)) as unknown as Row & {
    deletedAt: string
    mergedIntoId: number | null
  }
  if (gone.mergedIntoId !== null) throw problem('illegal_move', '它已合并到另一家客户,请在那一家的页面撤销合并')
  // 查重 again: meanwhile somebody may have entered the same company.
  const found = (await blocks(tx, actor, gone, id)).filter((match) => match.state !== 'recycled')
  if (found.length > 0) throw await duplicateProblem(tx, actor, found)
  // Its owner may have left since: then it is whoever brings it back who has it.
  const isTaken = gone.ownerId !== null && actor.id !== 0 && !(await isActive(tx, gone.ownerId))
  const taken = isTaken ? { ownerId: actor.id, receivedAt: actor.at } : {}
  const row = await customers.restore(tx, actor, id, { twinNo: 0, ...taken })
  if (isTaken) await noteTransfer(tx, actor, { id, ownerId: gone.ownerId, poolId: null }, actor.id)
  await restoreContactsOf(tx, actor, id, gone.deletedAt)
  await spare(tx, actor, id, zone)
  return row
}
