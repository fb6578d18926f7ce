import { type BulkResult, type BulkVerb, bulkVerbs } from '@crm/shared/contract/bulk'
import type { customer } from '@crm/shared/entities/customer'
import type { RowOf } from '@crm/shared/kernel/entity'
import { type Actor, can } from '../../../core/access/actor.ts'
import { audit } from '../../../core/access/audit.ts'
import { later } from '../../../core/clock.ts'
import { tell } from '../../../core/jobs/notices.ts'
import { forbidden, notFound, ProblemError, problem } from '../../../core/problem.ts'
import { inSlices } from '../../../core/jobs/slices.ts'
import type { Store, Tx } from '../../../db/store.ts'
import { customers } from '../customers.ts'
import { checkNamed, type Wish, workOf } from './verbs.ts'

/** A choice is good for an hour: after that the list looks different. */
const GOOD_MS = 3_600_000
/** A run of a server that died may go on after this. */
const HUNG_MS = 10 * 60_000

interface One {
  readonly id: number
  readonly name: string
  /** Null where it was done. */
  readonly reason: string | null
  readonly formerId: number | null
  readonly ownerId: number | null
}

/**
 * Does it to what the token stands for, in slices: each row by its own rights, rules and audit, and what stays is told with its reason.
 * The same token with the same wish answers again with the first result.
 */
export async function run(
  store: Store,
  actor: Actor,
  { token, ...wish }: Wish & { readonly token: string },
): Promise<BulkResult> {
  const asked = JSON.stringify(wish)
  await checkNamed(store.read, wish)
  const known = await store.read
    .selectFrom('bulkRuns')
    .selectAll()
    .where('token', '=', token)
    .where('actorId', '=', actor.id)
    .executeTakeFirst()
  if (!known) throw notFound('这批选择')
  if (known.asked !== null && known.asked !== asked) throw problem('key_reused', '这批选择已用于另一项操作,请重新选择')
  if (known.reply !== null) return JSON.parse(known.reply) as BulkResult
  if (known.createdAt < later(actor.at, -GOOD_MS)) throw problem('illegal_move', '选择已超过一小时,请重新选择')
  const { needs, label } = bulkVerbs[known.verb]
  if (!can(actor, needs)) throw forbidden(`没有${label}的权限`)
  const work = await workOf(store.read, known.verb, wish)
  await store.tx((tx) => begin(tx, actor, known.id, asked))

  const results: One[] = []
  const handsOver = known.verb === 'assign' || known.verb === 'release'
  const inBulk: Actor = { ...actor, inBulk: true }
  const one = async (tx: Tx, id: number): Promise<One> => {
    let row: RowOf<typeof customer> | null = null
    try {
      row = await customers.find(tx, actor, id)
      await work(tx, inBulk, row)
      const ownerId = handsOver ? await ownerOf(tx, id) : row.ownerId
      return { id, name: row.name, reason: null, formerId: row.ownerId, ownerId }
    } catch (error) {
      // Refused before anything was written.
      if (error instanceof ProblemError)
        return { id, name: row?.name ?? '', reason: error.message, formerId: null, ownerId: null }
      throw error
    }
  }
  const ids = JSON.parse(known.ids) as number[]
  await inSlices(store, ids, one, { onSlice: (part) => void results.push(...part) })
  return store.tx((tx) => finish(tx, actor, { id: known.id, verb: known.verb, results }))
}

async function begin(tx: Tx, actor: Actor, id: number, asked: string): Promise<void> {
  const taken = await tx
    .updateTable('bulkRuns')
    .set({ state: 'running', asked, startedAt: actor.at })
    .where('id', '=', id)
    .where((e) => e.or([e('state', '=', 'counted'), e('startedAt', '<', later(actor.at, -HUNG_MS))]))
    .where('state', '!=', 'done')
    .executeTakeFirst()
  if (taken.numUpdatedRows !== 1n) throw problem('request_in_flight', '这一批正在处理,请稍候')
}

const ownerOf = async (tx: Tx, id: number): Promise<number | null> =>
  // unscoped: a row the actor has just been let to
  (await tx.selectFrom('customers').select('ownerId').where('id', '=', id).executeTakeFirst())?.ownerId ?? null

interface Finished {
  readonly id: number
  readonly verb: BulkVerb
  readonly results: readonly One[]
}
async function finish(tx: Tx, actor: Actor, { id, results, verb }: Finished): Promise<BulkResult> {
  const skipped = results.flatMap(({ id: rowId, name, reason }) =>
    reason === null ? [] : [{ id: rowId, name, reason }],
  )
  const reply: BulkResult = { done: results.length - skipped.length, skipped }
  await tx
    .updateTable('bulkRuns')
    .set({ state: 'done', reply: JSON.stringify(reply) })
    .where('id', '=', id)
    .execute()
  await audit(tx, actor, {
    entity: 'customer',
    recordId: null,
    action: 'bulk',
    after: { verb: bulkVerbs[verb].label, done: reply.done, skipped: skipped.length },
  })
  await tellTogether(
    tx,
    actor,
    id,
    results.filter((one) => one.reason === null && one.formerId !== one.ownerId),
  )
  return reply
}

/** Each owner once, however many came or went. */
async function tellTogether(tx: Tx, actor: Actor, id: number, moved: readonly One[]): Promise<void> {
  const came = new Map<number, One[]>()
  const went = new Map<number, One[]>()
  const add = (to: Map<number, One[]>, userId: number | null, one: One) => {
    if (userId !== null && userId !== actor.id) to.set(userId, [...(to.get(userId) ?? []), one])
  }
  for (const one of moved) {
    add(came, one.ownerId, one)
    add(went, one.formerId, one)
  }
  const words = ([first, ...rest]: readonly One[]) =>
    rest.length === 0 ? first!.name : `${first!.name} 等 ${rest.length + 1} 家`
  for (const [userId, rows] of came)
    await tell(tx, actor.at, {
      kind: 'assigned',
      userIds: [userId],
      title: `客户转给你了:${words(rows)}`,
      body: `${actor.name} 转交`,
      link: rows.length === 1 ? `/customers/${rows[0]!.id}` : '/customers?view=mine',
      onceKey: `bulk:${id}:came`,
    })
  for (const [userId, rows] of went)
    await tell(tx, actor.at, {
      kind: 'assigned',
      userIds: [userId],
      title: `你的客户已转走:${words(rows)}`,
      body: `${actor.name} 批量操作`,
      onceKey: `bulk:${id}:went`,
    })
}
