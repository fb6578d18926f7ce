import { randomUUID } from 'node:crypto'
import type { Read, Store } from '../../db/store.ts'
import { type Clock, later } from '../clock.ts'

export interface JobContext {
  readonly store: Store
  readonly clock: Clock
  /** Aborted when the server stops: long work ends at its next slice. */
  readonly signal: AbortSignal
}
export interface Job {
  readonly name: string
  readonly everyMs: number
  /** Whether there is anything to do; a due job without work is asked again instead of run, so that an idle system writes nothing. */
  readonly wanted?: (read: Read, clock: Clock) => Promise<boolean>
  readonly run: (context: JobContext) => Promise<void>
}
export interface Running {
  /** Starts nothing more; resolves when what runs has ended. */
  stop(): Promise<void>
}

const LOOK_MS = 1_000
/** A process that died is replaced after this long. */
const LEASE_MS = 120_000

/** Runs `work` unless another process (or this one) is at it; false when it was. The lease is renewed until `work` ends. */
export async function leased(
  store: Store,
  clock: Clock,
  name: string,
  holder: string,
  work: () => Promise<void>,
): Promise<boolean> {
  const mine = () => ({ leasedBy: holder, leasedUntil: later(clock.now(), LEASE_MS) })
  const claimed = await store.tx(async (tx) => {
    const now = clock.now()
    await tx
      .insertInto('jobs')
      .values({ name, dueAt: now, leasedBy: null, leasedUntil: null, lastRunAt: null, lastProblem: null })
      .onConflict((on) => on.doNothing())
      .execute()
    return (
      tx
        .updateTable('jobs')
        .set(mine())
        .where('name', '=', name)
        // A lease that ends much later than any lease can was written before the clock was set back.
        .where((eb) =>
          eb.or([
            eb('leasedUntil', 'is', null),
            eb('leasedUntil', '<', now),
            eb('leasedUntil', '>', later(now, 2 * LEASE_MS)),
          ]),
        )
        .returning('name')
        .executeTakeFirst()
    )
  })
  if (!claimed) return false
  const renewing = setInterval(() => {
    void store
      .tx((tx) => tx.updateTable('jobs').set(mine()).where('name', '=', name).where('leasedBy', '=', holder).execute())
      .catch(() => {})
  }, LEASE_MS / 3)
  try {
    await work()
  } finally {
    clearInterval(renewing)
    await store.tx((tx) =>
      tx
        .updateTable('jobs')
        .set({ leasedBy: null, leasedUntil: null })
        .where('name', '=', name)
        .where('leasedBy', '=', holder)
        .execute(),
    )
  }
  return true
}

/** Ends the leases of processes that died. Only while this one is alone on the database, before it starts any work: one server per folder, and its lock is held. */
export const freeLeases = async (store: Store): Promise<void> =>
  store.tx(async (tx) => {
    await tx.updateTable('jobs').set({ leasedBy: null, leasedUntil: null }).where('leasedBy', 'is not', null).execute()
  })

/** A name for this process among others on the same database. */
export const newHolder = (): string => `${process.pid}-${randomUUID()}`

/** Runs each job when it is due, in one of the processes on this database. `warn` hears of failures; the job stays due in its rhythm. */
export function startJobs(
  store: Store,
  clock: Clock,
  jobs: readonly Job[],
  warn: (message: string, error: unknown) => void = () => {},
): Running {
  const holder = newHolder()
  const stopping = new AbortController()
  const running = new Map<string, Promise<void>>()
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> = Promise.resolve()

  async function look() {
    const now = clock.now()
    const known = new Map(
      (await store.read.selectFrom('jobs').select(['name', 'dueAt']).execute()).map((row) => [row.name, row.dueAt]),
    )
    for (const job of jobs) {
      const dueAt = known.get(job.name)
      // Due further ahead than its rhythm: the clock was set back since.
      const due = dueAt === undefined || dueAt <= now || dueAt > later(now, job.everyMs)
      if (!due || running.has(job.name) || stopping.signal.aborted) continue
      if (job.wanted && !(await job.wanted(store.read, clock))) continue
      const ended = runOne(job)
        .catch((error: unknown) => warn(`任务 ${job.name} 未能运行`, error))
        .finally(() => void running.delete(job.name))
      running.set(job.name, ended)
    }
  }

  async function runOne(job: Job) {
    await leased(store, clock, job.name, holder, async () => {
      // Another process may have run it between our look and our lease.
      const { dueAt } = await store.read
        .selectFrom('jobs')
        .select('dueAt')
        .where('name', '=', job.name)
        .executeTakeFirstOrThrow()
      const startedAt = clock.now()
      if (dueAt > startedAt && dueAt <= later(startedAt, job.everyMs)) return
      let lastProblem: string | null = null
      try {
        await job.run({ store, clock, signal: stopping.signal })
      } catch (error) {
        lastProblem = (error as Error).message
        warn(`任务 ${job.name} 失败`, error)
      }
      await store.tx((tx) =>
        tx
          .updateTable('jobs')
          .set({ dueAt: later(startedAt, job.everyMs), lastRunAt: startedAt, lastProblem })
          .where('name', '=', job.name)
          .execute(),
      )
    })
  }

  const next = () => {
    looking = look()
      .catch((error: unknown) => warn('任务表读取失败', error))
      .finally(() => {
        if (!stopping.signal.aborted) timer = setTimeout(next, LOOK_MS).unref()
      })
  }
  next()
  return {
    async stop() {
      stopping.abort()
      clearTimeout(timer)
      await looking
      await Promise.all(running.values())
    },
  }
}
