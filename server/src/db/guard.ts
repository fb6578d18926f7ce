import { AsyncLocalStorage } from 'node:async_hooks'

/** One run of a transaction. `spoiled` is the first statement that failed in it. */
export interface TxRun {
  open: boolean
  spoiled?: unknown
  /** SQLite: who is to be woken after the commit. */
  readonly channels: Set<string>
}

export interface Guard {
  /** Throws when the caller is inside `tx()` of this store. */
  refuseInside(what: string): void
  current(): TxRun | undefined
  within<T>(run: TxRun, work: () => Promise<T>): Promise<T>
}

export const newRun = (): TxRun => ({ open: true, channels: new Set() })

/**
 * A root handle used inside a transaction waits for itself for ever (SQLite) or reads yesterday's rows (both).
 * The run is closed at its end, so that timers started inside it are not refused for the rest of their life.
 */
export function txGuard(): Guard {
  const inside = new AsyncLocalStorage<TxRun>()
  const current = () => {
    const run = inside.getStore()
    return run?.open ? run : undefined
  }
  return {
    current,
    refuseInside(what) {
      if (current()) throw new Error(`${what} used inside tx(): pass the tx handle on`)
    },
    async within(run, work) {
      try {
        return await inside.run(run, work)
      } finally {
        run.open = false
      }
    },
  }
}
