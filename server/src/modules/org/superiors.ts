import type { Read, Tx } from '../../db/store.ts'

/** For each person the heads above: the own team's first, then the parent team's, and so on; never oneself, nobody twice. */
export type Superiors = (userId: number) => readonly number[]

/**
 * Reads who leads whom. A team is led by its 部门负责人; where none is set (or he left), by whoever works in it with a role that reaches
 * over the team, the one who came first. Teams without either are passed over.
 */
export async function superiors(db: Read | Tx): Promise<Superiors> {
  const read = db as Read
  const teams = await read
    .selectFrom('teams')
    .select(['id', 'parentId', 'managerId'])
    .where('deletedAt', 'is', null)
    .execute()
  const users = await read
    .selectFrom('users')
    .select(['id', 'teamId', 'disabled'])
    .where('deletedAt', 'is', null)
    .execute()
  const leading = await read
    .selectFrom('userRoles')
    .innerJoin('roles', 'roles.id', 'userRoles.roleId')
    .innerJoin('users', 'users.id', 'userRoles.userId')
    .select(['users.id', 'users.teamId'])
    .where('roles.reach', 'in', ['team', 'subtree'])
    .where('roles.deletedAt', 'is', null)
    .where('users.disabled', '=', 0)
    .where('users.deletedAt', 'is', null)
    .orderBy('users.id', 'desc')
    .execute()
  const active = new Set(users.filter((user) => user.disabled === 0).map((user) => user.id))
  const teamOf = new Map(users.map((user) => [user.id, user.teamId]))
  const byRole = new Map(leading.map((one) => [one.teamId, one.id]))
  const byId = new Map(teams.map((team) => [team.id, team]))
  const headOf = (teamId: number): number | undefined => {
    const appointed = byId.get(teamId)?.managerId ?? null
    return appointed !== null && active.has(appointed) ? appointed : byRole.get(teamId)
  }
  return (userId) => {
    const chain: number[] = []
    const passed = new Set<number>()
    let at = teamOf.get(userId) ?? null
    while (at !== null && !passed.has(at)) {
      passed.add(at)
      const head = headOf(at)
      if (head !== undefined && head !== userId && !chain.includes(head)) chain.push(head)
      at = byId.get(at)?.parentId ?? null
    }
    return chain
  }
}
