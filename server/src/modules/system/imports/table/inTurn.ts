import { TableError } from './tableError.ts'

/** A reader may take 1 GB: one at a time, and nobody waits behind more than a few. */
const MAX_WAITING = 8

let waiting = 0
let last: Promise<unknown> = Promise.resolve()

/** Runs the jobs one after another in the order of their calls. */
export const inTurn = async <T>(job: () => Promise<T>): Promise<T> => {
  if (waiting >= MAX_WAITING) throw new TableError('table_timeout', '正在读取的表格太多,请稍后再试')
  waiting++
  const result = last.then(job, job)
  last = result.catch(() => {})
  try {
    return await result
  } finally {
    waiting--
  }
}
