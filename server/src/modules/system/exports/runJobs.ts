import { setImmediate as breathe } from 'node:timers/promises'
import type { ExportName } from '@crm/shared/contract/exports'
import { dayOf } from '@crm/shared/days'
import { audit } from '../../../core/access/audit.ts'
import { type Clock, later } from '../../../core/clock.ts'
import { type AnyExport, openExport } from '../../../core/exports/exportFile.ts'
import { tell } from '../../../core/jobs/notices.ts'
import { ProblemError } from '../../../core/problem.ts'
import { BusyError, type Store } from '../../../db/store.ts'
import { isDiskFull } from '../../../db/trouble.ts'
import { wordsIn } from '../dictionaries/service.ts'
import { checkRoom, removeFile, sweepFiles, writeWhole } from './jobFiles.ts'
import { askerOf, rightsText } from './jobRights.ts'
import { askedOf, type JobRow, keepJob, Superseded, takeNext } from './jobRows.ts'

// Of rows of any kind.
// oxlint-disable-next-line typescript/no-explicit-any
export type ExportLists = Readonly<Record<ExportName, AnyExport<any, any>>>
export interface ExportWork {
  readonly store: Store
  readonly clock: Clock
  readonly filesDir: string
  readonly zone: string
  readonly lists: ExportLists
}
const DAY_MS = 86_400_000
/** So long a file can be fetched. */
const KEPT_DAYS = 7
/** So long the list of one's exports remembers it. */
const REMEMBERED_DAYS = 30
/** How often a run says how far it is, asks whether it is still wanted and whether its reader still may. */
const TOLD_MS = 500
/** A server that dies each time at the same file is not asked again. */
const MOST_ATTEMPTS = 3

/** The server stops: the next one begins the file again. */
class Stopped extends Error {}
/** A reason for its reader. */
class GaveUp extends Error {}

/** Makes the files that people wait for, the oldest first. Only in one process at a time (`leased`). */
export async function runExports(work: ExportWork, signal?: AbortSignal): Promise<void> {
  let trouble: Error | undefined
  for (;;) {
    const job = signal?.aborted ? undefined : await takeNext(work.store, work.clock)
    if (!job) break
    await runJob(work, job, signal).catch((error: Error) => {
      // Another look later, by whoever is alive then.
      if (error instanceof BusyError) throw error
      trouble ??= error
    })
  }
  await sweepFiles(work.store.read, work.filesDir)
  if (trouble) throw trouble
}

/** Never leaves half a file, nor a job that still says it runs, unless the process dies. */
async function runJob(work: ExportWork, job: JobRow, signal?: AbortSignal): Promise<void> {
  const { clock, filesDir, store } = work
  try {
    if (job.attempts > MOST_ATTEMPTS) throw new GaveUp('几次都没有完成,请联系管理员')
    await makeFile(work, job, signal)
  } catch (error) {
    await removeFile(filesDir, job)
    if (error instanceof Superseded) return
    const again = error instanceof Stopped || error instanceof BusyError
    const change = again
      ? { state: 'waiting' as const, rows: 0, attempts: job.attempts - 1, updatedAt: clock.now() }
      : { state: 'failed' as const, problem: reasonOf(error), endedAt: clock.now(), updatedAt: clock.now() }
    await store
      .tx(async (tx) => {
        await keepJob(tx, job, change)
        if (!again)
          await tell(tx, clock.now(), {
            kind: 'export',
            userIds: [job.userId],
            title: `导出没有完成:${job.fileName}`,
            body: reasonOf(error),
            link: '/exports',
            onceKey: `export:${job.id}`,
          })
      })
      .catch((other: unknown) => {
        if (!(other instanceof Superseded || other instanceof BusyError)) throw other
      })
    if (!(error instanceof Stopped) && !isExpected(error)) throw error
  }
}
const isExpected = (error: unknown) => error instanceof GaveUp || error instanceof ProblemError || isDiskFull(error)
const reasonOf = (error: unknown): string => {
  if (isDiskFull(error)) return '服务器磁盘已满,文件没有写完。请联系管理员清理磁盘后重新导出'
  return error instanceof GaveUp || error instanceof ProblemError ? error.message : '系统出错,请重新导出'
}

async function makeFile(work: ExportWork, job: JobRow, signal?: AbortSignal): Promise<void> {
  const { clock, filesDir, lists, store, zone } = work
  const when = { at: clock.now(), today: clock.today() }
  const asker = async () => {
    const actor = await askerOf(store.read, job, when)
    if (!actor) throw new GaveUp('你的账号或导出权限已停用')
    return actor
  }
  const actor = await asker()
  await checkRoom(filesDir)
  const deps = { store, words: wordsIn(zone) }
  const file = await openExport(deps, lists[job.list as ExportName], { actor, query: askedOf(job) })
  const total = await file.count()
  await store.tx((tx) => keepJob(tx, job, { total, rights: rightsText(actor), updatedAt: clock.now() }))

  let now = actor
  let rows = Math.min(file.total, total ?? file.total)
  let saidAt = performance.now()
  let broken: unknown
  const between = async (read: number) => {
    try {
      rows = read
      await breathe()
      if (signal?.aborted) throw new Stopped()
      if (performance.now() - saidAt < TOLD_MS) return now
      now = await asker()
      await store.tx((tx) => keepJob(tx, job, { rows, updatedAt: clock.now() }))
      saidAt = performance.now()
      return now
    } catch (error) {
      broken = error
      throw error
    }
  }
  const bytes = await writeWhole(filesDir, job, (part) => file.write(part, between)).catch((error: unknown) => {
    throw broken ?? error
  })

  const endedAt = clock.now()
  const expiresAt = later(endedAt, KEPT_DAYS * DAY_MS)
  await store.tx(async (tx) => {
    await keepJob(tx, job, { state: 'done', rows, total: rows, bytes, endedAt, expiresAt, updatedAt: endedAt })
    const after = { ...file.asked, rows }
    await audit(tx, { ...now, at: endedAt }, { entity: file.entity.name, recordId: null, action: 'export', after })
    await tell(tx, endedAt, {
      kind: 'export',
      userIds: [job.userId],
      title: `导出好了:${job.fileName}`,
      body: `${rows.toLocaleString('en-US')} 行,可以下载到 ${dayOf(expiresAt, zone)}`,
      link: `/exports?download=${job.id}`,
      onceKey: `export:${job.id}`,
    })
  })
}

/** Ends what has expired: the file goes at once, the line of the list later. */
export async function tidyExports({
  clock,
  filesDir,
  store,
}: Pick<ExportWork, 'store' | 'clock' | 'filesDir'>): Promise<void> {
  const now = clock.now()
  await store.tx((tx) =>
    tx
      .updateTable('exportJobs')
      .set({ state: 'expired', updatedAt: now })
      .where('state', '=', 'done')
      .where('expiresAt', '<=', now)
      .execute(),
  )
  await store.tx((tx) =>
    tx
      .deleteFrom('exportJobs')
      .where('state', 'in', ['failed', 'cancelled', 'expired'])
      .where('endedAt', '<', later(now, -REMEMBERED_DAYS * DAY_MS))
      .execute(),
  )
  await sweepFiles(store.read, filesDir)
}
