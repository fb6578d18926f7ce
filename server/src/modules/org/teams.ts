import { team } from '@crm/shared/entities/user'
import type { CreateOf, RowOf, UpdateOf } from '@crm/shared/kernel/entity'
import type { Actor } from '../../core/access/actor.ts'
import { crud } from '../../core/rows/crud.ts'
import { forbidden, invalidField, notFound, problem } from '../../core/problem.ts'
import type { Read, Tx } from '../../db/store.ts'
import { coversTeam, teamsUnder } from './rights.ts'

const DEEPEST = 10
export const teams = crud(team)
type Row = RowOf<typeof team>

interface Place {
  readonly id: number
  readonly name: string
  readonly parentId: number | null
}
const liveTeams = (db: Read | Tx): Promise<Place[]> =>
  (db as Read).selectFrom('teams').select(['id', 'name', 'parentId']).where('deletedAt', 'is', null).execute()

/** 1 for a team at the top. */
function depthOf(all: readonly Place[], id: number | null): number {
  let depth = 0
  for (let at = id; at !== null && depth <= DEEPEST; depth++) at = all.find((t) => t.id === at)?.parentId ?? null
  return depth
}
/** 1 for a team with nothing below. */
function heightOf(all: readonly Place[], id: number): number {
  return 1 + Math.max(0, ...all.filter((t) => t.parentId === id).map((child) => heightOf(all, child.id)))
}

async function checkPlace(
  tx: Tx,
  { id, name, parentId }: { id: number | null; name: string; parentId: number | null },
): Promise<void> {
  const all = await liveTeams(tx)
  if (id !== null && (await teamsUnder(tx, id)).includes(parentId ?? 0))
    throw invalidField('parentId', '上级部门不能是本部门或其下属部门')
  const height = id === null ? 1 : heightOf(all, id)
  if (depthOf(all, parentId) + height > DEEPEST) throw invalidField('parentId', `部门最多 ${DEEPEST} 层`)
  if (all.some((t) => t.id !== id && t.parentId === parentId && t.name === name)) {
    const message = `同一上级下已有部门“${name}”`
    throw problem('taken', message, { errors: [{ field: 'name', message }] })
  }
}

/** Nobody widens his own 本部门及下属 by hanging another team below it. */
async function refuseOwnGrowth(tx: Tx, actor: Actor, id: number, parentId: number): Promise<void> {
  if (![...actor.grants.values()].includes('subtree')) return
  const mine = await teamsUnder(tx, actor.teamId)
  if (mine.includes(parentId) && !mine.includes(id)) throw forbidden('不能把别的部门移到自己的部门之下')
}

async function require(
  tx: Tx,
  actor: Actor,
  permission: 'team.create' | 'team.update' | 'team.delete',
  teamId: number | null,
): Promise<void> {
  if (!(await coversTeam(tx, actor, permission, teamId))) throw forbidden('这个部门不在你的管理范围内')
}

export async function createTeam(tx: Tx, actor: Actor, body: CreateOf<typeof team>): Promise<Row> {
  const parentId = body.parentId ?? null
  await require(tx, actor, 'team.create', parentId)
  await checkPlace(tx, { id: null, name: body.name, parentId })
  return teams.create(tx, actor, body)
}

export async function updateTeam(tx: Tx, actor: Actor, id: number, body: UpdateOf<typeof team>): Promise<Row> {
  const before = (await liveTeams(tx)).find((t) => t.id === id)
  if (!before) throw notFound(team.label)
  await require(tx, actor, 'team.update', id)
  const next = {
    id,
    name: body.name ?? before.name,
    parentId: body.parentId === undefined ? before.parentId : body.parentId,
  }
  if (next.parentId !== before.parentId) {
    await require(tx, actor, 'team.update', next.parentId)
    if (next.parentId !== null) await refuseOwnGrowth(tx, actor, id, next.parentId)
  }
  await checkPlace(tx, next)
  return teams.update(tx, actor, id, body)
}

export async function removeTeam(tx: Tx, actor: Actor, id: number, version: number): Promise<void> {
  await teams.reach(tx, actor, id, 'team.delete')
  await require(tx, actor, 'team.delete', id)
  const count = (e: { n: number | string | bigint }) => Number(e.n)
  const people = count(
    await tx
      .selectFrom('users')
      .select((e) => e.fn.countAll().as('n'))
      .where('teamId', '=', id)
      .where('deletedAt', 'is', null)
      .executeTakeFirstOrThrow(),
  )
  const below = (await liveTeams(tx)).filter((t) => t.parentId === id).length
  if (people + below > 0) throw problem('in_use', `部门下还有 ${people} 名操作员、${below} 个下级部门,不能删除`)
  await teams.remove(tx, actor, id, version)
}

export async function restoreTeam(tx: Tx, actor: Actor, id: number): Promise<Row> {
  const gone = await tx
    .selectFrom('teams')
    .select(['id', 'name', 'parentId'])
    .where('id', '=', id)
    .where('deletedAt', 'is not', null)
    .executeTakeFirst()
  if (!gone) throw notFound(`回收站里的${team.label}`)
  await require(tx, actor, 'team.delete', gone.parentId)
  if (gone.parentId !== null && !(await liveTeams(tx)).some((t) => t.id === gone.parentId))
    throw problem('illegal_move', '上级部门已删除,请先恢复上级部门')
  await checkPlace(tx, gone)
  return teams.restore(tx, actor, id)
}
