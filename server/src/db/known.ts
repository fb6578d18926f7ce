import { setTimeout as sleep } from 'node:timers/promises'
import type { RawBuilder } from 'kysely'
import { sql } from './sql.ts'
import { engineOf, type Handle } from './dialect.ts'
import { isDiskFull } from './trouble.ts'
import { BusyError, type Read, type Store, type Tx } from './store.ts'

/*
 * What a report of an instant knew is what it will know for ever. So whoever writes something down and whoever reports agree on an order
 * that no clock decides, neither one that was put back nor those of several servers: a mark that only rises, the latest instant anybody
 * reported on. A report raises the mark first, and then waits for those who were writing by then; who begins to write later reads the
 * mark and writes down a later instant. Of SQLite the mark is a row, since one writes after the other; of PostgreSQL a sequence
 * (migration 0056), which everybody sees as it is now, also from a transaction that began earlier.
 */
const NAME = 'knownMs'
const SEQUENCE = sql.table('knownMs')
/** Advisory locks of PostgreSQL, two numbers each: shared by those who write; and of the one who raises the mark. */
const LOCKS = 0x0c12
const [WRITING, RAISING] = [1, 2]
const LOOK_MS = 5
/** A transaction that takes longer is stuck; a report that cannot know how it ends is refused. */
const LONGEST_MS = 5_000

const iso = (ms: number) => new Date(ms).toISOString()
const query = <T>(db: Read | Tx, asked: RawBuilder<T>) => asked.execute(db as Tx).then(({ rows }) => rows)

async function markOf(db: Read | Tx): Promise<number> {
  const [row] =
    engineOf(db as Handle) === 'postgres'
      ? await query(db, sql<{ ms: number | string }>`select last_value as ms from ${SEQUENCE}`)
      : await query(db, sql<{ ms: number }>`select next as ms from sequences where name = ${NAME}`)
  return Number(row?.ms ?? 0)
}

const instants = new WeakMap<Tx, Promise<string>>()
/** The instant under which this transaction writes things down: `now`, but after whatever was reported on. One for all it writes. */
export function recordingAt(tx: Tx, now: string): Promise<string> {
  const known = instants.get(tx)
  if (known) return known
  const drawn = draw(tx, now)
  instants.set(tx, drawn)
  return drawn
}
async function draw(tx: Tx, now: string): Promise<string> {
  // First the lock, then the mark: who reports sees the lock, or this one sees the mark.
  if (engineOf(tx) === 'postgres')
    await query(tx, sql`select pg_advisory_xact_lock_shared(${LOCKS}::int, ${WRITING}::int)`)
  return iso(Math.max(Date.parse(now), (await markOf(tx)) + 1))
}

export interface Asked {
  readonly now: string
  /** The latest instant something was written down under. */
  readonly last: string
  readonly knownAt: string | undefined
}
/**
 * The instant a report is of, with all that will ever be written down under it committed: the one asked for, at most now (or what is
 * written down under a clock that goes ahead). BusyError where somebody writes for longer than a report can wait.
 */
export async function reportingAt(
  store: Store,
  { knownAt, last, now }: Asked,
  { longestMs = LONGEST_MS } = {},
): Promise<string> {
  const before = await markOf(store.read)
  const latest = [now, last, iso(before)].reduce((one, other) => (one > other ? one : other))
  const at = knownAt !== undefined && knownAt < latest ? knownAt : latest
  const ms = Date.parse(at)
  if (ms > before) await raised(store, ms)
  if (store.engine === 'postgres') await written(store, longestMs)
  return at
}

/** On a full disk nobody writes anything down either: reading goes on, and what is written later has a later clock. */
async function raised(store: Store, ms: number): Promise<void> {
  try {
    await store.tx((tx) => raise(tx, ms))
  } catch (error) {
    if (!isDiskFull(error)) throw error
  }
}

async function raise(tx: Tx, ms: number): Promise<void> {
  if (engineOf(tx) === 'sqlite') {
    await query(
      tx,
      sql`insert into sequences (name, next) values (${NAME}, ${ms}) on conflict (name) do update set next = max(next, excluded.next)`,
    )
    return
  }
  await query(tx, sql`select pg_advisory_xact_lock(${LOCKS}::int, ${RAISING}::int)`)
  if ((await markOf(tx)) < ms) await query(tx, sql`select setval(${`"${NAME}"`}::regclass, ${ms}::bigint)`)
}

/** Those who were writing when it was called have committed or given up. */
async function written(store: Store, longestMs: number): Promise<void> {
  const writing = async () =>
    (
      await query(
        store.read,
        sql<{ key: string }>`select virtualtransaction as key from pg_locks
          where locktype = 'advisory' and classid = ${LOCKS} and objid = ${WRITING} and objsubid = 2
            and database = (select oid from pg_database where datname = current_database())`,
      )
    ).map(({ key }) => key)
  let waitedFor = new Set(await writing())
  for (const until = performance.now() + longestMs; waitedFor.size > 0;) {
    if (performance.now() > until) throw new BusyError(undefined, '有账目正在记入,还不能给出以后不变的数,请稍后再试')
    await sleep(LOOK_MS)
    const still = await writing()
    waitedFor = new Set(still.filter((key) => waitedFor.has(key)))
  }
}
