import { randomUUID } from 'node:crypto'
import type { ExportJob, ExportState } from '@crm/shared/contract/exportJobs'
import type { ExportName, ExportQuery } from '@crm/shared/contract/exports'
import type { Page } from '@crm/shared/kernel/endpoint'
import type { UpdateObject } from 'kysely'
import type { Actor } from '../../../core/access/actor.ts'
import type { Clock } from '../../../core/clock.ts'
import type { ExportFile } from '../../../core/exports/exportFile.ts'
import { notFound, problem } from '../../../core/problem.ts'
import type { ExportJobRow } from '../../../db/schema.exports.ts'
import type { DB } from '../../../db/schema.ts'
import type { Read, Store, Tx } from '../../../db/store.ts'
import { whyNot } from './jobRights.ts'

export type JobRow = ExportJobRow
/** Whoever asks for more waits until one is done. */
const MOST_OPEN = 3
const UNDONE: readonly ExportState[] = ['waiting', 'running']

/** As its owner is shown it. */
export const shownJob = (actor: Actor, job: JobRow): ExportJob => {
  const { bytes, createdAt, endedAt, expiresAt, fileName, id, rows, state, total } = job
  const reason = state === 'done' ? whyNot(actor, job) : job.problem
  return { id, fileName, state, total, rows, bytes, problem: reason, createdAt, endedAt, expiresAt }
}
const own = (db: Read | Tx, { id }: Actor) => (db as Read).selectFrom('exportJobs').selectAll().where('userId', '=', id)

export async function findJob(db: Read | Tx, actor: Actor, id: number): Promise<JobRow> {
  const job = await own(db, actor).where('id', '=', id).executeTakeFirst()
  if (!job) throw notFound('导出')
  return job
}

export async function listJobs(
  read: Read,
  actor: Actor,
  { page = 1, size = 50 }: { readonly page?: number | undefined; readonly size?: number | undefined },
): Promise<Page<ExportJob>> {
  const rows = await own(read, actor)
    .orderBy('id', 'desc')
    .limit(size)
    .offset((page - 1) * size)
    .execute()
  const { n } = await read
    .selectFrom('exportJobs')
    .select((eb) => eb.fn.countAll().as('n'))
    .where('userId', '=', actor.id)
    .executeTakeFirstOrThrow()
  return { items: rows.map((job) => shownJob(actor, job)), total: Number(n), totalCapped: false, nextCursor: null }
}

/** Puts a file on the list of what is to be made; asked for again while it is on its way, it is the same one. */
export async function addJob(
  tx: Tx,
  actor: Actor,
  list: ExportName,
  { asked, fileName, total, totalCapped }: ExportFile,
) {
  const query = JSON.stringify(asked)
  const open = await own(tx, actor).where('state', 'in', UNDONE).execute()
  const limitedTo = actor.via === 'token' ? [...actor.grants.keys()].join(',') : null
  const twin = open.find((job) => job.list === list && job.query === query && job.limitedTo === limitedTo)
  if (twin) return shownJob(actor, twin)
  if (open.length >= MOST_OPEN)
    throw problem('too_many', `已有 ${MOST_OPEN} 个导出在排队或生成,请等其中一个完成后再导出`)
  const job = {
    userId: actor.id,
    list,
    query,
    fileName,
    state: 'waiting' as const,
    total: totalCapped ? null : total,
    rows: 0,
    bytes: null,
    attempts: 0,
    runId: null,
    rights: null,
    limitedTo,
    address: actor.address,
    problem: null,
    createdAt: actor.at,
    updatedAt: actor.at,
    endedAt: null,
    expiresAt: null,
  }
  return shownJob(actor, await tx.insertInto('exportJobs').values(job).returningAll().executeTakeFirstOrThrow())
}

export async function cancelJob(tx: Tx, actor: Actor, id: number): Promise<ExportJob> {
  await findJob(tx, actor, id)
  const cancelled = await tx
    .updateTable('exportJobs')
    .set({ state: 'cancelled', endedAt: actor.at, updatedAt: actor.at })
    .where('id', '=', id)
    .where('state', 'in', UNDONE)
    .returningAll()
    .executeTakeFirst()
  if (!cancelled) throw problem('illegal_move', '这次导出已经结束,不能取消')
  return shownJob(actor, cancelled)
}

export const askedOf = ({ query }: JobRow): ExportQuery => JSON.parse(query) as ExportQuery

export const jobsWaiting = async (read: Read): Promise<boolean> =>
  (await read.selectFrom('exportJobs').select('id').where('state', 'in', UNDONE).limit(1).executeTakeFirst()) !==
  undefined

/** Begins the oldest that is undone. One that runs was left by a process that died: there is one at a time (`leased`). */
export async function takeNext({ tx }: Store, clock: Clock): Promise<JobRow | undefined> {
  return tx(async (db) => {
    const next = await db
      .selectFrom('exportJobs')
      .select('id')
      .where('state', 'in', UNDONE)
      .orderBy('id')
      .limit(1)
      .executeTakeFirst()
    if (!next) return undefined
    return db
      .updateTable('exportJobs')
      .set({
        state: 'running',
        runId: randomUUID(),
        rows: 0,
        updatedAt: clock.now(),
      })
      .set((eb) => ({ attempts: eb('attempts', '+', 1) }))
      .where('id', '=', next.id)
      .returningAll()
      .executeTakeFirstOrThrow()
  })
}

/** Cancelled meanwhile, or somebody else has begun it again. */
export class Superseded extends Error {}

/** Writes down how far this run is, as long as it is the one that counts. */
export async function keepJob(tx: Tx, { id, runId }: JobRow, change: UpdateObject<DB, 'exportJobs'>): Promise<void> {
  const kept = await tx
    .updateTable('exportJobs')
    .set(change)
    .where('id', '=', id)
    .where('runId', '=', runId)
    .where('state', '=', 'running')
    .returning('id')
    .executeTakeFirst()
  if (!kept) throw new Superseded()
}
