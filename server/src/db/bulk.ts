import type { StepDone } from './bulk.worker.ts'
import { openReader } from './reader.ts'

/** A step is short; whoever holds the write lock for this long has hung. */
const LIMITS = { idleMs: 5_000, longestMs: 60_000 }
const PROGRAM = new URL('./bulk.worker.ts', import.meta.url)

/** How a writer at the gate tells the thread behind it. */
export interface GiveWay {
  readonly wanted: Int32Array
  ask(): void
}
export function openGiveWay(): GiveWay {
  const wanted = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  return { wanted, ask: () => void Atomics.store(wanted, 0, 1) }
}

export interface BulkWriter {
  /** Brings the thread and the file up, which takes a third of a second. Nothing to do while the thread runs on with it: null. */
  load(step: URL): Promise<unknown> | null
  /** The caller holds the gate of writers meanwhile. */
  run<T>(step: URL, inputs: readonly unknown[], giveWay: GiveWay): Promise<StepDone<T>>
  close(): Promise<void>
}

/**
 * Writes on a thread of its own, for bulk work only: a hundred rows touch hundreds of pages, and bringing those to the disk took up to
 * two seconds on a busy machine, during which nobody's list opened.
 */
export function openBulk(file: string): BulkWriter {
  const thread = openReader(file, LIMITS, PROGRAM)
  const loaded = new Set<string>()
  return {
    load({ href }) {
      if (!thread.isRunning) loaded.clear()
      // Behind work under way it would wait where nobody can ask that work to give way.
      if (loaded.has(href) || thread.pending > 0) return null
      // Whatever is wrong with the file is told by the step itself.
      return thread.ask({ verb: 'load', step: href }).then(
        () => void loaded.add(href),
        () => {},
      )
    },
    async run<T>(step: URL, inputs: readonly unknown[], { wanted }: GiveWay) {
      const [done] = await thread.ask<StepDone<T>>({ verb: 'step', step: step.href, inputs, wanted })
      return done!
    },
    close: thread.close,
  }
}
