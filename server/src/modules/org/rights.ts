import { permissionNames, type Reach, widest } from '@crm/shared/permissions'
import { sql } from '../../db/sql.ts'
import type { Actor, Rights } from '../../core/access/actor.ts'
import { among } from '../../db/among.ts'
import type { Read, Tx } from '../../db/store.ts'

export type Grants = ReadonlyMap<string, Reach>
interface RoleFacts {
  readonly reach: Reach
  readonly permissions: readonly string[]
  readonly builtIn: boolean
}
/** A role as stored: permissions are JSON text, flags 0/1. */
export const factsOf = (stored: { reach: unknown; permissions: unknown; builtIn: unknown }): RoleFacts => ({
  reach: stored.reach as Reach,
  permissions: JSON.parse(stored.permissions as string) as string[],
  builtIn: stored.builtIn === 1,
})

const known = new Set<string>(permissionNames)

/** What the roles grant together, each verb as far as the widest of them. The built-in role holds whatever this version knows. */
export function grantsOf(roles: readonly RoleFacts[]): Map<string, Reach> {
  const grants = new Map<string, Reach>()
  for (const { builtIn, reach, permissions } of roles) {
    const names = builtIn ? permissionNames : permissions.filter((name) => known.has(name))
    for (const name of names) grants.set(name, widest(grants.get(name), builtIn ? 'all' : reach))
  }
  return grants
}

const reachesAsFar = (own: Reach, asked: Reach) => widest(own, asked) === own

/** Whether somebody with `held` may give `asked` to a person of a team that lies within his own as `near` says. */
export function mayHandOn(
  held: Grants,
  asked: Grants,
  near: Readonly<Record<'team' | 'subtree', boolean>> = { team: true, subtree: true },
): boolean {
  return [...asked].every(([permission, reach]) => {
    const own = held.get(permission)
    if (own === undefined || !reachesAsFar(own, reach)) return false
    // 本部门 of another department is not mine to give.
    return own === 'all' || own === 'own' || reach === 'own' || near[own]
  })
}
export const holdsEverything = (held: Grants): boolean => permissionNames.every((name) => held.get(name) === 'all')

export async function rolesOf(db: Read | Tx, userId: number) {
  const rows = await (db as Read)
    .selectFrom('userRoles')
    .innerJoin('roles', 'roles.id', 'userRoles.roleId')
    .select(['roles.id', 'roles.name', 'roles.reach', 'roles.permissions', 'roles.builtIn'])
    .where('userRoles.userId', '=', userId)
    .where('roles.deletedAt', 'is', null)
    .orderBy('roles.id')
    .execute()
  return rows.map((row) => ({ id: row.id, name: row.name, ...factsOf(row) }))
}

/** The team and all below it; nothing for nobody's team. */
export async function teamsUnder(db: Read | Tx, teamId: number | null): Promise<number[]> {
  if (teamId === null) return []
  const teams = await (db as Read)
    .selectFrom('teams')
    .select(['id', 'parentId'])
    .where('deletedAt', 'is', null)
    .execute()
  const found = [teamId]
  // The list grows while it is walked; a cycle, which the service refuses to make, would still end.
  for (const id of found)
    for (const team of teams) if (team.parentId === id && !found.includes(team.id)) found.push(team.id)
  return found
}

/** Everybody who belongs to one of the teams now, disabled colleagues included: their customers still are the team's. */
async function membersOf(read: Read, teamIds: readonly number[]): Promise<number[]> {
  const rows = await read
    .selectFrom('users')
    .select('id')
    .where(among(sql.ref('teamId'), teamIds))
    .where('deletedAt', 'is', null)
    .orderBy('id')
    .execute()
  return rows.map((row) => row.id)
}

/** What a user may do and whose rows count as theirs; null for nobody and for the disabled. */
export async function loadRights(read: Read, userId: number): Promise<Rights | null> {
  const user = await read
    .selectFrom('users')
    .select(['id', 'username', 'name', 'teamId', 'disabled'])
    .where('id', '=', userId)
    .where('deletedAt', 'is', null)
    .executeTakeFirst()
  if (!user || user.disabled) return null
  const { id, username, name, teamId } = user
  const withSelf = (ids: readonly number[]) => (ids.includes(id) ? ids : [id, ...ids])
  return {
    id,
    username,
    name,
    teamId,
    grants: grantsOf(await rolesOf(read, userId)),
    people: {
      team: withSelf(await membersOf(read, teamId === null ? [] : [teamId])),
      subtree: withSelf(await membersOf(read, await teamsUnder(read, teamId))),
    },
  }
}

/** Whether a team lies within the actor's own. Whoever has no team adds nothing to what a colleague sees. */
export async function nearness(
  db: Read | Tx,
  actor: Actor,
  teamId: number | null,
): Promise<{ team: boolean; subtree: boolean }> {
  if (teamId === null) return { team: true, subtree: true }
  return { team: teamId === actor.teamId, subtree: (await teamsUnder(db, actor.teamId)).includes(teamId) }
}

/** Whether a permission of the actor covers people of this team. */
export async function coversTeam(
  db: Read | Tx,
  actor: Actor,
  permission: string,
  teamId: number | null,
): Promise<boolean> {
  const reach = actor.grants.get(permission)
  if (reach === undefined || reach === 'all') return reach === 'all'
  if (reach === 'own' || teamId === null) return false
  return (await nearness(db, actor, teamId))[reach]
}
