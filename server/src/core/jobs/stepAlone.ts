import type { Step, Store } from '../../db/store.ts'
import { asThrown } from '../problem.ts'

/**
 * One piece of work as one transaction, all or nothing, off the thread that answers requests (`Store.bulk`): for what takes longer than
 * nobody feels. Refusals arrive as the step has thrown them.
 */
export async function stepAlone<S extends Step>(
  store: Store,
  file: URL,
  input: Parameters<S>[1],
): Promise<Awaited<ReturnType<S>>> {
  try {
    const { results } = await store.bulk<S>(file, [input])
    return results[0]!
  } catch (error) {
    throw asThrown(error)
  }
}
