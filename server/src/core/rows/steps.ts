import type { Entity, RowOf } from '@crm/shared/kernel/entity'
import type { Tx } from '../../db/store.ts'
import type { Actor } from '../access/actor.ts'
import { audit } from '../access/audit.ts'
import { stale } from '../problem.ts'
import { type Raw, rowsByIds, snapshot, storedRow, tables } from './rows.ts'

interface Reaching {
  readonly reach: (tx: Tx, actor: Actor, id: number, permission: string) => Promise<unknown>
}
/** What a step says besides the columns it sets: why, and what else is now so. */
interface Said {
  readonly note?: string | null
  readonly also?: Raw
}

/** The steps of a record whose life is a process (quote, order, contract, invoice). `current` shows it to whoever came too late. */
export function stepsOf<E extends Entity>(
  entity: E,
  { reach }: Reaching,
  current?: (tx: Tx, actor: Actor, id: number) => Promise<object>,
) {
  const shown = async (tx: Tx, actor: Actor, id: number): Promise<RowOf<E>> =>
    (await rowsByIds(tx, actor, entity, [id]))[0]!

  /** The record as stored, for a step by an actor who saw it at this version. 404, 403, 409. */
  async function held(tx: Tx, actor: Actor, id: number, version: number, permission: string): Promise<RowOf<E>> {
    await reach(tx, actor, id, permission)
    const row = (await storedRow(tx, entity, id))!
    if (row['version'] !== version) throw stale(entity.label, await (current ?? shown)(tx, actor, id))
    return row as RowOf<E>
  }

  /** Writes the step with its audit row. */
  async function write(tx: Tx, actor: Actor, row: Raw, action: string, columns: Raw, said: Said = {}): Promise<void> {
    const id = row['id'] as number
    const set = { ...columns, version: (row['version'] as number) + 1, updatedAt: actor.at }
    await tables(tx).updateTable(entity.table).set(set).where('id', '=', id).execute()
    await audit(tx, actor, {
      entity: entity.name,
      recordId: id,
      action,
      before: snapshot(entity, row),
      after: { ...snapshot(entity, { ...row, ...set }), ...said.also },
      note: said.note ?? null,
    })
  }
  return { shown, held, write }
}
