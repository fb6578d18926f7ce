import { sql } from '../../../db/sql.ts'
import { type Actor, systemActor } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import type { Clock } from '../../../core/clock.ts'
import type { HandoverPart, HeldRow, Receiver } from '../../../core/rows/handover.ts'
import { leased, newHolder } from '../../../core/jobs/jobs.ts'
import { tell } from '../../../core/jobs/notices.ts'
import { ProblemError } from '../../../core/problem.ts'
import type { Raw } from '../../../core/rows/rows.ts'
import { inSlices } from '../../../core/jobs/slices.ts'
import type { Read, Store, Tx } from '../../../db/store.ts'
import { updateUser } from '../../org/service.ts'
import { type HandoverRecord, partsOf, receiversOf } from './handovers.ts'

interface Deps {
  readonly store: Store
  readonly clock: Clock
}
interface Options {
  readonly signal?: AbortSignal
  /** After each commit, with the rows done in it. */
  readonly onSlice?: (done: number) => void
}
const LEASE = 'handover.run'
const PAGE_ROWS = 200

const pending = (read: Read) =>
  (read as unknown as Tx).selectFrom('handovers').selectAll().where('state', 'in', ['running', 'undoing']).orderBy('id')

/** Whether a hand-over (or its undo) is under way or was left behind. */
export const handoversPending = async (read: Read): Promise<boolean> =>
  (await pending(read).limit(1).executeTakeFirst()) !== undefined

/**
 * Brings every hand-over under way to its end, one process at a time: complete or undone. Stopped or killed half-way, the next call
 * goes on where the last slice ended. False when another process is at it.
 */
export async function workOff(deps: Deps, parts: readonly HandoverPart[], options: Options = {}): Promise<boolean> {
  return leased(deps.store, deps.clock, LEASE, newHolder(), async () => {
    const stuck = new Map<number, unknown>()
    for (;;) {
      const row = (await pending(deps.store.read).execute()).find(({ id }) => !stuck.has(id))
      if (!row || options.signal?.aborted) break
      try {
        const run = row.state === 'running' ? forth : back
        if (!(await run(deps, parts, row, options))) return
      } catch (error) {
        // One that cannot go on holds up no other; it is tried again at the next call.
        stuck.set(row.id, error)
        await deps.store.tx((tx) =>
          tx.updateTable('handovers').set({ problem: '中断了,稍后自动继续' }).where('id', '=', row.id).execute(),
        )
      }
    }
    for (const error of stuck.values()) throw error
  })
}

/** The rights were asked when it was begun; the log names who began it. */
const actorOf = ({ clock }: Deps, { byName, byUserId }: HandoverRecord): Actor => ({
  ...systemActor(clock.now(), clock.today(), 'job', byName),
  id: byUserId ?? 0,
})

async function forth(
  deps: Deps,
  parts: readonly HandoverPart[],
  row: HandoverRecord,
  { onSlice, signal }: Options,
): Promise<boolean> {
  const { store } = deps
  const own = partsOf(parts, row)
  for (;;) {
    for (const part of own) {
      for (;;) {
        const held = await part.next(store.read, row.fromUserId, PAGE_ROWS)
        if (held.length === 0) break
        const turn = await movedOf(store.read, row.id, part.key)
        const items = held.map((item, at) => ({ item, turn: turn + at }))
        const done = await inSlices(store, items, (tx, one) => moveOne(tx, actorOf(deps, row), row, part, one), {
          ...(signal && { signal }),
          finish: (tx, moved) => count(tx, deps, row.id, moved.filter(Boolean).length),
          onSlice: (moved) => onSlice?.(moved.length),
        })
        if (done < items.length) return false
      }
    }
    if (signal?.aborted) return false
    // Something may have been given to the leaver meanwhile; the last look and the end are one transaction.
    const isDone = await store.tx((tx) => finish(tx, actorOf(deps, row), own, row))
    if (isDone) return true
  }
}

async function movedOf(read: Read, handoverId: number, kind: string): Promise<number> {
  const { n } = await (read as unknown as Tx)
    .selectFrom('handoverRows')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('handoverId', '=', handoverId)
    .where('kind', '=', kind)
    .executeTakeFirstOrThrow()
  return Number(n)
}

async function moveOne(
  tx: Tx,
  actor: Actor,
  { fromUserId, id, toUserIds }: HandoverRecord,
  part: HandoverPart,
  { item, turn }: { item: HeldRow; turn: number },
): Promise<boolean> {
  const receivers = receiversOf({ toUserIds })
  const receiver: Receiver = async (customerId) => {
    if (receivers.length === 1) return receivers[0]!
    const taken =
      customerId === null
        ? undefined
        : await tx
            .selectFrom('handoverRows')
            .select('toUserId')
            .where('handoverId', '=', id)
            .where('kind', '=', 'customers')
            .where('rowId', '=', customerId)
            .executeTakeFirst()
    return taken?.toUserId ?? receivers[turn % receivers.length]!
  }
  const handed = await part.move(tx, actor, item, fromUserId, receiver)
  if (!handed) return false
  const { customerName, data, title, toUserId } = handed
  await tx
    .insertInto('handoverRows')
    .values({
      handoverId: id,
      kind: part.key,
      rowId: item.rowId,
      title,
      customerName,
      toUserId,
      data: data && JSON.stringify(data),
      state: 'moved',
    })
    .execute()
  return true
}

const count = (tx: Tx, { clock }: Deps, id: number, more: number) =>
  tx
    .updateTable('handovers')
    .set({ done: sql<number>`done + ${sql.lit(more)}`, updatedAt: clock.now() })
    .where('id', '=', id)
    .execute()
    .then(() => {})

/** False when the leaver holds something again. */
async function finish(tx: Tx, actor: Actor, own: readonly HandoverPart[], row: HandoverRecord): Promise<boolean> {
  for (const part of own) if ((await part.count(tx, row.fromUserId)) > 0) return false
  const from = await tx
    .selectFrom('users')
    .select(['name', 'version', 'disabled'])
    .where('id', '=', row.fromUserId)
    .executeTakeFirstOrThrow()
  const disables = row.disables === 1 && from.disabled === 0
  const refused = disables ? await switchUser(tx, actor, row.fromUserId, from.version, true) : null
  const change = {
    state: 'done',
    finishedAt: actor.at,
    updatedAt: actor.at,
    total: sql<number>`done`,
    hasDisabled: disables && refused === null ? 1 : 0,
    problem: refused && `已交接,但没有停用:${refused}`,
  } as const
  await tx.updateTable('handovers').set(change).where('id', '=', row.id).execute()
  await tellReceivers(tx, actor, own, row, from.name)
  await audit(tx, actor, { entity: 'handover', recordId: row.id, action: 'done', note: `${from.name} 的工作已交接` })
  return true
}

/** Null, or why it is refused (the last administrator). */
async function switchUser(
  tx: Tx,
  actor: Actor,
  id: number,
  version: number,
  disabled: boolean,
): Promise<string | null> {
  try {
    await updateUser(tx, { ...actor, id: 0 }, id, { version, disabled })
    return null
  } catch (error) {
    if (error instanceof ProblemError) return error.message
    throw error
  }
}

/** One summary each. */
async function tellReceivers(
  tx: Tx,
  actor: Actor,
  own: readonly HandoverPart[],
  row: HandoverRecord,
  fromName: string,
): Promise<void> {
  const moved = await tx
    .selectFrom('handoverRows')
    .select(['toUserId', 'kind', (eb) => eb.fn.countAll<number>().as('n')])
    .where('handoverId', '=', row.id)
    .groupBy(['toUserId', 'kind'])
    .execute()
  for (const userId of receiversOf(row)) {
    const words = own.flatMap(({ key, label, unit }) => {
      const n = moved.find((one) => one.toUserId === userId && one.kind === key)?.n
      return n ? [`${label} ${n} ${unit}`] : []
    })
    if (words.length === 0) continue
    await tell(tx, actor.at, {
      kind: 'assigned',
      userIds: [userId],
      title: `${fromName} 的工作交接给你`,
      body: words.join('、'),
      link: `/customers?ownerId=${userId}`,
      onceKey: `handover:${row.id}`,
    })
  }
}

async function back(
  deps: Deps,
  parts: readonly HandoverPart[],
  row: HandoverRecord,
  { onSlice, signal }: Options,
): Promise<boolean> {
  const { clock, store } = deps
  if (row.hasDisabled === 1) await store.tx((tx) => enable(tx, actorOf(deps, row), row))
  for (;;) {
    const moved = await store.read
      .selectFrom('handoverRows')
      .selectAll()
      .where('handoverId', '=', row.id)
      .where('state', '=', 'moved')
      .orderBy('id', 'desc')
      .limit(PAGE_ROWS)
      .execute()
    if (moved.length === 0) break
    const done = await inSlices(
      store,
      moved,
      async (tx, { data, id, kind, rowId, toUserId }) => {
        const part = parts.find(({ key }) => key === kind)
        const kept = { rowId, toUserId, data: data === null ? null : (JSON.parse(data) as Raw) }
        const isBack = part ? await part.back(tx, actorOf(deps, row), kept, row.fromUserId) : false
        await tx
          .updateTable('handoverRows')
          .set({ state: isBack ? 'undone' : 'left' })
          .where('id', '=', id)
          .execute()
      },
      { ...(signal && { signal }), onSlice: (results) => onSlice?.(results.length) },
    )
    if (done < moved.length) return false
  }
  const at = clock.now()
  await store.tx(async (tx) => {
    await tx
      .updateTable('handovers')
      .set({ state: 'undone', problem: null, updatedAt: at, finishedAt: at })
      .where('id', '=', row.id)
      .execute()
    await audit(tx, actorOf(deps, row), { entity: 'handover', recordId: row.id, action: 'undone' })
  })
  return true
}

/** First of all: what comes back must not belong to a disabled person. */
async function enable(tx: Tx, actor: Actor, row: HandoverRecord): Promise<void> {
  const from = await tx
    .selectFrom('users')
    .select(['version', 'disabled'])
    .where('id', '=', row.fromUserId)
    .executeTakeFirstOrThrow()
  if (from.disabled === 1) await switchUser(tx, actor, row.fromUserId, from.version, false)
  await tx.updateTable('handovers').set({ hasDisabled: 0 }).where('id', '=', row.id).execute()
}

/** Open records of disabled people: none, after a hand-over. */
export async function stranded(
  read: Read,
  parts: readonly HandoverPart[],
): Promise<{ userId: number; key: string; count: number }[]> {
  const people = await read.selectFrom('users').select('id').where('disabled', '=', 1).execute()
  const found: { userId: number; key: string; count: number }[] = []
  for (const { id } of people)
    for (const part of parts) {
      const n = await part.count(read, id)
      if (n > 0) found.push({ userId: id, key: part.key, count: n })
    }
  return found
}
