import { openReader } from './reader.ts'

/** Soon enough that the log stays small, seldom enough that a busy minute pays for few of them. */
const SOON_MS = 500
/** Fewer commits in that time are not worth waking a thread for, which costs 25 MB while it is awake: the jobs' own, all night… */
const BURST_COMMITS = 5
/** …unless they have added up. */
const WORTH_COMMITS = 100
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
  /** Commits whose pages are still in the log, and how many of them were there when we last looked. */
  let waiting = 0
  let seen = 0

  async function run() {
    const taken = waiting
    if (taken - seen < BURST_COMMITS && taken < WORTH_COMMITS) {
      seen = taken
      timer = undefined
      return
    }
    // One that fails (the disk is full, say) is tried again after the next commits; the writer's own limit stands behind both.
    const done = await thread.ask({ verb: 'checkpoint' }).then(
      () => true,
      () => false,
    )
    if (done) waiting -= taken
    seen = waiting
    timer = undefined
  }
  return {
    written() {
      waiting++
      timer ??= setTimeout(() => void run(), SOON_MS).unref()
    },
    async close() {
      clearTimeout(timer)
      await thread.close()
    },
  }
}
