import { openReader } from './reader.ts'

/** Soon enough that the log stays small, seldom enough that a busy minute pays for few of them. */
const SOON_MS = 500
const LIMITS = { idleMs: 60_000, longestMs: 120_000 }
/** 16 MB: from here on the log must be begun anew, which it only is when nobody writes while the last of it is brought home. */
const LONG_PAGES = 4_000
/** As SQLite counts them: how long the log is and how much of it is home. */
interface Progress {
  readonly log: number
  readonly checkpointed: number
}

export interface Checkpoints {
  /** Something was committed: the log is brought home soon. */
  written(): void
  close(): Promise<void>
}

/**
 * Copies the log into the database on a thread of its own. SQLite itself does it inside the commit that makes the log 4 MB long, which
 * then takes 50-130 ms (measured while importing into 60 MB): a stall of the event loop for everybody. `pause` keeps writers waiting
 * until its answer is called: while one commits after another (an import) the log never is home whole and would grow without end.
 * While `isBulky`, bulk work on another thread looks after its log itself: two threads would copy the same pages and be in its way.
 */
export function openCheckpoints(file: string, pause: () => Promise<() => void>, isBulky: () => boolean): Checkpoints {
  const thread = openReader(file, LIMITS)
  let timer: NodeJS.Timeout | undefined
  let underWay = false
  let closed = false

  const copy = async () => (await thread.ask<Progress>({ verb: 'checkpoint' }))[0]
  async function copyAll() {
    const first = await copy()
    // Not home though nobody writes in between: a long reader (a backup) is still in it.
    if (!first || first.log < LONG_PAGES || first.checkpointed < first.log || closed) return
    // Most of it is home by now: what came in meanwhile takes milliseconds.
    const goOn = await pause()
    try {
      if (!closed) await copy()
    } finally {
      goOn()
    }
  }
  async function run() {
    timer = undefined
    if (isBulky()) return written()
    underWay = true
    // What this one leaves the next one takes; the writer's own limit stands behind both.
    await copyAll().catch(() => {})
    underWay = false
  }
  function written() {
    if (timer || underWay) return
    timer = setTimeout(() => void run(), SOON_MS).unref()
  }
  return {
    written,
    async close() {
      closed = true
      clearTimeout(timer)
      await thread.close()
    },
  }
}
