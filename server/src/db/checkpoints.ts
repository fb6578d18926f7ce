import { openReader } from './reader.ts'

/** Soon enough that the log stays small, seldom enough that a busy minute pays for few of them. */
const SOON_MS = 500
const LIMITS = { idleMs: 60_000, longestMs: 120_000 }

export interface Checkpoints {
  /** Something was committed: the log is brought home soon. */
  written(): void
  close(): Promise<void>
}

/**
 * Copies the log into the database on a thread of its own. SQLite itself does it inside the commit that makes the log 4 MB long, which
 * then takes 50-130 ms (measured while importing into 60 MB): a stall of the event loop for everybody.
 */
export function openCheckpoints(file: string): Checkpoints {
  const thread = openReader(file, LIMITS)
  let timer: NodeJS.Timeout | undefined
  let underWay = false

  async function run() {
    timer = undefined
    underWay = true
    // What this one leaves the next one takes; the writer's own limit stands behind both.
    await thread.ask({ verb: 'checkpoint' }).catch(() => {})
    underWay = false
  }
  return {
    written() {
      if (timer || underWay) return
      timer = setTimeout(() => void run(), SOON_MS).unref()
    },
    async close() {
      clearTimeout(timer)
      await thread.close()
    },
  }
}
