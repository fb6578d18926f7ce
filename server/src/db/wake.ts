import { sql } from './sql.ts'
import { engineOf } from './dialect.ts'
import type { Tx } from './store.ts'

/** SQLite: whom each running transaction wakes after its commit. */
const woken = new WeakMap<Tx, Set<string>>()
export const willWake = (tx: Tx, channels: Set<string>): void => void woken.set(tx, channels)

/** What `Store.notify` does, for those who hold a transaction and no store: wakes the listeners of all these channels after the commit. */
export async function wake(tx: Tx, channels: readonly string[]): Promise<void> {
  if (engineOf(tx) === 'postgres') {
    await sql`select pg_notify(c, '') from unnest(${[...channels]}::text[]) as c`.execute(tx)
    return
  }
  const set = woken.get(tx)
  if (!set) throw new Error('wake() belongs inside tx()')
  for (const channel of channels) set.add(channel)
}
