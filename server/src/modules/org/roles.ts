import { role } from '@crm/shared/entities/user'
import type { CreateOf, RowOf, UpdateOf } from '@crm/shared/kernel/entity'
import type { Actor } from '../../core/access/actor.ts'
import { crud } from '../../core/rows/crud.ts'
import { forbidden, notFound, problem } from '../../core/problem.ts'
import { storedRow } from '../../core/rows/rows.ts'
import type { Tx } from '../../db/store.ts'
import { factsOf, grantsOf, mayHandOn } from './rights.ts'

export const roles = crud(role)
type Row = RowOf<typeof role>
type Facts = ReturnType<typeof factsOf>

/** Nobody writes a role that can do more than he can himself, and nobody touches one that does. */
function requireCover(actor: Actor, facts: Facts): void {
  if (!mayHandOn(actor.grants, grantsOf([facts]))) throw forbidden('角色的权限或数据范围超出了你自己的权限')
}

async function changeable(tx: Tx, actor: Actor, id: number, inBin = false): Promise<Facts> {
  const stored = await storedRow(tx, role, id)
  if (!stored || (stored['deletedAt'] !== null) !== inBin)
    throw notFound(inBin ? `回收站里的${role.label}` : role.label)
  const facts = factsOf(stored as never)
  if (facts.builtIn) throw forbidden('内置角色不能修改或删除')
  requireCover(actor, facts)
  return facts
}

export async function createRole(tx: Tx, actor: Actor, body: CreateOf<typeof role>): Promise<Row> {
  requireCover(actor, { reach: body.reach ?? 'own', permissions: body.permissions ?? [], builtIn: false })
  return roles.create(tx, actor, body, { builtIn: false })
}

export async function updateRole(tx: Tx, actor: Actor, id: number, body: UpdateOf<typeof role>): Promise<Row> {
  const before = await changeable(tx, actor, id)
  requireCover(actor, {
    reach: body.reach ?? before.reach,
    permissions: body.permissions ?? before.permissions,
    builtIn: false,
  })
  return roles.update(tx, actor, id, body)
}

export async function removeRole(tx: Tx, actor: Actor, id: number, version: number): Promise<void> {
  await changeable(tx, actor, id)
  const { n } = await tx
    .selectFrom('userRoles')
    .select((e) => e.fn.countAll().as('n'))
    .where('roleId', '=', id)
    .executeTakeFirstOrThrow()
  if (Number(n) > 0) throw problem('in_use', `还有 ${Number(n)} 名操作员使用这个角色,不能删除`)
  await roles.remove(tx, actor, id, version)
}

export async function restoreRole(tx: Tx, actor: Actor, id: number): Promise<Row> {
  await changeable(tx, actor, id, true)
  return roles.restore(tx, actor, id)
}
