import { createHash, randomBytes } from 'node:crypto'
import type { CompiledQuery, SelectQueryNode } from 'kysely'
import { untilCommit } from '../../db/revision.ts'
import type { Read, Tx } from '../../db/store.ts'
import { wake } from '../../db/wake.ts'
import { later } from '../clock.ts'
import { EVERYBODY, personChannel } from '../jobs/channels.ts'

/** Absolute: however busy, everybody signs in again after a week. */
export const LIFETIME_MS = 7 * 24 * 3_600_000
/** How long an ended sign-in stays for who asks who was there. */
const KEPT_MS = 30 * 24 * 3_600_000
const SECRET_BYTES = 32
const SECRET = 'signIn'

/** SHA-256 as text. What is high-entropy already needs no slow hash. */
export const digest = (secret: string): string => createHash('sha256').update(secret).digest('base64url')
export const newSid = (): string => randomBytes(SECRET_BYTES).toString('base64url')

/** Signs the cookies of every server of this installation: made once, by whoever comes first. */
export async function signingSecret(tx: Tx): Promise<string> {
  const value = randomBytes(SECRET_BYTES).toString('base64url')
  await tx
    .insertInto('secrets')
    .values({ name: SECRET, value })
    .onConflict((c) => c.column('name').doNothing())
    .execute()
  return (await tx.selectFrom('secrets').select('value').where('name', '=', SECRET).executeTakeFirstOrThrow()).value
}

/** A restored database signs with the secret of the installation it now belongs to, or with a new one, never with the backup's. */
export async function setSigningSecret(tx: Tx, value = randomBytes(SECRET_BYTES).toString('base64url')): Promise<void> {
  await tx
    .insertInto('secrets')
    .values({ name: SECRET, value })
    .onConflict((c) => c.column('name').doUpdateSet({ value }))
    .execute()
}

/** The row keeps only a hash of the cookie's id: a stolen backup signs nobody in. */
export async function addSignIn(
  tx: Tx,
  sid: string,
  row: { userId: number; at: string; address: string; agent: string },
): Promise<void> {
  const { userId, at, address, agent } = row
  await tx
    .insertInto('signIns')
    .values({
      id: digest(sid),
      userId,
      createdAt: at,
      expiresAt: later(at, LIFETIME_MS),
      endedAt: null,
      address,
      agent: agent.slice(0, 200),
    })
    .execute()
}

/** Ends the sign-ins of one person, except the row `exceptId`; of everybody when `userId` is null (a restore). */
export async function endSignIns(
  tx: Tx,
  at: string,
  userId: number | null,
  exceptId: string | null = null,
): Promise<void> {
  let ending = tx.updateTable('signIns').set({ endedAt: at }).where('endedAt', 'is', null)
  if (userId !== null) ending = ending.where('userId', '=', userId)
  if (exceptId !== null) ending = ending.where('id', '<>', exceptId)
  await ending.execute()
  await wake(tx, [userId === null ? EVERYBODY : personChannel(userId)])
}

/** Ends one; null when it was not live. */
export async function endSignIn(tx: Tx, at: string, id: string): Promise<{ userId: number } | undefined> {
  const ended = await tx
    .updateTable('signIns')
    .set({ endedAt: at })
    .where('id', '=', id)
    .where('endedAt', 'is', null)
    .where('expiresAt', '>', at)
    .returning('userId')
    .executeTakeFirst()
  if (ended) await wake(tx, [personChannel(ended.userId)])
  return ended
}

/** Housekeeping. */
export const forgetSignIns = (tx: Tx, now: string) =>
  tx.deleteFrom('signIns').where('expiresAt', '<', later(now, -KEPT_MS)).execute()

/**
 * Who stands behind a cookie or a token, and the version of all rights, read at one instant. Built once: the text of a statement
 * that runs before every request is not put together every time.
 */
export function identities(read: Read) {
  const cookie = read
    .selectFrom('signIns as s')
    .innerJoin('users as u', 'u.id', 's.userId')
    .crossJoin('rightsVersion as r')
    .select(['s.userId', 's.createdAt', 's.expiresAt', 's.endedAt', 'u.disabled', 'r.n'])
    .where('s.id', '=', '')
    .compile()
  const token = read
    .selectFrom('apiTokens as t')
    .innerJoin('users as u', 'u.id', 't.userId')
    .crossJoin('rightsVersion as r')
    .select(['t.id', 't.userId', 't.scope', 't.expiresAt', 't.revokedAt', 't.lastUsedAt', 'u.disabled', 'r.n'])
    .where('t.hash', '=', '')
    .compile()
  const asking = <R>(query: CompiledQuery<R>) => {
    const known = untilCommit<R | undefined>()
    return (secret: string): Promise<R | undefined> =>
      known(read, secret, async () => {
        const { rows } = await read.executeQuery({ ...query, parameters: [digest(secret)] } as CompiledQuery<R> & {
          query: SelectQueryNode
        })
        return rows[0] as R | undefined
      })
  }
  return { ofCookie: asking(cookie), ofToken: asking(token) }
}
