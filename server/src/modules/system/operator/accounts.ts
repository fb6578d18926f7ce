import { newPassword } from '@crm/shared/contract/auth'
import { check } from '@crm/shared/formats'
import { user } from '@crm/shared/entities/user'
import { invalid } from '../../../core/problem.ts'
import { Refusal } from '../../../core/refusal.ts'
import type { Read, Tx } from '../../../db/store.ts'
import { createFirstAdmin, createToken, createUser, hashNew, resetPassword, updateUser } from '../../org/service.ts'
import { type Desk, operator } from './desk.ts'

export interface InitArgs {
  readonly admin: string
  readonly password: string
  readonly company: string
}
export interface AddUserArgs {
  readonly username: string
  readonly password: string
  readonly name?: string
  readonly roles: readonly string[]
  readonly team?: string
}
export interface TokenArgs {
  readonly username: string
  readonly label?: string
  readonly scope?: readonly string[]
  readonly expiresDays?: number
}
export interface UserLine {
  readonly id: number
  readonly username: string
  readonly name: string
  readonly team: string | null
  readonly roles: readonly string[]
  readonly disabled: boolean
}

export const init = ({ store, place }: Desk, { admin, password, company }: InitArgs) =>
  createFirstAdmin(store, place.clock, { username: admin, name: admin, password, company })

export async function addUser(
  desk: Desk,
  { username, password, name = username, roles, team }: AddUserArgs,
): Promise<{ id: number; username: string }> {
  await mustHaveUsers(desk)
  const checked = check<{ username: string; name: string; password: string }>(
    { username: user.fields.username, name: user.fields.name, password: newPassword },
    { username, name, password },
  )
  if (!checked.ok) throw invalid(checked.errors)
  const passwordHash = await hashNew('password', checked.value.password, checked.value.username)
  return desk.store.tx(async (tx) => {
    const roleIds: number[] = []
    for (const role of roles) roleIds.push(await idByName(tx, 'roles', role, '角色'))
    const teamId = team === undefined ? null : await idByName(tx, 'teams', team, '部门')
    const row = await createUser(
      tx,
      operator(desk),
      { username: checked.value.username, name: checked.value.name, roleIds, teamId },
      passwordHash,
    )
    return { id: row.id, username: row.username }
  })
}

export async function setPassword(
  desk: Desk,
  { username, password }: { username: string; password: string },
): Promise<{ id: number; username: string }> {
  const checked = check<{ password: string }>({ password: newPassword }, { password })
  if (!checked.ok) throw invalid(checked.errors)
  const { id, username: known } = await userByName(desk.store.read, username)
  const passwordHash = await hashNew('password', checked.value.password, known)
  await desk.store.tx((tx) => resetPassword(tx, operator(desk), id, passwordHash))
  return { id, username: known }
}

export const disableUser = (
  desk: Desk,
  { username }: { username: string },
): Promise<{ id: number; username: string }> =>
  desk.store.tx(async (tx) => {
    const { id, version, username: known } = await userByName(tx, username)
    await updateUser(tx, operator(desk), id, { version, disabled: true })
    return { id, username: known }
  })

export async function listUsers({ store }: Desk): Promise<{ users: UserLine[] }> {
  const rows = await store.read
    .selectFrom('users as u')
    .leftJoin('teams as t', 't.id', 'u.teamId')
    .select(['u.id', 'u.username', 'u.name', 'u.disabled', 't.name as team'])
    .where('u.deletedAt', 'is', null)
    .orderBy('u.id')
    .execute()
  const held = await store.read
    .selectFrom('userRoles as h')
    .innerJoin('roles as r', 'r.id', 'h.roleId')
    .select(['h.userId', 'r.name'])
    .orderBy('r.id')
    .execute()
  return {
    users: rows.map((row) => ({
      ...row,
      disabled: row.disabled === 1,
      roles: held.filter(({ userId }) => userId === row.id).map(({ name }) => name),
    })),
  }
}

export const makeToken = (
  desk: Desk,
  { username, label, scope, expiresDays }: TokenArgs,
): Promise<{ token: string; id: number }> =>
  desk.store.tx(async (tx) => {
    const { id, username: known } = await userByName(tx, username)
    return createToken(tx, operator(desk), {
      userId: id,
      name: label ?? `${known} 的令牌`,
      scope: scope ?? null,
      expiresDays: expiresDays ?? null,
    })
  })

async function userByName(db: Read | Tx, username: string) {
  const found = await (db as Read)
    .selectFrom('users')
    .select(['id', 'username', 'version'])
    .where((eb) => eb(eb.fn<string>('lower', ['username']), '=', username.trim().toLowerCase()))
    .where('deletedAt', 'is', null)
    .executeTakeFirst()
  if (!found) throw new Refusal('precondition', `没有用户名为“${username}”的操作员`)
  return found
}

async function idByName(tx: Tx, table: 'roles' | 'teams', name: string, label: string): Promise<number> {
  const found = await tx
    .selectFrom(table)
    .select('id')
    .where('name', '=', name)
    .where('deletedAt', 'is', null)
    .execute()
  const [only] = found
  if (!only) throw new Refusal('precondition', `没有名为“${name}”的${label}`)
  if (found.length > 1) throw new Refusal('precondition', `有 ${found.length} 个名为“${name}”的${label},请在系统里指定`)
  return only.id
}

/** The first person is made by init, together with the roles. */
async function mustHaveUsers({ store }: Desk): Promise<void> {
  const somebody = await store.read.selectFrom('users').select('id').limit(1).executeTakeFirst()
  if (!somebody)
    throw new Refusal('precondition', '系统还没有初始化,请先运行 npm run crm -- init --admin 用户名 --password-stdin')
}
