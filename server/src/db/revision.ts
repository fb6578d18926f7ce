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
  const memories = new WeakMap<object, { version: string; answers: Map<string, Promise<T>> }>()
  return async (db, key, ask) => {
    const versionOf = versions.get(db)
    if (!versionOf) return ask()
    const now = versionOf()
    let memory = memories.get(db)
    if (memory?.version !== now) memories.set(db, (memory = { version: now, answers: new Map() }))
    const { answers } = memory
    const known = answers.get(key)
    if (known) return known
    // Kept from the start, so that ten who ask at once cost one question; at the next commit nobody looks at these any more.
    const answer = ask()
    if (answers.size < MOST_REMEMBERED) {
      answers.set(key, answer)
      // What is not there is not kept: guesses would push out what is.
      const forget = () => void answers.delete(key)
      answer.then((found) => found === undefined && forget(), forget)
    }
    return answer
  }
}
