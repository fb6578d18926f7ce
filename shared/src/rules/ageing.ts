import { addDays, type Day } from '../days.ts'

/** 账龄: how long an amount has been overdue on the day asked about, in days; a bucket without `to` has no end. */
export interface Bucket {
  readonly key: string
  readonly label: string
  readonly from: number
  readonly to: number | null
}
/** Upper ends, in days, of the buckets of what is overdue; a company may set others. */
export const DEFAULT_BUCKET_ENDS: readonly number[] = [30, 60, 90, 180, 365]
/** The place of the first end that does not come after the one before it; -1 where all rise. */
export const unorderedAt = (ends: readonly number[]): number =>
  ends.findIndex((end, at) => !Number.isInteger(end) || end <= (ends[at - 1] ?? 0))

/** 未到期 (due on the day or later) and then one bucket per end: 1-30, 31-60 … >365. RangeError unless the ends are days that rise. */
export function bucketsOf(ends: readonly number[] = DEFAULT_BUCKET_ENDS): readonly Bucket[] {
  if (unorderedAt(ends) >= 0) throw new RangeError('bucketsOf: ends')
  const overdue = ends.map((to, at) => {
    const from = (ends[at - 1] ?? 0) + 1
    return { key: `d${to}`, label: `${from}–${to} 天`, from, to }
  })
  const last = ends.at(-1) ?? 0
  return [
    { key: 'notDue', label: '未到期', from: Number.NEGATIVE_INFINITY, to: 0 },
    ...overdue,
    { key: 'older', label: last === 0 ? '已逾期' : `${last} 天以上`, from: last + 1, to: null },
  ]
}

/** The due days that fall into a bucket on `asOf`; null where it has no end on that side. */
export function dueRange(bucket: Bucket, asOf: Day): { readonly first: Day | null; readonly last: Day | null } {
  return {
    first: bucket.to === null ? null : addDays(asOf, -bucket.to),
    last: Number.isFinite(bucket.from) ? addDays(asOf, -bucket.from) : null,
  }
}

/** DSO: how many days of sales on credit are still to come in. Null when nothing was sold on credit: no number, never zero. */
export const daysSalesOutstanding = (openFen: number, soldFen: number, days: number): number | null =>
  soldFen > 0 ? Math.round((openFen / soldFen) * days * 10) / 10 : null
