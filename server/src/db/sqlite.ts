import { EventEmitter } from 'node:events'
import type { Statement } from 'better-sqlite3'
import { Kysely } from 'kysely'
import type { DatabaseConnection, Driver } from 'kysely'
import { type BulkWriter, type GiveWay, openBulk, openGiveWay } from './bulk.ts'
import { type Checkpoints, openCheckpoints } from './checkpoints.ts'
import { gate } from './gate.ts'
import { groupCommit, whenFree } from './groupCommit.ts'
import { newRun, txGuard } from './guard.ts'
import { twoLanes } from './lanes.ts'
import { leased } from './leases.ts'
import { openReader } from './reader.ts'
import { countChanges } from './revision.ts'
import type { Reader } from './reader.ts'
import type { DB } from './schema.ts'
import { isBusy, openRaw, sqliteConnection, sqliteDialect, sqliteVersion } from './sqlite.connection.ts'
import type { Raw } from './sqlite.connection.ts'
import { BusyError } from './store.ts'
import type { Read, SqliteStore } from './store.ts'
import { willWake } from './wake.ts'

export { integrity, snapshot } from './maintenance.ts'

/** How long another process (a restore, the command line) may hold the write lock before a user is told. */
const LOCK_WAIT_MS = 5_000
/** Writers of this process queue; beyond this the person at the other end has given up. */
const QUEUE_WAIT_MS = 30_000
/** 400 MB of log: the threads that bring it home have fallen far behind or died. */
const LAST_RESORT_PAGES = 100_000

interface Handles {
  writer: Raw
  write: DatabaseConnection
  reader: Raw
  read: DatabaseConnection
  /** A number of SQLite's that changes with every commit by anybody else than the read handle, which makes none. */
  changes: Statement
  heavy: Reader
  bulk: BulkWriter
  checkpoints: Checkpoints
}

/** Opens (and creates) the file. Two handles: one that writes, one that can only read. */
export function openSqlite(file: string, { lockWaitMs = LOCK_WAIT_MS } = {}): SqliteStore {
  const guard = txGuard()
  const writers = gate(1, QUEUE_WAIT_MS)
  const notices = new EventEmitter().setMaxListeners(0)
  let handles: Handles | undefined = open(file, pauseWriters, isBulky)

  const current = (): Handles => {
    if (!handles) throw new BusyError()
    return handles
  }
  const rules = { guard, arraysAllowed: false }
  const read = new Kysely<DB>({
    dialect: sqliteDialect(
      leased(
        readDriver(() => current().read, lockWaitMs),
        { ...rules, refusedInTx: 'read' },
      ),
    ),
  })
  let openings = 0
  countChanges(read, () => `${openings} ${current().changes.get() as number}`)
  /** Bulk work under way or about to begin: whoever comes to write behind it asks it to end soon. */
  const bulkWork = new Set<GiveWay>()
  const waiting = new Set<() => void>()
  const enter = () => {
    for (const work of bulkWork) work.ask()
    return writers.enter()
  }
  const group = groupCommit(current, enter, { lockWaitMs, committed: () => current().checkpoints.written() })
  const write = new Kysely<DB>({ dialect: sqliteDialect(leased(group.driver, rules)) })

  /** The gate, with everything before committed. */
  async function alone() {
    const leave = await enter()
    group.settle()
    return leave
  }
  function isBulky(): boolean {
    return bulkWork.size > 0
  }
  /** The same for housekeeping, which can wait until bulk work is done. */
  async function pauseWriters() {
    const leave = await writers.enter()
    group.settle()
    return leave
  }

  async function shut() {
    const { bulk, checkpoints, heavy, reader, writer } = current()
    handles = undefined
    await bulk.close()
    await heavy.close()
    await checkpoints.close()
    reader.close()
    // The writer last: a read-only handle could not bring the log home.
    try {
      writer.pragma('wal_checkpoint(TRUNCATE)')
    } finally {
      writer.close()
    }
  }

  return {
    engine: 'sqlite',
    file,
    read: read as unknown as Read,
    async tx(work) {
      guard.refuseInside('tx()')
      const run = newRun()
      const result = await write.transaction().execute((tx) => {
        willWake(tx, run.channels)
        return guard.within(run, () => work(tx))
      })
      for (const channel of run.channels) notices.emit(channel)
      return result
    },
    async heavy<T>({ sql, parameters }: { sql: string; parameters: readonly unknown[] }) {
      guard.refuseInside('heavy()')
      return current().heavy.ask<T>({ verb: 'query', sql, parameters })
    },
    async bulk(step, inputs) {
      guard.refuseInside('bulk()')
      const loading = current().bulk.load(step)
      if (loading) await loading
      if (inputs.length === 0) return { results: [], tookMs: 0 }
      const entering = alone()
      const giveWay = openGiveWay()
      bulkWork.add(giveWay)
      try {
        const leave = await entering
        try {
          const { bulk, checkpoints } = current()
          const { channels, ...done } = await bulk.run<never>(step, inputs, giveWay)
          checkpoints.written()
          for (const channel of channels) notices.emit(channel)
          return done
        } catch (error) {
          throw isBusy(error) ? new BusyError(error) : error
        } finally {
          leave()
        }
      } finally {
        bulkWork.delete(giveWay)
        if (!isBulky()) for (const wake of waiting) wake()
      }
    },
    async whenQuiet() {
      while (isBulky()) await new Promise<void>((wake) => waiting.add(wake)).finally(() => waiting.clear())
    },
    async notify(_tx, channel) {
      const run = guard.current()
      if (!run) throw new Error('notify() belongs inside tx()')
      run.channels.add(channel)
    },
    listen(channel, wake) {
      // Off the committing request's stack: a listener's failure is not the writer's.
      const soon = () => setImmediate(wake)
      notices.on(channel, soon)
      return () => void notices.off(channel, soon)
    },
    async whileClosed(work) {
      guard.refuseInside('whileClosed()')
      const leave = await alone()
      try {
        await shut()
        try {
          return await work()
        } finally {
          handles = open(file, pauseWriters, isBulky)
          openings++
        }
      } finally {
        leave()
      }
    },
    async health() {
      const { writer } = current()
      return {
        engine: 'sqlite',
        version: sqliteVersion(writer),
        journalMode: writer.pragma('journal_mode', { simple: true }) as string,
        synchronous: writer.pragma('synchronous', { simple: true }) as number,
        foreignKeys: writer.pragma('foreign_keys', { simple: true }) === 1,
      }
    },
    async close() {
      const leave = await alone()
      try {
        if (handles) await shut()
      } finally {
        leave()
      }
    },
  }
}

function open(file: string, pauseWriters: () => Promise<() => void>, isBulky: () => boolean): Handles {
  const writer = openRaw(file, 'write')
  try {
    const reader = openRaw(file, 'read')
    writer.pragma(`wal_autocheckpoint = ${LAST_RESORT_PAGES}`)
    // What a savepoint may have to undo: kept in memory rather than in a file.
    writer.pragma('temp_store = memory')
    const heavy = openReader(file)
    const checkpoints = openCheckpoints(file, pauseWriters, isBulky)
    const changes = reader.prepare('pragma data_version').pluck()
    return {
      writer,
      write: sqliteConnection(writer),
      reader,
      read: twoLanes(sqliteConnection(reader), heavy),
      changes,
      heavy,
      bulk: openBulk(file),
      checkpoints,
    }
  } catch (error) {
    writer.close()
    throw error
  }
}

function readDriver(connection: () => DatabaseConnection, lockWaitMs: number): Driver {
  const refused = async () => {
    throw new Error('no transaction on the read handle: use tx()')
  }
  return {
    init: async () => {},
    acquireConnection: async () => ({
      executeQuery: (query) => whenFree(() => connection().executeQuery(query), lockWaitMs),
      streamQuery: (query, size) => connection().streamQuery(query, size),
    }),
    beginTransaction: refused,
    commitTransaction: refused,
    rollbackTransaction: refused,
    releaseConnection: async () => {},
    destroy: async () => {},
  }
}
