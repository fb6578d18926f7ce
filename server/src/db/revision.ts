import type { Handle } from './dialect.ts'

const versions = new WeakMap<object, () => string>()
const MOST_REMEMBERED = 2_000

/** For a store that can tell cheaply whether anything was committed: `version` differs when something was. */
export const countChanges = (handle: object, version: () => string): void => void versions.set(handle, version)

/**
 * Answers that stay true while nothing is committed, by this process or another. On PostgreSQL, which has no such cheap
 * number, and inside transactions every question is asked anew.
 */
export function untilCommit<T>(): (db: Handle, key: string, ask: () => Promise<T>) => Promise<T> {
  // Each handle counts for itself: two stores of one process may say the same version of different states.
  const memories = new WeakMap<object, { version: string; answers: Map<string, T> }>()
  return async (db, key, ask) => {
    const versionOf = versions.get(db)
    if (!versionOf) return ask()
    const now = versionOf()
    let memory = memories.get(db)
    if (memory?.version !== now) memories.set(db, (memory = { version: now, answers: new Map() }))
    const known = memory.answers.get(key)
    if (known !== undefined) return known
    const answer = await ask()
    // Committed while we asked: the answer is right for this caller, but no longer for the next.
    if (answer !== undefined && versionOf() === now && memory.answers.size < MOST_REMEMBERED)
      memory.answers.set(key, answer)
    return answer
  }
}
