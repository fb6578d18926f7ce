import type { StepDone } from './bulk.worker.ts'
import { openReader } from './reader.ts'

/** A step is short; whoever holds the write lock for this long has hung. */
const LIMITS = { idleMs: 5_000, longestMs: 60_000 }
const PROGRAM = new URL('./bulk.worker.ts', import.meta.url)

export interface BulkWriter {
  /** The caller holds the gate of writers meanwhile. */
  run<T>(step: URL, input: unknown): Promise<StepDone<T>>
  close(): Promise<void>
}

/**
 * Writes on a thread of its own, for bulk work only: a hundred rows touch hundreds of pages, and bringing those to the disk took up to
 * two seconds on a busy machine, during which nobody's list opened.
 */
export function openBulk(file: string): BulkWriter {
  const thread = openReader(file, LIMITS, PROGRAM)
  return {
    async run<T>(step: URL, input: unknown) {
      const [done] = await thread.ask<StepDone<T>>({ verb: 'step', step: step.href, input })
      return done!
    },
    close: thread.close,
  }
}
