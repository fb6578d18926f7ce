import type { CompiledQuery, Transaction } from 'kysely'
import type { ReadonlyKysely } from 'kysely/readonly'
import type { DB } from './schema.ts'

export type Engine = 'sqlite' | 'postgres'
/** May only look; sees committed rows. */
export type Read = ReadonlyKysely<DB>
/** What must be atomic. Inside, await nothing but the handle itself. */
export type Tx = Transaction<DB>

export interface Health {
  engine: Engine
  version: string
  journalMode?: string
  /** SQLite: 2 is FULL, each commit reaches the disk before it is acknowledged. */
  synchronous?: number
  foreignKeys?: boolean
}

// oxlint-disable-next-line typescript/no-explicit-any
export type Step = (tx: Tx, input: any) => Promise<unknown>
export interface Bulk<T> {
  /** One for each input that is done, in their order: of several perhaps fewer, or none, when somebody else waited to write. */
  readonly results: readonly T[]
  /** How long others could not write, the commit included. */
  readonly tookMs: number
}

export interface Store {
  readonly engine: Engine
  /** Stays valid when a restore reopens the files underneath. Throws inside `tx`. */
  readonly read: Read
  /** Commits when `work` resolves, rolls back when it throws. PostgreSQL may run `work` up to six times: no side effects. BusyError after 5 s of waiting. */
  tx<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** Heavy reads (statistics, export pages, exact counts) on a worker thread (SQLite) or the pool (PostgreSQL). */
  heavy<T>(query: CompiledQuery<T>): Promise<T[]>
  /**
   * One transaction of bulk work, written as `step` in a file of its own so that another thread can load it: in SQLite it runs there,
   * its commit included, and holds up nobody but other writers. Takes as many of the inputs as it can while nobody else wants to write,
   * a single one in any case. Inputs and results are plain data. Without inputs the thread is only brought up, which takes a third of a second.
   */
  bulk<S extends Step>(file: URL, inputs: readonly Parameters<S>[1][]): Promise<Bulk<Awaited<ReturnType<S>>>>
  /** Resolves when no bulk work is under way. Housekeeping waits for this: coming to write it would undo up to a second of that work. */
  whenQuiet(): Promise<void>
  /** Wakes listeners of `channel`, in every server process, after this transaction has committed; a rollback wakes nobody. */
  notify(tx: Tx, channel: string): Promise<void>
  /** Calls `wake` after each notify (and after a lost connection came back); returns how to stop. Notices may be merged: look into the table. */
  listen(channel: string, wake: () => void): () => void
  /** Drains, closes the handles, runs `work` (which swaps the files), reopens. Meanwhile everybody else gets a BusyError. */
  whileClosed<T>(work: () => Promise<T>): Promise<T>
  health(): Promise<Health>
  close(): Promise<void>
}

export interface SqliteStore extends Store {
  readonly engine: 'sqlite'
  readonly file: string
}

/** The database could not be had in time: 503 `busy`, try again. */
export class BusyError extends Error {
  readonly code = 'busy'
  readonly status = 503
  constructor(cause?: unknown, message = '系统正忙,请稍后再试') {
    super(message, { cause })
    this.name = 'BusyError'
  }
}
