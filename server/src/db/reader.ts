import { Worker } from 'node:worker_threads'
import type { LoadRequest, StepRequest } from './bulk.worker.ts'
import type { ReaderReply, ReaderRequest } from './reader.worker.ts'
import { BusyError } from './store.ts'

type Request = Exclude<ReaderRequest, { verb: 'more' }> | StepRequest | LoadRequest

/** Runs work on a thread of its own with a connection of its own. */
export interface Reader {
  /** `took` hears how long the thread worked for it, without the time it waited. */
  ask<T>(request: Request, took?: (ms: number) => void): Promise<T[]>
  /** Questions not answered yet. */
  readonly pending: number
  /** Whether the thread runs; nobody is woken by asking. */
  readonly isRunning: boolean
  /** Whether the thread runs; one that sleeps is woken, for the next time. */
  isAwake(): boolean
  /** Waits for what is under way and refuses what comes later. */
  close(): Promise<void>
}

export interface ReaderLimits {
  /** An idle thread holds about 15 MB. */
  idleMs: number
  /** A request that takes longer is given up: its caller gets a BusyError, the next one a new thread. */
  longestMs: number
}

const STATISTICS: ReaderLimits = { idleMs: 60_000, longestMs: 120_000 }
const READER = new URL('./reader.worker.ts', import.meta.url)

/** One thread, started at the first request, one request at a time. */
export function openReader(file: string, { idleMs, longestMs } = STATISTICS, program = READER): Reader {
  let worker: Worker | undefined
  let pending = 0
  let closed = false
  let last: Promise<unknown> = Promise.resolve()
  let idle: NodeJS.Timeout | undefined

  function start(): Worker {
    const started = new Worker(program, { workerData: { file }, execArgv: [] })
    // Whoever is waiting hears of it in converse(); without a listener here a crash between requests would end the server.
    started.on('error', () => {})
    started.on('exit', () => {
      if (worker === started) worker = undefined
    })
    return started
  }

  async function run<T>(request: Request, took?: (ms: number) => void): Promise<T[]> {
    clearTimeout(idle)
    worker ??= start()
    try {
      return await converse<T>(worker, request, { longestMs, took })
    } catch (error) {
      // Not awaited: SQLite cannot be interrupted from here, the thread ends when its query does.
      if (error instanceof BusyError) void stop()
      throw error
    } finally {
      worker?.unref()
      idle = setTimeout(() => void stop(), idleMs).unref()
    }
  }

  async function stop() {
    clearTimeout(idle)
    const ended = worker
    worker = undefined
    await ended?.terminate()
  }

  function ask<T>(request: Request, took?: (ms: number) => void): Promise<T[]> {
    if (closed) return Promise.reject(new BusyError())
    pending++
    const answer = last.then(() => run<T>(request, took)).finally(() => pending--)
    last = answer.catch(() => {})
    return answer
  }

  return {
    ask,
    get pending() {
      return pending
    },
    get isRunning() {
      return worker !== undefined
    },
    isAwake() {
      // Whoever asks next hears of what is wrong with the thread.
      if (!worker && !closed) ask({ verb: 'query', sql: 'select 1', parameters: [] }).catch(() => {})
      return worker !== undefined && !closed
    },
    async close() {
      closed = true
      await last
      await stop()
    },
  }
}

/** Asks and gathers the parts. Each next part is asked for in a turn of its own, so that the event loop breathes between them. */
function converse<T>(
  worker: Worker,
  request: Request,
  { longestMs, took }: { longestMs: number; took: ((ms: number) => void) | undefined },
): Promise<T[]> {
  return new Promise((resolve, reject) => {
    const rows: T[] = []
    const end = (settle: () => void) => {
      clearTimeout(limit)
      worker.off('message', onMessage).off('error', onError).off('exit', onExit)
      settle()
    }
    const onError = (error: unknown) => end(() => reject(error))
    const onExit = () => end(() => reject(new Error('the reader thread ended')))
    const onMessage = (reply: ReaderReply) => {
      if ('error' in reply) return end(() => reject(Object.assign(new Error(reply.error.message), reply.error)))
      for (const row of reply.rows) rows.push(row as T)
      if (reply.last) {
        if (reply.tookMs !== undefined) took?.(reply.tookMs)
        return end(() => resolve(rows))
      }
      setImmediate(() => worker.postMessage({ verb: 'more' } satisfies ReaderRequest))
    }
    const limit = setTimeout(() => end(() => reject(new BusyError('a heavy query took too long'))), longestMs)
    worker.on('message', onMessage).on('error', onError).on('exit', onExit)
    worker.ref()
    worker.postMessage(request)
  })
}
