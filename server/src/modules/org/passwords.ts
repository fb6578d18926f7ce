import type { Actor } from '../../core/access/actor.ts'
import { audit } from '../../core/access/audit.ts'
import { forbidden, invalidField } from '../../core/problem.ts'
import { hashPassword, verifyPassword } from '../../core/access/password.ts'
import type { Read, Store, Tx } from '../../db/store.ts'
import { countOldPassword, forgiveOldPassword } from './attempts.ts'
import { foldUsername } from './username.ts'

export const hashOf = async (read: Read, userId: number): Promise<string | null> =>
  (await read.selectFrom('credentials').select('passwordHash').where('userId', '=', userId).executeTakeFirst())
    ?.passwordHash ?? null

/** Hashes a password somebody chose; refuses the one everybody would try first. Outside any transaction. */
export async function hashNew(field: string, password: string, username: string): Promise<string> {
  if (foldUsername(password) === foldUsername(username)) throw invalidField(field, '密码不能与用户名相同')
  return hashPassword(password)
}

export async function savePassword(
  tx: Tx,
  actor: Actor,
  userId: number,
  passwordHash: string,
  action: 'passwordReset' | 'passwordChanged',
): Promise<void> {
  const changed = { passwordHash, changedAt: actor.at }
  await tx
    .insertInto('credentials')
    .values({ userId, ...changed })
    .onConflict((c) => c.column('userId').doUpdateSet(changed))
    .execute()
  await audit(tx, actor, { entity: 'signIn', recordId: userId, action })
}

/** One's own password; `endOthers` runs in the same transaction. 400 for a wrong old one, 429 after too many. */
export async function changePassword(
  store: Store,
  actor: Actor,
  body: { oldPassword: string; newPassword: string },
  endOthers: (tx: Tx) => Promise<void>,
): Promise<void> {
  if (actor.via !== 'web') throw forbidden('修改密码需要登录后操作')
  await countOldPassword(store, actor.id, { username: actor.username, at: actor.at, address: actor.address ?? '' })
  const stored = await hashOf(store.read, actor.id)
  if (!(await verifyPassword(body.oldPassword, stored))) throw invalidField('oldPassword', '原密码不对')
  const passwordHash = await hashNew('newPassword', body.newPassword, actor.username)
  await store.tx(async (tx) => {
    await forgiveOldPassword(tx, actor.id)
    // A reset that came in between wins: the old password is no longer the old one.
    if ((await hashOf(tx as unknown as Read, actor.id)) !== stored) throw invalidField('oldPassword', '原密码不对')
    await savePassword(tx, actor, actor.id, passwordHash, 'passwordChanged')
    await endOthers(tx)
  })
}
