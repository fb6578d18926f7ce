import { user } from '@crm/shared/entities/user'
import type { CreateOf, RowOf, UpdateOf } from '@crm/shared/kernel/entity'
import { sql } from '../../db/sql.ts'
import type { Actor } from '../../core/access/actor.ts'
import { crud } from '../../core/rows/crud.ts'
import { clear } from '../../core/access/limits.ts'
import { forbidden, invalidField, notFound, problem } from '../../core/problem.ts'
import { storedRow } from '../../core/rows/rows.ts'
import { ownersWithin } from '../../core/access/scope.ts'
import { endSignIns } from '../../core/access/signInRows.ts'
import type { Tx } from '../../db/store.ts'
import { accountKey } from './attempts.ts'
import { savePassword } from './passwords.ts'
import { coversTeam, factsOf, grantsOf, holdsEverything, mayHandOn, nearness, rolesOf } from './rights.ts'
import { cleanUsername, foldUsername, usernameProblem } from './username.ts'

export const users = crud(user)
type Row = RowOf<typeof user>

async function checkedUsername(tx: Tx, typed: string, exceptId = 0): Promise<string> {
  const username = cleanUsername(typed)
  const wrong = usernameProblem(username)
  if (wrong) throw invalidField('username', wrong)
  const other = await tx
    .selectFrom('users')
    .select('id')
    .where(sql`lower(username)`, '=', foldUsername(username))
    .where('id', '<>', exceptId)
    .executeTakeFirst()
  const message = `用户名“${username}”已被使用`
  if (other) throw problem('taken', message, { errors: [{ field: 'username', message }] })
  return username
}

async function grantsOfRoles(tx: Tx, roleIds: readonly number[]) {
  if (roleIds.length === 0) return grantsOf([])
  const rows = await tx
    .selectFrom('roles')
    .select(['reach', 'permissions', 'builtIn'])
    .where('id', 'in', roleIds)
    .execute()
  return grantsOf(rows.map(factsOf))
}

/** A11/A12: nobody makes anybody, least of all himself, mightier than he is. */
async function requireHandOn(tx: Tx, actor: Actor, roleIds: readonly number[], teamId: number | null): Promise<void> {
  if (!mayHandOn(actor.grants, await grantsOfRoles(tx, roleIds), await nearness(tx, actor, teamId)))
    throw forbidden('不能授予超出你自己权限或数据范围的角色')
}

/** 403 unless the person is in the actor's circle and holds nothing that the actor does not. */
async function requireManage(tx: Tx, actor: Actor, before: { id: number; teamId: number | null }): Promise<void> {
  const reach = actor.grants.get('user.update')
  if (reach !== 'all' && !ownersWithin(actor, reach ?? 'own').includes(before.id))
    throw forbidden('这名操作员不在你的管理范围内')
  const grants = grantsOf(await rolesOf(tx, before.id))
  if (before.id !== actor.id && !mayHandOn(actor.grants, grants, await nearness(tx, actor, before.teamId)))
    throw forbidden('不能修改权限超过你自己的操作员')
}

async function isLastAdmin(tx: Tx, id: number): Promise<boolean> {
  const admins = await tx
    .selectFrom('users')
    .innerJoin('userRoles', 'userRoles.userId', 'users.id')
    .innerJoin('roles', 'roles.id', 'userRoles.roleId')
    .select('users.id')
    .where('roles.builtIn', '=', 1)
    .where('users.disabled', '=', 0)
    .where('users.deletedAt', 'is', null)
    .execute()
  return admins.length > 0 && admins.every((admin) => admin.id === id)
}

const stored = async (tx: Tx, id: number) => {
  const row = await storedRow(tx, user, id)
  if (!row || row['deletedAt'] !== null) throw notFound(user.label)
  return row as {
    id: number
    username: string
    name: string
    teamId: number | null
    disabled: 0 | 1
    roleIds: number[]
  }
}

/** `passwordHash` was made before the transaction began. */
export async function createUser(
  tx: Tx,
  actor: Actor,
  body: CreateOf<typeof user>,
  passwordHash: string,
): Promise<Row> {
  const teamId = body.teamId ?? null
  if (!(await coversTeam(tx, actor, 'user.create', teamId))) throw forbidden('只能在自己管理的部门里新建操作员')
  await requireHandOn(tx, actor, body.roleIds ?? [], teamId)
  const row = await users.create(tx, actor, { ...body, username: await checkedUsername(tx, body.username) })
  await tx.insertInto('credentials').values({ userId: row.id, passwordHash, changedAt: actor.at }).execute()
  return row
}

export async function updateUser(tx: Tx, actor: Actor, id: number, body: UpdateOf<typeof user>): Promise<Row> {
  const before = await stored(tx, id)
  await requireManage(tx, actor, before)
  const teamId = body.teamId === undefined ? before.teamId : body.teamId
  const roleIds = body.roleIds ?? before.roleIds
  const isMoved = teamId !== before.teamId
  const isRegranted = roleIds.length !== before.roleIds.length || roleIds.some((role) => !before.roleIds.includes(role))
  if (isMoved && !(await coversTeam(tx, actor, 'user.update', teamId)))
    throw forbidden('只能把操作员调到自己管理的部门')
  if (isMoved || isRegranted) {
    if (id === actor.id && !holdsEverything(actor.grants)) throw forbidden('不能修改自己的角色和部门')
    await requireHandOn(tx, actor, roleIds, teamId)
  }
  const isDisabled = body.disabled === true && before.disabled === 0
  if (isDisabled && id === actor.id) throw problem('illegal_move', '不能停用自己')
  if ((isDisabled || isRegranted) && (await isLastAdmin(tx, id)) && (isDisabled || !(await hasBuiltIn(tx, roleIds))))
    throw problem('illegal_move', '至少要保留一名启用的系统管理员')
  const username = body.username === undefined ? {} : { username: await checkedUsername(tx, body.username, id) }
  const row = await users.update(tx, actor, id, { ...body, ...username })
  if (isDisabled) await endSignIns(tx, actor.at, id)
  return row
}

async function hasBuiltIn(tx: Tx, roleIds: readonly number[]): Promise<boolean> {
  if (roleIds.length === 0) return false
  const found = await tx
    .selectFrom('roles')
    .select('id')
    .where('id', 'in', roleIds)
    .where('builtIn', '=', 1)
    .executeTakeFirst()
  return found !== undefined
}

/** Whether a record may be this person's: not of nobody, nor of whoever has left. */
export async function isActive(tx: Tx, id: number | null): Promise<boolean> {
  if (id === null) return false
  const row = await tx.selectFrom('users').select(['disabled', 'deletedAt']).where('id', '=', id).executeTakeFirst()
  return row !== undefined && row.disabled === 0 && row.deletedAt === null
}

/** By an administrator: every sign-in of the person ends, and the account is open again after too many wrong tries. */
export async function resetPassword(tx: Tx, actor: Actor, id: number, passwordHash: string): Promise<void> {
  // Whoever finds a screen unlocked must not take over the account: one's own password needs the old one.
  if (id === actor.id) throw problem('illegal_move', '请用“修改密码”更改自己的密码')
  const before = await stored(tx, id)
  await requireManage(tx, actor, before)
  await savePassword(tx, actor, id, passwordHash, 'passwordReset')
  await endSignIns(tx, actor.at, id)
  await clear(tx, accountKey(before.username))
}
