import { type CompiledQuery, type DatabaseConnection, type QueryResult } from 'kysely'
import type { Reader } from './reader.ts'

/** Each handing over waits for a round of the event loop: with 1 more was done in the same time, but the slowest of twenty waited half as long again. */
const LONG_MS = 3
/** What copying one value of an answer between threads costs both of them together (measured: 0.5-0.8 µs). */
const MS_PER_CELL = 0.001
/** How much the newest run of a statement counts. */
const NEWEST = 0.2
const MOST_KNOWN = 400
/** The same text may ask for one person's rows or for everybody's: what held this thread up so long for the second time never comes back to it. */
const TOO_LONG_MS = 10
/** So much work at hand that the other thread goes on while this one is in the middle of something; more would only wait there instead of here. */
const MOST_WAITING_MS = 6

/** What a statement was like in its last runs. */
interface Habit {
  ms: number
  cells: number
  /** How often it was too long for this thread. */
  tooLong: number
}
const cellsOf = (rows: readonly unknown[]) => rows.length * Object.keys((rows[0] as object | undefined) ?? {}).length

/**
 * Reads on this thread, except that a statement known to be long goes to the other one whenever that has nothing to do: ten people who
 * search at once have two processors then, and the event loop is free meanwhile. Nobody waits for the other thread: when it is busy with
 * heavier work, asleep or still starting, the statement runs here.
 */
export function twoLanes(here: DatabaseConnection, aside: Reader): DatabaseConnection {
  const habits = new Map<string, Habit | null>()
  /** What was handed over: how many, and how long they will take. */
  let mine = 0
  let waitingMs = 0

  function note(sql: string, ms: number, rows: readonly unknown[]) {
    const habit = habits.get(sql)
    if (habit === undefined) {
      if (habits.size >= MOST_KNOWN) habits.clear()
      // The first run prepares the statement, which says nothing of the next.
      habits.set(sql, null)
      return
    }
    const cells = cellsOf(rows)
    const before = habit ?? { ms, cells, tooLong: 0 }
    habits.set(sql, {
      ms: before.ms + (ms - before.ms) * NEWEST,
      cells: Math.max(before.cells, cells),
      tooLong: before.tooLong + (ms > TOO_LONG_MS + cells * MS_PER_CELL ? 1 : 0),
    })
  }
  /** How long it will take, where that is long. */
  function longMs(sql: string): number | undefined {
    const habit = habits.get(sql)
    return habit && (habit.tooLong > 1 || habit.ms > LONG_MS + habit.cells * MS_PER_CELL) ? habit.ms : undefined
  }

  const isFree = () => aside.isAwake() && waitingMs < MOST_WAITING_MS && aside.pending === mine
  async function readAside<R>({ sql, parameters }: CompiledQuery, ms: number): Promise<QueryResult<R>> {
    mine++
    waitingMs += ms
    try {
      // What was long once (its pages were not in memory, the machine was busy) comes back here when it no longer is.
      let tookMs = ms
      const rows = await aside.ask<R>({ verb: 'query', sql, parameters }, (took) => (tookMs = took))
      note(sql, tookMs, rows)
      return { rows }
    } finally {
      mine--
      waitingMs -= ms
    }
  }

  return {
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      const ms = longMs(query.sql)
      if (ms !== undefined && isFree()) return readAside<R>(query, ms)
      const begunAt = performance.now()
      const result = await here.executeQuery<R>(query)
      note(query.sql, performance.now() - begunAt, result.rows)
      return result
    },
    streamQuery: (query, size) => here.streamQuery(query, size),
  }
}
