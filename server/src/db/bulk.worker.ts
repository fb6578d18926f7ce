import { parentPort, workerData } from 'node:worker_threads'
import { Kysely, type Driver } from 'kysely'
import { newRun, txGuard } from './guard.ts'
import { leased } from './leases.ts'
import type { ReaderReply } from './reader.worker.ts'
import type { DB } from './schema.ts'
import { openRaw, sqliteConnection, sqliteDialect } from './sqlite.connection.ts'
import type { Tx } from './store.ts'
import { thrown } from './thrown.ts'
import { willWake } from './wake.ts'

export interface StepRequest {
  readonly verb: 'step'
  /** The file whose `step` is run. */
  readonly step: string
  readonly inputs: readonly unknown[]
  /** Shared: not 0 as soon as somebody else waits to write. */
  readonly wanted: Int32Array
}
/** What the file of a step exports. */
interface StepFile {
  readonly step: (tx: Tx, input: unknown) => Promise<unknown>
  /**
   * The step answers for it that no reference it writes can point nowhere, nor anything point at what it removes. Looking would make SQLite
   * keep a journal of each statement: half the time of an UPDATE of many rows (51 to 23 µs a row, measured).
   */
  readonly pointsNowhereNew?: boolean
}
/** Comes ahead of the first step of a file, while others may still write. */
export interface LoadRequest {
  readonly verb: 'load'
  readonly step: string
}
export interface StepDone<T> {
  readonly results: readonly T[]
  readonly tookMs: number
  readonly channels: readonly string[]
}

/** Bulk work comes back to the same pages of the indexes again and again: those of 100,000 customers. Given back when the thread ends. */
const CACHE_KB = 128_000
/** 16 MB of log: brought home by this thread, which nobody waits for, rather than by the next one to save something. */
const LOG_PAGES = 4_000
/** 320 MB: home before more of the same work begins, which otherwise need not wait for it. */
const TOO_LONG_PAGES = 80_000
/** No further work came: a caller that has some sends it at once. */
const PAUSE_MS = 20
/** Other programs (the command line) wait for a lock no longer than five seconds. */
const LONGEST_MS = 3_000

const { file } = workerData as { file: string }
const raw = openRaw(file, 'write')
// Another thread: waiting here blocks nobody.
for (const pragma of ['busy_timeout = 5000', `cache_size = -${CACHE_KB}`, 'wal_autocheckpoint = 0']) raw.pragma(pragma)
const connection = sqliteConnection(raw)
const driver: Driver = {
  init: async () => {},
  acquireConnection: async () => connection,
  beginTransaction: async () => void raw.exec('begin immediate'),
  commitTransaction: async () => void raw.exec('commit'),
  rollbackTransaction: async () => void (raw.inTransaction && raw.exec('rollback')),
  releaseConnection: async () => {},
  destroy: async () => {},
}
const guard = txGuard()
const db = new Kysely<DB>({ dialect: sqliteDialect(leased(driver, { guard, arraysAllowed: false })) })

/** Undoes what was done for several while somebody began to wait. */
class GaveWay extends Error {}

/**
 * All inputs in one transaction: a page of an index that many rows share is then written once, not once for each hundred rows (a quarter of
 * the time, measured). When somebody else comes to write, everything is undone, which takes milliseconds, whereas its commit might take half a
 * second; the caller goes on with one at a time.
 */
async function done({ step: href, inputs, wanted }: StepRequest): Promise<StepDone<unknown>> {
  const { pointsNowhereNew = false, step } = (await import(href)) as StepFile
  // Outside a transaction: within one SQLite would not listen.
  raw.pragma(`foreign_keys = ${pointsNowhereNew ? 'OFF' : 'ON'}`)
  const run = newRun()
  const begunAt = performance.now()
  const elapsed = () => performance.now() - begunAt
  const work = async (tx: Tx) => {
    const results: unknown[] = []
    for (const input of inputs) {
      results.push(await step(tx, input))
      if (inputs.length > 1 && Atomics.load(wanted, 0) !== 0) throw new GaveWay()
      if (elapsed() > LONGEST_MS) break
    }
    return results
  }
  try {
    const results = await db.transaction().execute((tx) => {
      willWake(tx, run.channels)
      return guard.within(run, () => work(tx))
    })
    return { results, tookMs: elapsed(), channels: [...run.channels] }
  } catch (error) {
    if (error instanceof GaveWay) return { results: [], tookMs: elapsed(), channels: [] }
    throw error
  }
}

async function answer(request: StepRequest | LoadRequest): Promise<ReaderReply> {
  try {
    if (request.verb === 'load') {
      await import(request.step)
      return { rows: [], last: true }
    }
    return { rows: [await done(request)], last: true }
  } catch (error) {
    return { error: thrown(error) }
  }
}

/** After the answer: nobody waits for this but the next bulk work. */
function bringHome(least: number) {
  const [{ checkpointed, log }] = raw.pragma('wal_checkpoint(NOOP)') as [{ log: number; checkpointed: number }]
  if (log - checkpointed > least) raw.pragma('wal_checkpoint(PASSIVE)')
}

let paused: NodeJS.Timeout | undefined
parentPort?.on('message', (request: StepRequest | LoadRequest) => {
  clearTimeout(paused)
  void answer(request).then((reply) => {
    parentPort?.postMessage(reply)
    bringHome(TOO_LONG_PAGES)
    paused = setTimeout(bringHome, PAUSE_MS, LOG_PAGES)
  })
})
