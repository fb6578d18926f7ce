import { systemActor } from '../core/actor.ts'
import { sealAudit, unsealed } from '../core/audit.ts'
import { forgetKeys } from '../core/idempotency.ts'
import type { Job } from '../core/jobs.ts'
import { forgetLimits } from '../core/limits.ts'
import { forgetDelivered } from '../core/outbox.ts'
import { forgetSignIns } from '../core/signInRows.ts'
import { dropDrafts, hasDrafts, tidyDocuments } from '../modules/contracts/documents/service.ts'
import { purgeRecycled } from '../modules/customers/service.ts'
import { interrupted, resumeImports } from '../modules/system/imports/service.ts'
import { forgetNotices } from '../modules/work/notifications/service.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
/** An import whose server died waits about this long for another one. */
const RESUME_MS = 10_000

/** What the server does by itself, in one process of all that share the database. */
export const jobs: readonly Job[] = [
  {
    name: 'sealAudit',
    everyMs: MINUTE_MS,
    wanted: unsealed,
    async run({ store, clock, signal }) {
      while (!signal.aborted && (await store.tx((tx) => sealAudit(tx, clock.now()))));
    },
  },
  {
    name: 'resumeImports',
    everyMs: RESUME_MS,
    wanted: interrupted,
    run: ({ store, clock, signal }) => resumeImports({ store, clock }, signal),
  },
  {
    name: 'dropDrafts',
    everyMs: 60 * MINUTE_MS,
    wanted: hasDrafts,
    run: async ({ store, clock, signal }) =>
      void (await dropDrafts(store, systemActor(clock.now(), clock.today(), 'job', '系统'), signal)),
  },
  {
    name: 'purgeRecycled',
    everyMs: DAY_MS,
    run: async ({ store, clock, signal }) =>
      void (await purgeRecycled(store, systemActor(clock.now(), clock.today(), 'job', '系统'), signal)),
  },
  {
    name: 'housekeeping',
    everyMs: 10 * MINUTE_MS,
    async run({ store, clock, signal }) {
      const now = clock.now()
      await store.tx((tx) => forgetKeys(tx, now))
      await store.tx((tx) => forgetDelivered(tx, now))
      await store.tx((tx) => forgetSignIns(tx, now))
      await store.tx((tx) => forgetLimits(tx, now))
      await forgetNotices(store, clock, signal)
    },
  },
]

/** What concerns the folder of files as well. */
export const fileJobs = (filesDir: string): readonly Job[] => [
  {
    name: 'tidyDocuments',
    everyMs: DAY_MS,
    run: async ({ store, clock, signal }) =>
      void (await tidyDocuments(
        { store, clock, filesDir },
        systemActor(clock.now(), clock.today(), 'job', '系统'),
        signal,
      )),
  },
]
