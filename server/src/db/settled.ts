import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Store } from './store.ts'

const LOOK_MS = 5
/** A transaction that takes longer is stuck; nobody who only looks waits for it. */
const LONGEST_MS = 5_000

/** Waits until whatever was being written when it was called has been committed or given up, so that it is read, or never will be. */
export async function settled(store: Store): Promise<void> {
  // One after the other: when its turn has come, theirs is over.
  if (store.engine === 'sqlite') return store.tx(async () => {})
  const writing = async () =>
    (
      await sql<{ key: string }>`select pid || ' ' || xact_start as key from pg_stat_activity
        where datname = current_database() and backend_xid is not null and pid <> pg_backend_pid()`.execute(
        store.read as never,
      )
    ).rows.map(({ key }) => key)
  const begun = new Set(await writing())
  for (let waitedMs = 0; begun.size > 0 && waitedMs < LONGEST_MS; waitedMs += LOOK_MS) {
    await sleep(LOOK_MS)
    const still = new Set(await writing())
    for (const key of begun) if (!still.has(key)) begun.delete(key)
  }
}
