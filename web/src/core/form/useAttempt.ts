import { ref, shallowRef } from 'vue'
import { isProblem } from '../server/problem'

/** Then somebody else was quicker, and what is on screen is no longer so. */
const OUTDATED = ['stale_version', 'not_found', 'illegal_move'] as const

/**
 * The steps a page offers for its rows, one after the other: `failure` says why the last was refused, `isBusy` that one is
 * under way. `refresh` loads again what turned out to be out of date, or `always` whatever came of it. True = it was done.
 */
export function useAttempt(refresh: () => Promise<unknown> = async () => {}, when: 'outdated' | 'always' = 'outdated') {
  const failure = shallowRef<unknown>(null)
  const isBusy = ref(false)
  async function attempt(work: () => Promise<unknown>): Promise<boolean> {
    if (isBusy.value) return false
    failure.value = null
    isBusy.value = true
    try {
      await work()
      return true
    } catch (error) {
      failure.value = error
      if (when === 'outdated' && OUTDATED.some((code) => isProblem(error, code))) await refresh()
      return false
    } finally {
      isBusy.value = false
      if (when === 'always') await refresh()
    }
  }
  return { attempt, failure, isBusy }
}
