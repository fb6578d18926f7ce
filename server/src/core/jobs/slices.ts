import type { Bulk, Store, Tx } from '../../db/store.ts'

/** Half of the longest pause a typing user does not feel. */
const SLICE_MS = 25
/** Items fetched before a slice begins: inside a transaction nothing but the transaction may be awaited. */
const AHEAD = 500

export interface SliceOptions<R> {
  /** Longest time a slice may hold the event loop and the write lock, its commit included. */
  readonly sliceMs?: number
  /** Runs in the transaction of each slice, after its items: progress that must not be lost or told twice. */
  readonly finish?: (tx: Tx, results: readonly R[]) => Promise<void>
  /** After each commit. */
  readonly onSlice?: (results: readonly R[], done: number) => void
  readonly signal?: AbortSignal
}

/**
 * Bulk work as a chain of short transactions, so that everybody else goes on working. A slice ends when its time is up;
 * one that overran makes the next ones shorter. Stops between slices when `signal` is aborted; resolves to the items done.
 * `work` may run again for the same item (PostgreSQL repeats a transaction): what it learns it returns.
 */
export async function inSlices<T, R>(
  store: Store,
  items: AsyncIterable<T> | Iterable<T>,
  work: (tx: Tx, item: T) => Promise<R>,
  { sliceMs = SLICE_MS, finish, onSlice, signal }: SliceOptions<R> = {},
): Promise<number> {
  let budgetMs = sliceMs / 2
  let done = 0
  for await (const batch of batches(items)) {
    for (let from = 0; from < batch.length;) {
      if (signal?.aborted) return done
      let workedMs = 0
      let begunAt = 0
      const results = await store.tx(async (tx) => {
        begunAt = performance.now()
        const results: R[] = []
        do results.push(await work(tx, batch[from + results.length] as T))
        while (from + results.length < batch.length && performance.now() - begunAt < budgetMs)
        await finish?.(tx, results)
        workedMs = performance.now() - begunAt
        return results
      })
      // The commit, which nobody can interrupt either, takes its part of the slice.
      const wholeMs = Math.max(performance.now() - begunAt, workedMs)
      budgetMs =
        wholeMs > sliceMs ? Math.max(1, (budgetMs * sliceMs) / wholeMs / 1.5) : Math.min(sliceMs * 0.8, budgetMs * 1.1)
      from += results.length
      done += results.length
      onSlice?.(results, done)
      await new Promise((breathed) => setImmediate(breathed))
    }
  }
  return done
}

// So many take some 12 ms of processor: fewer would only pay for more commits.
const [FEWEST, MOST] = [200, 2_000]
/** In one go with others: half the statements, and whoever comes to save still waits less than a slice. */
const TOGETHER = 600
/** Some two seconds: so much is lost when somebody comes to save, but each commit writes the same pages of indexes again. */
const MOST_PARTS = 84
/** Parts of their own after somebody else had to wait, twice as many each time until all went well again: some save every few seconds, others all the time. */
const [SHY, SHYEST] = [4, 64]

/**
 * Bulk work in parts off the main thread (`Store.bulk`): all that is left in one go while nobody else writes; otherwise as many items at once
 * as keep other writers waiting no longer than a slice. Stops between parts when `signal` is aborted.
 */
export async function inParts<T>(
  items: readonly T[],
  work: (parts: readonly (readonly T[])[]) => Promise<Pick<Bulk<unknown>, 'results' | 'tookMs'>>,
  { sliceMs = SLICE_MS, signal }: Pick<SliceOptions<never>, 'sliceMs' | 'signal'> = {},
): Promise<void> {
  let size = FEWEST
  let shy = 0
  let shyNext = SHY
  for (let from = 0; from < items.length && !signal?.aborted;) {
    const parts =
      shy > 0 ? [items.slice(from, from + size)] : inPiecesOf(TOGETHER, items.slice(from, from + TOGETHER * MOST_PARTS))
    const { results, tookMs } = await work(parts)
    for (const part of parts.slice(0, results.length)) from += part.length
    if (parts.length > 1) {
      const isUndone = results.length === 0
      shy = isUndone ? shyNext : 0
      shyNext = isUndone ? Math.min(shyNext * 2, SHYEST) : SHY
    } else {
      shy--
      size = Math.round(Math.max(FEWEST, Math.min(MOST, size * 1.5, (size * sliceMs) / Math.max(1, tookMs))))
    }
  }
}
const inPiecesOf = <T>(size: number, items: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size))

async function* batches<T>(items: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T[]> {
  let batch: T[] = []
  for await (const item of items) {
    batch.push(item)
    if (batch.length < AHEAD) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
