import { ProblemError } from '../../../core/problem.ts'
import { inSlices, type SliceOptions } from '../../../core/jobs/slices.ts'
import { isForeignKeyViolation, isUniqueViolation } from '../../../db/trouble.ts'
import type { Store, Tx } from '../../../db/store.ts'

/** A row's own failure: its slice is rolled back, the row is set apart, the others go on. */
class RowTrouble extends Error {
  readonly rowId: number
  /** Another writer may have been faster: worth one more look. */
  readonly isRace: boolean
  constructor(rowId: number, message: string, isRace: boolean) {
    super(message)
    this.name = 'RowTrouble'
    this.rowId = rowId
    this.isRace = isRace
  }
}

function troubleOf(rowId: number, error: unknown): RowTrouble | null {
  if (error instanceof ProblemError)
    return new RowTrouble(
      rowId,
      error.message,
      error.code === 'taken' || error.code === 'duplicate' || error.code === 'stale_version',
    )
  if (isUniqueViolation(error)) return new RowTrouble(rowId, '与刚刚保存的资料重复', true)
  if (isForeignKeyViolation(error)) return new RowTrouble(rowId, '已有关联的资料', false)
  return null
}

/**
 * `inSlices` for rows of which single ones may fail: `work` is called again for such a row with what went wrong, to write it down.
 * A statement that fails spoils its whole transaction, so the slice is repeated without it.
 */
export async function inSlicesApart<T extends { readonly id: number }, R>(
  store: Store,
  rows: readonly T[],
  work: (tx: Tx, row: T, trouble: string | null) => Promise<R>,
  options: Omit<SliceOptions<R>, 'onSlice'> = {},
): Promise<void> {
  const told = new Map<number, string>()
  const raced = new Set<number>()
  let rest = rows
  for (;;) {
    let done = 0
    try {
      await inSlices(
        store,
        rest,
        async (tx, row) => {
          try {
            return await work(tx, row, told.get(row.id) ?? null)
          } catch (error) {
            throw troubleOf(row.id, error) ?? error
          }
        },
        { ...options, onSlice: (_, count) => void (done = count) },
      )
      return
    } catch (error) {
      if (!(error instanceof RowTrouble) || told.has(error.rowId)) throw error
      if (error.isRace && !raced.has(error.rowId)) raced.add(error.rowId)
      else told.set(error.rowId, error.message)
      rest = rest.slice(done)
    }
  }
}
