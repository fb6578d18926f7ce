import { setTimeout as sleep } from 'node:timers/promises'
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely'
import { isBusy, type Raw } from './sqlite.connection.ts'
import { BusyError } from './store.ts'

/** The work of the last of them and the commit come on top: all of it in one pause of which a typing user feels nothing. */
const LONGEST_MS = 8
const MOST = 8

interface Waiting {
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}
export interface GroupCommit {
  readonly driver: Driver
  /** Commits what waits for it now; whoever takes the gate for anything but a transaction of this driver does so first. */
  settle(): void
}
interface Handles {
  readonly writer: Raw
  readonly write: DatabaseConnection
}

/** One writer's time at the handle. */
class Turn implements DatabaseConnection {
  /** Others stand behind it: what it did is undone alone. */
  isInner = false
  /** Committed, rolled back, or handed to the group: the handle is no longer its own. */
  isOver = false
  readonly #write: DatabaseConnection
  readonly leave: () => void
  constructor(write: DatabaseConnection, leave: () => void) {
    this.#write = write
    this.leave = leave
  }
  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return this.#write.executeQuery<R>(query)
  }
  streamQuery<R>(query: CompiledQuery, size: number): AsyncIterableIterator<QueryResult<R>> {
    return this.#write.streamQuery<R>(query, size)
  }
}

/**
 * One writer at a time; `begin immediate`, since a late upgrade of the lock fails at once, whatever the timeout. A finished transaction
 * is committed when the event loop has gone round: those that finish meanwhile come along (each behind a savepoint of its own), and one
 * log entry and one wait for the disk serve all of them. Nobody is told of success before that commit; when it fails, it fails for all.
 */
export function groupCommit(
  current: () => Handles,
  enter: () => Promise<() => void>,
  { lockWaitMs, committed }: { readonly lockWaitMs: number; readonly committed: () => void },
): GroupCommit {
  let waiting: Waiting[] = []
  let begunAt = 0
  let isArmed = false
  const raw = () => current().writer

  function settle() {
    const group = waiting
    waiting = []
    if (group.length === 0) return
    try {
      raw().exec('commit')
    } catch (error) {
      undo()
      for (const { reject } of group) reject(error)
      return
    }
    committed()
    for (const { resolve } of group) resolve()
  }
  // After a full disk SQLite may have rolled back by itself; a second one would hide the real error.
  const undo = () => void (raw().inTransaction && raw().exec('rollback'))

  /** Goes on as long as each round of the loop brings one more. */
  function arm() {
    isArmed = true
    const before = waiting.length
    setImmediate(() => {
      isArmed = false
      // Somebody is writing right now, who will arm again.
      if (writing) return
      if (waiting.length > before && isRoom()) arm()
      else settle()
    })
  }
  const isRoom = () => waiting.length < MOST && performance.now() - begunAt < LONGEST_MS
  let writing: Turn | undefined

  function ended(turn: Turn) {
    turn.isOver = true
    if (writing === turn) writing = undefined
    if (!isRoom()) settle()
    else if (waiting.length > 0 && !isArmed) arm()
  }

  const driver: Driver = {
    init: async () => {},
    async acquireConnection() {
      current()
      const leave = await enter()
      try {
        return (writing = new Turn(current().write, leave))
      } catch (error) {
        leave()
        throw error
      }
    },
    async beginTransaction(connection) {
      const turn = connection as Turn
      turn.isInner = waiting.length > 0
      if (turn.isInner) raw().exec('savepoint turn')
      else await whenFree(async () => void raw().exec('begin immediate'), lockWaitMs)
      if (!turn.isInner) begunAt = performance.now()
    },
    commitTransaction(connection) {
      const turn = connection as Turn
      if (turn.isInner) raw().exec('release turn')
      return new Promise<void>((resolve, reject) => {
        waiting.push({ resolve, reject })
        ended(turn)
        turn.leave()
      })
    },
    async rollbackTransaction(connection) {
      const turn = connection as Turn
      if (turn.isOver) return
      if (turn.isInner && raw().inTransaction) raw().exec('rollback to turn; release turn')
      else {
        undo()
        const lost = waiting.splice(0)
        for (const { reject } of lost) reject(new Error('SQLite gave up the transaction this one was written with'))
      }
      ended(turn)
    },
    async releaseConnection(connection) {
      const turn = connection as Turn
      if (!turn.isOver) ended(turn)
      turn.leave()
    },
    destroy: async () => {},
  }
  return { driver, settle }
}

/** Repeats while another process holds the lock, without blocking the event loop. BusyError after `lockWaitMs`. */
export async function whenFree<T>(attempt: () => Promise<T>, lockWaitMs: number): Promise<T> {
  const giveUpAt = performance.now() + lockWaitMs
  for (let waitMs = 2; ; waitMs = Math.min(waitMs * 2, 50)) {
    try {
      return await attempt()
    } catch (error) {
      if (!isBusy(error)) throw error
      if (performance.now() > giveUpAt) throw new BusyError(error)
    }
    await sleep(waitMs * (0.5 + Math.random()))
  }
}
