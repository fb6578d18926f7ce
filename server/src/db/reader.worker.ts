import { parentPort, workerData } from 'node:worker_threads'
import { type Thrown, thrown } from './thrown.ts'
import { openRaw, problemsOf, rememberingPrepare } from './sqlite.connection.ts'

/** What the main thread asks for. `more` asks for the next part of the answer that is under way. */
export type ReaderRequest =
  | { verb: 'query'; sql: string; parameters: readonly unknown[] }
  | { verb: 'vacuumInto'; target: string }
  | { verb: 'integrity' }
  | { verb: 'checkpoint' }
  | { verb: 'more' }

/** `tookMs`: how long the thread worked for it. */
export type ReaderReply = { rows: unknown[]; last: boolean; tookMs?: number } | { error: Thrown }

/** Cloning a part of this size costs the main thread 1-3 ms; the limit is 25. */
const PART_CELLS = 4_000
const PART_CHARS = 500_000

const { file } = workerData as { file: string }
const raw = openRaw(file, 'read')
// Another thread: waiting here blocks nobody.
raw.pragma('busy_timeout = 5000')
const prepare = rememberingPrepare(raw)
/** Only a handle that may write can bring the log home. */
let writer: ReturnType<typeof openRaw> | undefined
let rest: unknown[] = []
let tookMs = 0

parentPort?.on('message', (request: ReaderRequest) => {
  try {
    if (request.verb !== 'more') {
      const begunAt = performance.now()
      rest = answer(request)
      tookMs = performance.now() - begunAt
    }
    const part = rest.splice(0, partLength(rest))
    reply({ rows: part, last: rest.length === 0, tookMs })
  } catch (error) {
    rest = []
    reply({ error: thrown(error) })
  }
})

function reply(reply: ReaderReply) {
  parentPort?.postMessage(reply)
}

function answer(request: Exclude<ReaderRequest, { verb: 'more' }>): unknown[] {
  switch (request.verb) {
    case 'query':
      return prepare(request.sql).all(request.parameters)
    case 'vacuumInto':
      raw.prepare('vacuum into ?').run(request.target)
      return []
    case 'integrity':
      return problemsOf(raw)
    case 'checkpoint':
      // Passive: waits for nobody and holds up neither readers nor the writer.
      return (writer ??= openRaw(file, 'write')).pragma('wal_checkpoint(PASSIVE)') as unknown[]
  }
}

function partLength(rows: readonly unknown[]): number {
  let cells = 0
  let chars = 0
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]
    const values = typeof row === 'object' && row !== null ? Object.values(row) : [row]
    cells += values.length
    for (const value of values) {
      chars += typeof value === 'string' || value instanceof Uint8Array ? value.length : 0
    }
    if (cells > PART_CELLS || chars > PART_CHARS) return i + 1
  }
  return rows.length
}
