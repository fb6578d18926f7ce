import { systemActor } from '../core/access/actor.ts'
import { sealAudit, unsealed } from '../core/access/audit.ts'
import { forgetKeys } from '../core/http/idempotency.ts'
import type { Job } from '../core/jobs/jobs.ts'
import { forgetLimits } from '../core/access/limits.ts'
import { forgetDelivered } from '../core/jobs/outbox.ts'
import { forgetSignIns } from '../core/access/signInRows.ts'
import { contractsToRemind, remindOfContracts } from '../modules/contracts/agreements/service.ts'
import { dropDrafts, hasDrafts, tidyDocuments } from '../modules/contracts/documents/service.ts'
import {
  changedSinceReport,
  purgeRecycled,
  recycle,
  recyclingWanted,
  startReport,
} from '../modules/customers/service.ts'
import { approvalSubjects, exportLists, handoverParts, tradeFollowers } from '../modules/index.ts'
import { dunningWanted, remindOfDues } from '../modules/finance/dunning/service.ts'
import { anyoneAbsent, passOverAbsent } from '../modules/system/approvals/service.ts'
import { jobsWaiting, runExports, tidyExports } from '../modules/system/exports/service.ts'
import { interrupted, resumeImports } from '../modules/system/imports/service.ts'
import { deliveryRemindersWanted, remindOfDeliveries } from '../modules/work/deliveryReminders/service.ts'
import { reportSilence, reportWanted } from '../modules/work/inactivity/service.ts'
import { digestsWanted, forgetNotices, writeDigests } from '../modules/work/notifications/service.ts'
import { birthdaysNear, fireReminders, remindersDue, tellBirthdays } from '../modules/work/reminders/service.ts'
import { handoversPending, workOff } from '../modules/work/handover/service.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
/** An import whose server died waits about this long for another one. */
const RESUME_MS = 10_000
/** Somebody waits for a file. */
const EXPORT_MS = 1_000
/** A reminder comes at most so much after its minute. */
const FIRE_MS = 5_000

/** What the server does by itself, in one process of all that share the database. */
export const jobs: readonly Job[] = [
  {
    name: 'fireReminders',
    everyMs: FIRE_MS,
    wanted: (read, clock) => remindersDue(read, clock.now()),
    run: async (context) => void (await fireReminders(context)),
  },
  { name: 'tellBirthdays', everyMs: 60 * MINUTE_MS, wanted: birthdaysNear, run: tellBirthdays },
  {
    name: 'sealAudit',
    everyMs: MINUTE_MS,
    wanted: unsealed,
    async run({ store, clock, signal }) {
      do await store.whenQuiet()
      while (!signal.aborted && (await store.tx((tx) => sealAudit(tx, clock.now()))))
    },
  },
  {
    name: 'resumeImports',
    everyMs: RESUME_MS,
    wanted: interrupted,
    run: ({ store, clock, signal }) => resumeImports({ store, clock, followers: tradeFollowers }, signal),
  },
  {
    name: 'dropDrafts',
    everyMs: 60 * MINUTE_MS,
    wanted: hasDrafts,
    run: async ({ store, clock, signal }) =>
      void (await dropDrafts(store, systemActor(clock.now(), clock.today(), 'job', '系统'), signal)),
  },
  {
    name: 'recycleCustomers',
    everyMs: 10 * MINUTE_MS,
    wanted: recyclingWanted,
    run: async ({ store, clock, signal }) => void (await recycle(store, clock, null, signal)),
  },
  {
    name: 'purgeRecycled',
    everyMs: DAY_MS,
    run: async ({ store, clock, signal }) =>
      void (await purgeRecycled(store, systemActor(clock.now(), clock.today(), 'job', '系统'), signal)),
  },
  {
    name: 'resumeHandovers',
    everyMs: RESUME_MS,
    wanted: handoversPending,
    run: async ({ store, clock, signal }) => void (await workOff({ store, clock }, handoverParts, { signal })),
  },
  {
    name: 'duplicateReport',
    everyMs: 7 * DAY_MS,
    wanted: changedSinceReport,
    run: async ({ store, clock }) => (await startReport({ store, clock }, null)).ended.then(() => {}),
  },
  {
    name: 'reportSilence',
    everyMs: 10 * MINUTE_MS,
    wanted: reportWanted,
    run: ({ store, clock, signal }) => reportSilence({ store, clock }, signal),
  },
  {
    name: 'dunning',
    everyMs: 60 * MINUTE_MS,
    wanted: dunningWanted,
    run: ({ store, clock, signal }) => remindOfDues({ store, clock }, signal),
  },
  {
    name: 'remindOfContracts',
    everyMs: 10 * MINUTE_MS,
    wanted: contractsToRemind,
    run: async ({ store, clock, signal }) => void (await remindOfContracts({ store, clock }, signal)),
  },
  {
    name: 'remindOfDeliveries',
    everyMs: 10 * MINUTE_MS,
    wanted: deliveryRemindersWanted,
    run: ({ store, clock, signal }) => remindOfDeliveries({ store, clock }, signal),
  },
  {
    name: 'absentApprovers',
    everyMs: MINUTE_MS,
    wanted: anyoneAbsent,
    run: ({ store, clock }) =>
      store.tx((tx) => passOverAbsent(tx, systemActor(clock.now(), clock.today(), 'job', '系统'), approvalSubjects)),
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

/** Where there is a mail server. */
export const mailJobs: readonly Job[] = [
  {
    name: 'mailDigests',
    everyMs: MINUTE_MS,
    wanted: digestsWanted,
    run: ({ store, clock, signal }) => writeDigests({ store, clock }, signal),
  },
]

/** What concerns the folder of files as well. */
export const fileJobs = (filesDir: string, zone: string): readonly Job[] => [
  {
    name: 'runExports',
    everyMs: EXPORT_MS,
    wanted: jobsWaiting,
    run: ({ store, clock, signal }) => runExports({ store, clock, filesDir, zone, lists: exportLists(zone) }, signal),
  },
  {
    name: 'tidyExports',
    everyMs: 60 * MINUTE_MS,
    run: ({ store, clock }) => tidyExports({ store, clock, filesDir }),
  },
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
