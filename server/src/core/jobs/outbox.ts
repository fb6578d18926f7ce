import type { Store, Tx } from '../../db/store.ts'
import { type Clock, later } from '../clock.ts'
import { leased, newHolder, type Running } from './jobs.ts'

const CHANNEL = 'outbox'
const LOOK_MS = 5_000
const BATCH = 100
/** Waiting after each failed attempt; the last one repeats. */
const RETRY_MS = [10_000, 60_000, 300_000, 1_800_000, 7_200_000]
/** Delivered rows are of no use but to whoever asks what happened yesterday. */
const KEPT_MS = 7 * 86_400_000

/** Delivers one row. May be called again for the same row (`id`) after a crash: the receiver must bear it. */
export type Deliver = (payload: unknown, row: { readonly id: number; readonly attempt: number }) => Promise<void>

/** Sends `payload` once this transaction has committed, and only then. */
export async function put(store: Store, tx: Tx, kind: string, payload: unknown, at: string): Promise<void> {
  await tx
    .insertInto('outbox')
    .values({ kind, payload: JSON.stringify(payload), createdAt: at, doneAt: null, attempts: 0, lastProblem: null })
    .execute()
  await store.notify(tx, CHANNEL)
}

/** When a row may be tried again: counted from its creation, so that no clock reading of an attempt need be kept. */
function dueAt(row: { createdAt: string; attempts: number }): string {
  let waitMs = 0
  for (let attempt = 0; attempt < row.attempts; attempt++)
    waitMs += RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] as number
  return row.attempts === 0 ? '' : later(row.createdAt, waitMs)
}

/**
 * Delivers what `put` left, each row at least once, rows that failed after the others; one process at a time,
 * woken by the commit and by a poll that recovers what a crash or a lost notice left behind.
 */
export function startOutbox(
  store: Store,
  clock: Clock,
  handlers: Readonly<Record<string, Deliver>>,
  warn: (message: string, error: unknown) => void = () => {},
): Running {
  const holder = newHolder()
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let working: Promise<void> | undefined
  let again = false

  async function round() {
    const waiting = await store.read
      .selectFrom('outbox')
      .selectAll()
      .where('doneAt', 'is', null)
      .where('kind', 'in', Object.keys(handlers))
      .orderBy('attempts')
      .orderBy('id')
      .limit(BATCH)
      .execute()
    for (const row of waiting) {
      if (stopped) return
      if (dueAt(row) > clock.now()) continue
      let problem: string | null = null
      try {
        await handlers[row.kind]?.(JSON.parse(row.payload), { id: row.id, attempt: row.attempts + 1 })
      } catch (error) {
        problem = (error as Error).message
        warn(`发送 ${row.kind} #${row.id} 失败`, error)
      }
      const doneAt = problem === null ? clock.now() : null
      await store.tx((tx) =>
        tx
          .updateTable('outbox')
          .set({ doneAt, attempts: row.attempts + 1, lastProblem: problem })
          .where('id', '=', row.id)
          .execute(),
      )
      if (problem === null) again = true
    }
  }

  function wake() {
    again = true
    if (stopped || working || Object.keys(handlers).length === 0) return
    clearTimeout(timer)
    working = deliver()
      .catch((error: unknown) => warn('发件箱处理失败', error))
      .finally(() => {
        working = undefined
        if (!stopped) timer = setTimeout(wake, LOOK_MS).unref()
      })
  }

  async function deliver() {
    while (again && !stopped) {
      again = false
      const waiting = await store.read
        .selectFrom('outbox')
        .select('id')
        .where('doneAt', 'is', null)
        .limit(1)
        .executeTakeFirst()
      if (waiting) await leased(store, clock, CHANNEL, holder, round)
    }
  }

  const unlisten = store.listen(CHANNEL, wake)
  wake()
  return {
    async stop() {
      stopped = true
      unlisten()
      clearTimeout(timer)
      await working
    },
  }
}

/** Housekeeping: delivered rows past their week. */
export const forgetDelivered = (tx: Tx, now: string) =>
  tx.deleteFrom('outbox').where('doneAt', '<', later(now, -KEPT_MS)).execute()
