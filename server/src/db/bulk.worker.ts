import { parentPort, workerData } from 'node:worker_threads'
import { Kysely, type Driver } from 'kysely'
import { newRun, txGuard } from './guard.ts'
import { leased } from './leases.ts'
import type { ReaderReply } from './reader.worker.ts'
import type { DB } from './schema.ts'
import { openRaw, sqliteConnection, sqliteDialect } from './sqlite.connection.ts'
import type { Tx } from './store.ts'
import { willWake } from './wake.ts'

export interface StepRequest {
  readonly verb: 'step'
  /** The file whose `step` is run. */
  readonly step: string
  readonly input: unknown
}
export interface StepDone<T> {
  readonly result: T
  readonly tookMs: number
  readonly channels: readonly string[]
}

/** Twice the usual: bulk work comes back to the same pages of the indexes again and again. */
const CACHE_KB = 32_000
/** 16 MB of log: brought home by this thread, which nobody waits for, rather than by the next one to save something. */
const LOG_PAGES = 4_000

const { file } = workerData as { file: string }
const raw = openRaw(file, 'write')
// Another thread: waiting here blocks nobody.
for (const pragma of ['busy_timeout = 5000', `cache_size = -${CACHE_KB}`, `wal_autocheckpoint = ${LOG_PAGES}`])
  raw.pragma(pragma)
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

async function done({ step: href, input }: StepRequest): Promise<StepDone<unknown>> {
  const { step } = (await import(href)) as { step: (tx: Tx, input: unknown) => Promise<unknown> }
  const run = newRun()
  const begunAt = performance.now()
  const result = await db.transaction().execute((tx) => {
    willWake(tx, run.channels)
    return guard.within(run, () => step(tx, input))
  })
  return { result, tookMs: performance.now() - begunAt, channels: [...run.channels] }
}

async function answer(request: StepRequest): Promise<ReaderReply> {
  try {
    return { rows: [await done(request)], last: true }
  } catch (error) {
    const { message, code } = error as Error & { code?: string }
    return { error: code === undefined ? { message } : { message, code } }
  }
}
parentPort?.on('message', (request: StepRequest) => {
  void answer(request).then((reply) => parentPort?.postMessage(reply))
})
