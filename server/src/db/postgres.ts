import { setTimeout as sleep } from 'node:timers/promises'
import { Kysely, PostgresAdapter, PostgresDriver, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'
import type { DatabaseConnection, Driver } from 'kysely'
import { sql } from './sql.ts'
import { gate } from './gate.ts'
import { newRun, txGuard } from './guard.ts'
import { leased } from './leases.ts'
import { openNotices } from './notices.ts'
import { openPool } from './postgres.pool.ts'
import type { DB } from './schema.ts'
import { BusyError } from './store.ts'
import type { Read, Store, Tx } from './store.ts'

/** Serialization failure, deadlock, lock not had in time: nothing was changed and the same work may succeed a moment later. */
const REPEATABLE = new Set(['40001', '40P01', '55P03'])
const REPEATS = 5
/**
 * Between two transactions that take one place at the same time, the unique index may speak before the check that would have asked for a
 * repetition. A real double is still one the third time.
 */
const UNIQUE = '23505'
const UNIQUE_REPEATS = 2
const REPEAT_MS = 10
const QUEUE_WAIT_MS = 30_000
/** Statistics may not take all ten connections from people who work. */
const HEAVY_AT_ONCE = 4
/** Whoever wants the same rows waits for the locks of bulk work: the slice others get, see core/jobs/slices.ts. */
const BULK_MS = 25

interface Opened {
  driver: Driver
  ready: Promise<void>
}

export function openPostgres(url: string): Store {
  const guard = txGuard()
  const notices = openNotices(url)
  const repeaters = gate(1, QUEUE_WAIT_MS)
  const heavies = gate(HEAVY_AT_ONCE, QUEUE_WAIT_MS)
  let opened: Opened | undefined = open(url)

  const driver = delegating(() => opened)
  const rules = { guard, arraysAllowed: true }
  const read = kysely(leased(driver, { ...rules, refusedInTx: 'read' }))
  const serializable = kysely(leased(driver, rules))
    .transaction()
    .setIsolationLevel('serializable')
    .setAccessMode('read write')

  /** Waits for everybody who holds a connection. */
  async function shut() {
    const closing = opened
    opened = undefined
    await closing?.ready
    await closing?.driver.destroy()
  }

  const store: Store = {
    engine: 'postgres',
    read: read as unknown as Read,
    async tx(work) {
      guard.refuseInside('tx()')
      let leave = () => {}
      try {
        let doubles = 0
        for (let repeat = 0; ; repeat++) {
          const run = newRun()
          try {
            return await serializable.execute((tx) => guard.within(run, () => work(tx)))
          } catch (error) {
            // The work may have dressed the failure as something else; what spoiled the transaction decides.
            const reason = run.spoiled ?? error
            const { code = '' } = reason as { code?: string }
            if (code === UNIQUE ? doubles++ === UNIQUE_REPEATS : !REPEATABLE.has(code)) throw error
            if (repeat === REPEATS) throw new BusyError(reason)
          }
          // Losers of one race go one after the other instead of racing each other again.
          if (repeat === 0) leave = await repeaters.enter()
          await sleep(REPEAT_MS * 2 ** repeat * Math.random())
        }
      } finally {
        leave()
      }
    },
    async heavy<T>(query: Parameters<Store['heavy']>[0]) {
      guard.refuseInside('heavy()')
      const leave = await heavies.enter()
      try {
        return (await read.executeQuery(query)).rows as T[]
      } finally {
        leave()
      }
    },
    async bulk(file, inputs) {
      const { step } = (await import(file.href)) as { step: (tx: Tx, input: unknown) => Promise<never> }
      if (inputs.length === 0) return { results: [], tookMs: 0 }
      let begunAt = 0
      const tookMs = () => performance.now() - begunAt
      const results = await store.tx(async (tx) => {
        const done: Awaited<ReturnType<typeof step>>[] = []
        begunAt = performance.now()
        for (const input of inputs) {
          done.push(await step(tx, input))
          if (tookMs() > BULK_MS) break
        }
        return done
      })
      return { results, tookMs: tookMs() }
    },
    // Row locks: whoever seals writes other rows.
    async whenQuiet() {},
    async notify(tx, channel) {
      await sql`select pg_notify(${channel}, '')`.execute(tx)
    },
    listen: notices.listen,
    async whileClosed(work) {
      guard.refuseInside('whileClosed()')
      await shut()
      try {
        return await work()
      } finally {
        opened = open(url)
      }
    },
    async health() {
      const { rows } = await sql<{ server_version: string }>`show server_version`.execute(read)
      return { engine: 'postgres', version: rows[0]?.server_version ?? '' }
    },
    async close() {
      await notices.close()
      await shut()
    },
  }
  return store
}

function open(url: string): Opened {
  const driver = new PostgresDriver({ pool: openPool(url) })
  return { driver, ready: driver.init() }
}

function kysely(driver: Driver): Kysely<DB> {
  return new Kysely<DB>({
    dialect: {
      createDriver: () => driver,
      createAdapter: () => new PostgresAdapter(),
      createQueryCompiler: () => new PostgresQueryCompiler(),
      createIntrospector: (db) => new PostgresIntrospector(db),
    },
  })
}

/** A driver whose pool can be replaced underneath. A pool that is exhausted or being replaced is BusyError. */
function delegating(opened: () => Opened | undefined): Driver {
  const lenders = new WeakMap<DatabaseConnection, Driver>()
  // While the pool is being replaced, what was borrowed still goes back to its lender.
  const lenderOf = (connection: DatabaseConnection) => lenders.get(connection) as Driver
  return {
    init: async () => {},
    async acquireConnection() {
      const now = opened()
      if (!now) throw new BusyError()
      await now.ready
      try {
        const connection = await now.driver.acquireConnection()
        lenders.set(connection, now.driver)
        return connection
      } catch (error) {
        throw (error as Error).message.startsWith('timeout exceeded') ? new BusyError(error) : error
      }
    },
    beginTransaction: (connection, settings) => lenderOf(connection).beginTransaction(connection, settings),
    commitTransaction: (connection) => lenderOf(connection).commitTransaction(connection),
    rollbackTransaction: (connection) => lenderOf(connection).rollbackTransaction(connection),
    releaseConnection: (connection) => lenderOf(connection).releaseConnection(connection),
    destroy: async () => {},
  }
}
