import type { Handle } from './dialect.ts'

const counters = new WeakMap<object, () => number>()
const MOST_REMEMBERED = 2_000

/** For a store whose every change goes through this process: `commits` counts them. */
export const countCommits = (handle: object, commits: () => number): void => void counters.set(handle, commits)

/**
 * Answers that stay true while nothing is committed. SQLite belongs to one process (the folder is locked), which knows its own
 * commits; on PostgreSQL, where others write too, and inside transactions every question is asked anew.
 */
export function untilCommit<T>(): (db: Handle, key: string, ask: () => Promise<T>) => Promise<T> {
  let revision = -1
  let answers = new Map<string, T>()
  return async (db, key, ask) => {
    const commits = counters.get(db)
    if (!commits) return ask()
    const now = commits()
    if (now !== revision) [revision, answers] = [now, new Map()]
    const known = answers.get(key)
    if (known !== undefined) return known
    const answer = await ask()
    // Committed while we asked: the answer is right for this caller, but no longer for the next.
    if (answer !== undefined && commits() === revision && now === revision && answers.size < MOST_REMEMBERED) answers.set(key, answer)
    return answer
  }
}
