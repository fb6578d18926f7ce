import { type CompiledQuery, type DatabaseConnection, type QueryResult } from 'kysely'
import type { Reader } from './reader.ts'

/** Below this, handing a statement over costs as much as it saves. */
const LONG_MS = 1
/** What copying one value of an answer between threads costs both of them together (measured: 0.5-0.8 µs). */
const MS_PER_CELL = 0.001
/** How much the newest run of a statement counts. */
const NEWEST = 0.2
const MOST_KNOWN = 400
/** One at work and two at hand: while this thread is in the middle of something it could not hand over the next one. */
const MOST_ASIDE = 3

/** What a statement was like in its last runs. */
interface Habit {
  ms: number
  cells: number
}
const cellsOf = (rows: readonly unknown[]) => rows.length * Object.keys((rows[0] as object | undefined) ?? {}).length

/**
 * Reads on this thread, except that a statement known to be long goes to the other one whenever that has nothing to do: ten people who
 * search at once have two processors then, and the event loop is free meanwhile. Nobody waits for the other thread: when it is busy with
 * heavier work, asleep or still starting, the statement runs here.
 */
export function twoLanes(here: DatabaseConnection, aside: Reader): DatabaseConnection {
  const habits = new Map<string, Habit | null>()
  let mine = 0

  function note(sql: string, ms: number, rows: readonly unknown[]) {
    const habit = habits.get(sql)
    if (habit === undefined) {
      if (habits.size >= MOST_KNOWN) habits.clear()
      // The first run prepares the statement, which says nothing of the next.
      habits.set(sql, null)
      return
    }
    const cells = cellsOf(rows)
    const before = habit ?? { ms, cells }
    habits.set(sql, { ms: before.ms + (ms - before.ms) * NEWEST, cells: Math.max(before.cells, cells) })
  }
  function isLong(sql: string): boolean {
    const habit = habits.get(sql)
    return !!habit && habit.ms > LONG_MS + habit.cells * MS_PER_CELL
  }

  const isFree = () => aside.isAwake() && mine < MOST_ASIDE && aside.pending === mine
  async function readAside<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    mine++
    try {
      return { rows: await aside.ask<R>({ verb: 'query', sql, parameters }) }
    } finally {
      mine--
    }
  }

  return {
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      if (isLong(query.sql) && isFree()) return readAside<R>(query)
      const begunAt = performance.now()
      const result = await here.executeQuery<R>(query)
      note(query.sql, performance.now() - begunAt, result.rows)
      return result
    },
    streamQuery: (query, size) => here.streamQuery(query, size),
  }
}
