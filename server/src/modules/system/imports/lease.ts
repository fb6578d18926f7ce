import type { UpdateObject } from 'kysely'
import { type Clock, later } from '../../../core/clock.ts'
import type { DB } from '../../../db/schema.ts'
import type { Store, Tx } from '../../../db/store.ts'
import type { BatchRow } from './batches.ts'

type State = BatchRow['state']
/** A server that died is replaced after this long; a living one renews with every slice. */
const LEASE_MS = 30_000

/** Somebody else works on the batch now: what this process has not committed is theirs. */
export class LeaseLost extends Error {
  constructor() {
    super('another process has taken over this import')
    this.name = 'LeaseLost'
  }
}

export const leaseOf = (clock: Clock, holder: string) => ({
  leasedBy: holder,
  leasedUntil: later(clock.now(), LEASE_MS),
})
export const RELEASED = { leasedBy: null, leasedUntil: null } as const

/** Takes the batch if it is in one of these states and nobody works on it; false otherwise. */
export async function claim(
  store: Store,
  clock: Clock,
  id: number,
  holder: string,
  from: readonly State[],
  change: Partial<Omit<BatchRow, 'id'>> = {},
): Promise<boolean> {
  const now = clock.now()
  const taken = await store.tx((tx) =>
    tx
      .updateTable('imports')
      .set({ ...change, ...leaseOf(clock, holder), updatedAt: now })
      .where('id', '=', id)
      .where('state', 'in', from)
      // A lease that ends later than any lease can was written before the clock was set back.
      .where((eb) =>
        eb.or([
          eb('leasedUntil', 'is', null),
          eb('leasedUntil', '<', now),
          eb('leasedUntil', '>', later(now, LEASE_MS)),
        ]),
      )
      .returning('id')
      .executeTakeFirst(),
  )
  return taken !== undefined
}

/** Ends the leases of processes that died, as `freeLeases` of the jobs does. */
export const freeImports = async (store: Store): Promise<void> =>
  store.tx(
    async (tx) => void (await tx.updateTable('imports').set(RELEASED).where('leasedBy', 'is not', null).execute()),
  )

/** Changes the batch in the transaction of the work itself; LeaseLost (and so a rollback) when it is no longer ours. */
export async function keep(tx: Tx, id: number, holder: string, change: UpdateObject<DB, 'imports'>): Promise<void> {
  const kept = await tx
    .updateTable('imports')
    .set(change)
    .where('id', '=', id)
    .where('leasedBy', '=', holder)
    .returning('id')
    .executeTakeFirst()
  if (!kept) throw new LeaseLost()
}
