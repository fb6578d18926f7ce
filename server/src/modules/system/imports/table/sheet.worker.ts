import { parentPort, workerData } from 'node:worker_threads'
import { loadTable } from './loadTable.ts'
import type { Table, TableLimits, TableMeta, TableRows } from './table.ts'
import { damaged, TableError, type TableErrorCode } from './tableError.ts'

/** `ready` comes once, then one `batch` for every message received; an empty batch is the end. */
export type WorkerReply =
  | { type: 'ready'; meta: TableMeta }
  | { type: 'failed'; code: TableErrorCode; message: string }
  | ({ type: 'batch' } & TableRows)

export type WorkerTask = { file: string; limits: TableLimits }

/** Bounds of one message, so that taking it in keeps the main thread busy for a few ms only. */
const BATCH_ROWS = 500
const BATCH_CELLS = 6_000
const BATCH_CHARS = 400_000

// SheetJS remarks on odd files; a hostile one could flood the log of the server.
Object.assign(console, { log() {}, warn() {}, error() {} })

const port = parentPort!
const reply = (message: WorkerReply) => port.postMessage(message)

const serve = ({ rows, rowNumbers, ...meta }: Table) => {
  let at = 0
  port.on('message', () => {
    const start = at
    let chars = 0
    while (at < rows.length && at - start < BATCH_ROWS && chars < BATCH_CHARS) {
      if (at > start && (at - start) * meta.headers.length >= BATCH_CELLS) break
      for (const cell of rows[at]!) chars += cell.length
      at++
    }
    reply({ type: 'batch', rowNumbers: rowNumbers.slice(start, at), rows: rows.slice(start, at) })
  })
  reply({ type: 'ready', meta })
}

const { file, limits } = workerData as WorkerTask
try {
  serve(await loadTable(file, limits))
} catch (error) {
  const { code, message } = error instanceof TableError ? error : damaged()
  reply({ type: 'failed', code, message })
}
