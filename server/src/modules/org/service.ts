/** What other modules, the command line and the tests may ask of people, teams and roles. */
import type { Directory } from '@crm/shared/contract/org'
import type { Read } from '../../db/store.ts'

export { authenticate, sessionOf } from './signIn.ts'
export { changePassword, hashNew } from './passwords.ts'
export { createFirstAdmin, foundOffice } from './firstRun.ts'
export { createRole, removeRole, restoreRole, roles, updateRole } from './roles.ts'
export { createTeam, removeTeam, restoreTeam, teams, updateTeam } from './teams.ts'
export { createToken, listTokens, type NewToken, revokeToken } from './tokens.ts'
export { createUser, isActive, resetPassword, updateUser, users } from './users.ts'
export { loadRights, teamsUnder } from './rights.ts'
export { type Superiors, superiors } from './superiors.ts'

/** Everybody by name; disabled colleagues too, since their names stand in old rows. */
export async function readDirectory(read: Read): Promise<Directory> {
  const users = await read
    .selectFrom('users')
    .select(['id', 'name', 'teamId', 'disabled'])
    .where('deletedAt', 'is', null)
    .orderBy('id')
    .execute()
  const teams = await read
    .selectFrom('teams')
    .select(['id', 'name', 'parentId'])
    .where('deletedAt', 'is', null)
    .orderBy('id')
    .execute()
  return { users: users.map((user) => ({ ...user, disabled: user.disabled === 1 })), teams }
}
