import { createHash } from 'node:crypto'
import type { Tx } from '../../db/store.ts'
import type { Actor } from '../access/actor.ts'
import { later } from '../clock.ts'
import { invalidField, problem } from '../problem.ts'

const KEPT_MS = 24 * 3_600_000
const KEY = /^[\x21-\x7e]{1,200}$/

/**
 * Runs `work` once for a key: the same key and body replay the first reply, another body is 422. The reply is stored in the
 * transaction of the work itself, so neither a crash nor a second server can separate them.
 */
export async function once<T>(
  tx: Tx,
  actor: Actor,
  request: { key: string | string[] | undefined; route: string; body: unknown },
  work: () => Promise<T>,
): Promise<T> {
  const { key, route } = request
  if (key === undefined) return work()
  if (typeof key !== 'string' || !KEY.test(key))
    throw invalidField('Idempotency-Key', 'Idempotency-Key 应为 1–200 个可见 ASCII 字符')
  const bodyHash = createHash('sha256')
    .update(JSON.stringify(request.body ?? null))
    .digest('hex')
  const known = await tx
    .selectFrom('idempotencyKeys')
    .selectAll()
    .where('actorId', '=', actor.id)
    .where('route', '=', route)
    .where('key', '=', key)
    .executeTakeFirst()
  if (known && known.createdAt > later(actor.at, -KEPT_MS)) {
    if (known.bodyHash !== bodyHash) throw problem('key_reused', '这个 Idempotency-Key 已用于内容不同的请求')
    return JSON.parse(known.reply) as T
  }
  if (known)
    await tx
      .deleteFrom('idempotencyKeys')
      .where('actorId', '=', actor.id)
      .where('route', '=', route)
      .where('key', '=', key)
      .execute()
  const reply = await work()
  await tx
    .insertInto('idempotencyKeys')
    .values({ actorId: actor.id, route, key, bodyHash, status: 200, reply: JSON.stringify(reply), createdAt: actor.at })
    .execute()
  return reply
}
/** Housekeeping: keys past their day. */
export const forgetKeys = (tx: Tx, now: string) =>
  tx.deleteFrom('idempotencyKeys').where('createdAt', '<', later(now, -KEPT_MS)).execute()
