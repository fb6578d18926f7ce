import { createHash } from 'node:crypto'
import type { DuplicateReport } from '@crm/shared/contract/duplicates'
import { sql } from '../../../db/sql.ts'
import type { Clock } from '../../../core/clock.ts'
import { leased, newHolder } from '../../../core/jobs/jobs.ts'
import { inSlices } from '../../../core/jobs/slices.ts'
import type { Read, Store, Tx } from '../../../db/store.ts'
import { exactKinds, type Found, sameValue, similarNames } from './findGroups.ts'

interface Deps {
  readonly store: Store
  readonly clock: Clock
}
const LEASE = 'duplicateReport.run'
/** A number that half the office shares is listed in part. */
const MOST_MEMBERS = 50
const STEPS = exactKinds.length + 2
const OLD_AT_ONCE = 200

const signatureOf = ({ members }: Found): string =>
  createHash('sha256')
    .update([...new Set(members.map(({ customerId }) => customerId))].toSorted((a, b) => a - b).join())
    .digest('hex')
    .slice(0, 32)

/**
 * 查重 over all customers, live and recycled, and their contacts. Resolves with the report as soon as it has begun; `ended` when it is
 * written. While one is being made, by whichever server, that one is answered.
 */
export async function startReport(deps: Deps, byName: string | null): Promise<{ id: number; ended: Promise<unknown> }> {
  const { clock, store } = deps
  let begin!: (id: number) => void
  const begun = new Promise<number>((resolve) => (begin = resolve))
  const ended = leased(store, clock, LEASE, newHolder(), async () => {
    const id = await store.tx((tx) => open(tx, clock.now(), byName))
    begin(id)
    try {
      await write(deps, id)
    } catch (error) {
      await store.tx((tx) =>
        tx
          .updateTable('duplicateReports')
          .set({ state: 'failed', finishedAt: clock.now() })
          .where('id', '=', id)
          .execute(),
      )
      throw error
    }
  })
  ended.catch(() => {})
  const id = await Promise.race([begun, ended.then((ran) => (ran ? begun : null))])
  return { id: id ?? (await latest(store.read))!.id, ended }
}

/** Whoever holds the lease is the only one: a report still called running was left behind by a server that died. */
async function open(tx: Tx, at: string, byName: string | null): Promise<number> {
  await tx
    .updateTable('duplicateReports')
    .set({ state: 'failed', finishedAt: at })
    .where('state', '=', 'running')
    .execute()
  const values = {
    state: 'running',
    startedAt: at,
    finishedAt: null,
    byName,
    done: 0,
    total: STEPS,
    groups: 0,
  } as const
  return (await tx.insertInto('duplicateReports').values(values).returning('id').executeTakeFirstOrThrow()).id
}

async function write({ clock, store }: Deps, id: number): Promise<void> {
  const step = () =>
    store.tx((tx) =>
      tx
        .updateTable('duplicateReports')
        .set((eb) => ({ done: eb('done', '+', 1) }))
        .where('id', '=', id)
        .execute(),
    )
  // The same records are listed once, by their strongest reason.
  const groups = new Map<string, Found>()
  const keep = (found: readonly Found[]) => {
    for (const group of found) {
      const signature = signatureOf(group)
      if (!groups.has(signature)) groups.set(signature, group)
    }
  }
  for (const kind of exactKinds) {
    keep(await sameValue(store, kind))
    await step()
  }
  keep(await similarNames(store))
  await step()
  const ignored = new Set(
    (await store.read.selectFrom('duplicateGroups').select('signature').where('state', '=', 'ignored').execute()).map(
      (row) => row.signature,
    ),
  )
  await inSlices(store, groups, (tx, [signature, group]) =>
    add(tx, id, group, signature, ignored.has(signature) ? 'ignored' : 'pending'),
  )
  await store.tx((tx) =>
    tx
      .updateTable('duplicateReports')
      .set({ state: 'done', done: STEPS, groups: groups.size, finishedAt: clock.now() })
      .where('id', '=', id)
      .execute(),
  )
  await forget(store, id)
}

async function add(
  tx: Tx,
  reportId: number,
  { kind, members, shared }: Found,
  signature: string,
  state: 'pending' | 'ignored',
): Promise<void> {
  const size = new Set(members.map(({ customerId }) => customerId)).size
  const { id: groupId } = await tx
    .insertInto('duplicateGroups')
    .values({ reportId, kind, shared, signature, state, size, mergeId: null })
    .returning('id')
    .executeTakeFirstOrThrow()
  // Erased for good since it was found: the foreign key would refuse it.
  const listed = members.slice(0, MOST_MEMBERS)
  const there = await tx
    .selectFrom('customers') // unscoped: 查重 looks everywhere; who reads the report is told what he may know
    .select('id')
    .where(
      'id',
      'in',
      listed.map(({ customerId }) => customerId),
    )
    .execute()
  const known = new Set(there.map((row) => row.id))
  const rows = listed.filter(({ customerId }) => known.has(customerId))
  if (rows.length > 0)
    await tx
      .insertInto('duplicateMembers')
      .values(rows.map((row) => ({ groupId, ...row })))
      .execute()
}

/** Older reports are of no use: what was ignored is known to the new one. */
async function forget(store: Store, keptId: number): Promise<void> {
  const old = async () =>
    (
      await store.read
        .selectFrom('duplicateGroups')
        .select('id')
        .where('reportId', '<', keptId)
        .limit(OLD_AT_ONCE)
        .execute()
    ).map((row) => row.id)
  for (let ids = await old(); ids.length > 0; ids = await old())
    await inSlices(store, ids, async (tx, id) => {
      await tx.deleteFrom('duplicateMembers').where('groupId', '=', id).execute()
      await tx.deleteFrom('duplicateGroups').where('id', '=', id).execute()
    })
  await store.tx((tx) => tx.deleteFrom('duplicateReports').where('id', '<', keptId).execute())
}

const latest = (db: Read | Tx) =>
  (db as Tx).selectFrom('duplicateReports').selectAll().orderBy('id', 'desc').limit(1).executeTakeFirst()

export const latestReport = async (db: Read | Tx): Promise<DuplicateReport | null> => (await latest(db)) ?? null
/** The groups people look at while the next report is being made. */
export const finishedReport = (db: Read | Tx) =>
  (db as Tx)
    .selectFrom('duplicateReports')
    .select('id')
    .where('state', '=', 'done')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()

/** Whether any customer or contact has been touched since the last report began. */
export async function changedSinceReport(read: Read): Promise<boolean> {
  const { rows } = await sql<{
    at: string | null
  }>`select max(${sql.ref('startedAt')}) as at from ${sql.table('duplicateReports')}`.execute(read as unknown as Tx)
  const since = rows[0]?.at ?? ''
  for (const table of ['customers', 'contacts'] as const) {
    const touched = await (read as unknown as Tx)
      .selectFrom(table) // unscoped: whether there is anything to look at
      .select('id')
      .where('deletedAt', 'is', null)
      .where('updatedAt', '>', since)
      .limit(1)
      .executeTakeFirst()
    if (touched) return true
  }
  return false
}
