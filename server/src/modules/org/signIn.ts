import type { Session } from '@crm/shared/contract/auth'
import type { PermissionName, Reach } from '@crm/shared/permissions'
import { sql } from '../../db/sql.ts'
import { type Rights, widestReach } from '../../core/access/actor.ts'
import { audit } from '../../core/access/audit.ts'
import { verifyPassword } from '../../core/access/password.ts'
import { problem } from '../../core/problem.ts'
import type { Read, Store, Tx } from '../../db/store.ts'
import { readSettings } from '../system/settings/service.ts'
import { type Attempt, countLogin, forgiveLogin, stranger } from './attempts.ts'
import { hashOf } from './passwords.ts'
import { rolesOf } from './rights.ts'
import { foldUsername } from './username.ts'

const refused = () => problem('wrong_credentials', '用户名或密码不对')

const accountOf = (read: Read, username: string) =>
  read
    .selectFrom('users')
    .leftJoin('credentials', 'credentials.userId', 'users.id')
    .select(['users.id', 'users.name', 'users.username', 'users.disabled', 'credentials.passwordHash'])
    .where(sql`lower(${sql.ref('users.username')})`, '=', foldUsername(username))
    .where('users.deletedAt', 'is', null)
    .executeTakeFirst()

export interface Authenticated {
  readonly id: number
  readonly name: string
  /** In the transaction that signs in: nothing may have changed since the password was checked. */
  readonly confirm: (tx: Tx) => Promise<void>
}

/** Checks name and password. Same answer, same work for an unknown name, a disabled user and a wrong password. 401, 429. */
export async function authenticate(
  store: Store,
  attempt: Attempt & { readonly password: string },
): Promise<Authenticated> {
  await countLogin(store, attempt)
  const found = await accountOf(store.read, attempt.username)
  const isRight = await verifyPassword(attempt.password, found?.passwordHash ?? null)
  if (!found || !isRight || found.disabled) {
    // An unknown name is not written down: it may be a password typed into the wrong box.
    const change = {
      entity: 'signIn',
      recordId: found?.id ?? null,
      action: 'loginFailed',
      note: found?.username ?? '没有这个用户名',
    }
    await store.tx((tx) => audit(tx, stranger(attempt), change))
    throw refused()
  }
  const { id, name, passwordHash } = found
  return {
    id,
    name,
    async confirm(tx) {
      const now = await tx.selectFrom('users').select('disabled').where('id', '=', id).executeTakeFirst()
      if (!now || now.disabled || (await hashOf(tx as unknown as Read, id)) !== passwordHash) throw refused()
      await forgiveLogin(tx, attempt)
    },
  }
}

/** What the browser learns about who is signed in. */
export async function sessionOf(
  read: Read,
  { id, username, name, teamId, grants, ...rest }: Rights,
  zone: string,
): Promise<Session> {
  const team =
    teamId === null
      ? undefined
      : await read.selectFrom('teams').select('name').where('id', '=', teamId).executeTakeFirst()
  return {
    id,
    username,
    name,
    teamId,
    teamName: team?.name ?? null,
    roleNames: (await rolesOf(read, id)).map((role) => role.name),
    reach: widestReach({ id, username, name, teamId, grants, ...rest }),
    permissions: Object.fromEntries(grants) as Partial<Record<PermissionName, Reach>>,
    company: (await readSettings(read)).company,
    zone,
  }
}
