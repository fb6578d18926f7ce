import { sql } from '../../db/sql.ts'
import type { Tx } from '../../db/store.ts'
import { later } from '../clock.ts'

export interface Taken {
  readonly ok: boolean
  /** How many were taken in this window, refused ones included. */
  readonly count: number
  readonly retryAfterSeconds: number
}

/** Takes one of `most` per window in a single statement, so that a hundred at once cannot all see the same count. */
export async function take(tx: Tx, key: string, most: number, windowMs: number, now: string): Promise<Taken> {
  const over = sql<boolean>`${sql.ref('limits.resetsAt')} <= ${now}`
  const { count, resetsAt } = await tx
    .insertInto('limits')
    .values({ key, count: 1, resetsAt: later(now, windowMs) })
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet({
        count: sql<number>`case when ${over} then 1 else ${sql.ref('limits.count')} + 1 end`,
        resetsAt: sql<string>`case when ${over} then ${later(now, windowMs)} else ${sql.ref('limits.resetsAt')} end`,
      }),
    )
    .returning(['count', 'resetsAt'])
    .executeTakeFirstOrThrow()
  return {
    ok: count <= most,
    count,
    retryAfterSeconds: Math.max(1, Math.ceil((Date.parse(resetsAt) - Date.parse(now)) / 1000)),
  }
}

/** Gives one back: it turned out not to count. */
export async function giveBack(tx: Tx, key: string): Promise<void> {
  await tx
    .updateTable('limits')
    .set((e) => ({ count: e('count', '-', 1) }))
    .where('key', '=', key)
    .where('count', '>', 0)
    .execute()
}
export async function clear(tx: Tx, key: string): Promise<void> {
  await tx.deleteFrom('limits').where('key', '=', key).execute()
}
/** Housekeeping: windows that are over. */
export const forgetLimits = (tx: Tx, now: string) => tx.deleteFrom('limits').where('resetsAt', '<=', now).execute()
