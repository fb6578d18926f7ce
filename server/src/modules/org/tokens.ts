import { randomBytes } from 'node:crypto'
import type { Token } from '@crm/shared/contract/system'
import { permissionNames } from '@crm/shared/permissions'
import type { Actor } from '../../core/access/actor.ts'
import { audit } from '../../core/access/audit.ts'
import { personChannel } from '../../core/jobs/channels.ts'
import { later } from '../../core/clock.ts'
import { invalid, invalidField, notFound } from '../../core/problem.ts'
import { digest } from '../../core/access/signInRows.ts'
import type { Read, Tx } from '../../db/store.ts'
import { wake } from '../../db/wake.ts'

const SECRET_BYTES = 32
/** Enough to recognise one in the list; 208 bits stay unknown. */
const SHOWN = 12
const DAY_MS = 24 * 3_600_000
const MOST_DAYS = 3650

export interface NewToken {
  readonly userId: number
  readonly name: string
  /** Permissions it is limited to; null = all of its user's, whatever they are at the time of use. */
  readonly scope: readonly string[] | null
  readonly expiresDays: number | null
}

/** The token is returned once and kept nowhere. 400 for an unknown permission, 404 for an unknown or disabled user. */
export async function createToken(
  tx: Tx,
  actor: Actor,
  { userId, name, scope, expiresDays }: NewToken,
): Promise<{ token: string; id: number }> {
  const unknown = (scope ?? []).filter((permission) => !(permissionNames as string[]).includes(permission))
  if (unknown.length > 0)
    throw invalid(unknown.map((permission) => ({ field: 'scope', message: `没有权限“${permission}”` })))
  if (scope?.length === 0) throw invalidField('scope', '权限范围不能为空')
  if (expiresDays !== null && !(Number.isInteger(expiresDays) && expiresDays >= 1 && expiresDays <= MOST_DAYS))
    throw invalidField('expires', `有效期应为 1–${MOST_DAYS} 天`)
  const owner = await tx
    .selectFrom('users')
    .select('id')
    .where('id', '=', userId)
    .where('disabled', '=', 0)
    .where('deletedAt', 'is', null)
    .executeTakeFirst()
  if (!owner) throw notFound('操作员')
  const token = `crm_${randomBytes(SECRET_BYTES).toString('base64url')}`
  const row = {
    userId,
    name,
    prefix: token.slice(0, SHOWN),
    scope: scope?.join(',') ?? null,
    createdAt: actor.at,
    expiresAt: expiresDays === null ? null : later(actor.at, expiresDays * DAY_MS),
  }
  const { id } = await tx
    .insertInto('apiTokens')
    .values({ ...row, hash: digest(token), lastUsedAt: null, revokedAt: null })
    .returning('id')
    .executeTakeFirstOrThrow()
  await audit(tx, actor, { entity: 'apiToken', recordId: id, action: 'create', after: { id, ...row } })
  return { token, id }
}

/** Those not revoked, newest first. */
export async function listTokens(read: Read): Promise<{ items: Token[] }> {
  const items = await read
    .selectFrom('apiTokens as t')
    .innerJoin('users as u', 'u.id', 't.userId')
    .select([
      't.id',
      't.name',
      't.userId',
      'u.name as userName',
      't.prefix',
      't.scope',
      't.expiresAt',
      't.lastUsedAt',
      't.createdAt',
    ])
    .where('t.revokedAt', 'is', null)
    .orderBy('t.id', 'desc')
    .execute()
  return { items }
}

export async function revokeToken(tx: Tx, actor: Actor, id: number): Promise<void> {
  const before = await tx
    .selectFrom('apiTokens')
    .select(['id', 'userId', 'name', 'prefix', 'scope', 'createdAt', 'expiresAt'])
    .where('id', '=', id)
    .where('revokedAt', 'is', null)
    .executeTakeFirst()
  if (!before) throw notFound('API 令牌')
  await tx.updateTable('apiTokens').set({ revokedAt: actor.at }).where('id', '=', id).execute()
  await wake(tx, [personChannel(before.userId)])
  await audit(tx, actor, { entity: 'apiToken', recordId: id, action: 'revoke', before })
}
