import { stat } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { inTurn } from './inTurn.ts'
import type { WorkerReply, WorkerTask } from './sheet.worker.ts'
import { MAX_BYTES, MAX_ROWS } from './table.ts'
import type { Table, TableLimits, TableMeta, TableOptions, TableRows } from './table.ts'
import { damaged, TableError, tooBigFile, tooMuchContent } from './tableError.ts'

const SMALL_BYTES = 4 * 1024 * 1024
const SMALL_MS = 15_000
const LARGE_MS = 30_000
/** A table that nobody asks for rows any more must not keep its worker for ever. */
const IDLE_MS = 10 * 60_000
/** Old space holds the cells; a hostile file ends its worker, not the server. */
const HEAP = { maxOldGenerationSizeMb: 1024, maxYoungGenerationSizeMb: 64, stackSizeMb: 4 }

/** A table whose rows wait in a worker. `batches()` may be walked once and closes at its end; else call `close()`. */
export type OpenTable = TableMeta & { batches: () => AsyncIterable<TableRows>; close: () => Promise<void> }

/** Reads on a worker; the main thread only takes in batches of at most 500 rows. Throws TableError. */
export const openTable = async (file: string, options: TableOptions = {}): Promise<OpenTable> => {
  const limits: TableLimits = { maxRows: MAX_ROWS, maxBytes: MAX_BYTES, ...options }
  const bytes = await fileSize(file)
  if (bytes > limits.maxBytes) throw tooBigFile(limits.maxBytes)
  const { timeoutMs = bytes > SMALL_BYTES ? LARGE_MS : SMALL_MS } = options
  return inTurn(() => open({ file, limits }, timeoutMs))
}

/** The whole table at once, for previews and small files. */
export const readTable = async (file: string, options: TableOptions = {}): Promise<Table> => {
  const { batches, close, ...meta } = await openTable(file, options)
  const table: Table = { ...meta, rowNumbers: [], rows: [] }
  try {
    for await (const { rowNumbers, rows } of batches()) {
      table.rowNumbers.push(...rowNumbers)
      table.rows.push(...rows)
    }
  } finally {
    await close()
  }
  return table
}

const fileSize = async (file: string) => {
  try {
    return (await stat(file)).size
  } catch {
    throw new TableError('table_unreadable', '文件打不开或已被删除,请重新上传')
  }
}

const open = async (task: WorkerTask, timeoutMs: number): Promise<OpenTable> => {
  const worker = new Worker(new URL('./sheet.worker.ts', import.meta.url), {
    workerData: task,
    resourceLimits: HEAP,
    execArgv: [],
  })
  // Between two questions nobody listens, and an unheard error would end the server.
  worker.on('error', () => {})
  const close = async () => {
    await worker.terminate()
  }
  try {
    const first = await nextReply(worker, timeoutMs)
    if (first.type !== 'ready') throw damaged()
    const idle = setTimeout(() => void worker.terminate(), IDLE_MS).unref()
    worker.once('exit', () => clearTimeout(idle))
    return { ...first.meta, batches: () => walk(worker, idle), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function* walk(worker: Worker, idle: NodeJS.Timeout): AsyncGenerator<TableRows> {
  try {
    for (;;) {
      idle.refresh()
      worker.postMessage('next')
      const batch = await nextReply(worker, SMALL_MS)
      if (batch.type !== 'batch') throw damaged()
      if (!batch.rows.length) return
      yield { rowNumbers: batch.rowNumbers, rows: batch.rows }
    }
  } finally {
    await worker.terminate()
  }
}

/** The next message, or the refusal that it, the worker's death or the clock stands for. The caller ends the worker. */
const nextReply = (worker: Worker, timeoutMs: number) =>
  new Promise<WorkerReply>((resolve, reject) => {
    if (worker.threadId < 0) return reject(closed())
    const settle = (done: () => void) => {
      clearTimeout(timer)
      worker.off('message', onMessage).off('error', onError).off('exit', onExit)
      worker.unref()
      done()
    }
    const onMessage = (reply: WorkerReply) =>
      settle(() => {
        if (reply.type === 'failed') reject(new TableError(reply.code, reply.message))
        else resolve(reply)
      })
    const onError = (error: Error & { code?: string }) =>
      settle(() => reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooMuchContent() : damaged()))
    const onExit = () => settle(() => reject(tookTooLong()))
    const timer = setTimeout(() => settle(() => reject(tookTooLong())), timeoutMs)
    worker.ref()
    worker.on('message', onMessage).on('error', onError).on('exit', onExit)
  })

const tookTooLong = () =>
  new TableError('table_timeout', '表格读取时间过长,请只保留要导入的工作表,复制到新的工作簿再导入')

const closed = () => new TableError('table_timeout', '表格已关闭,请重新上传')
