import type { Read, Tx } from '../../../db/store.ts'
import { superiors } from '../../org/service.ts'
import type { People } from './resolve.ts'

const SETUP = 'approval.setup'

/** Everybody as the rules ask for them, read once. */
export async function peopleFor(db: Read | Tx, applicantId: number): Promise<People> {
  const read = db as Read
  const users = await read.selectFrom('users').select(['id', 'name', 'disabled', 'deletedAt']).execute()
  const byId = new Map(users.map((user) => [user.id, user]))
  const held = await read
    .selectFrom('userRoles')
    .innerJoin('roles', 'roles.id', 'userRoles.roleId')
    .select(['userRoles.userId', 'roles.id', 'roles.permissions', 'roles.builtIn'])
    .where('roles.deletedAt', 'is', null)
    .orderBy('userRoles.userId')
    .execute()
  const isThere = (id: number) => {
    const user = byId.get(id)
    return user !== undefined && user.disabled === 0 && user.deletedAt === null
  }
  const keeps = ({ builtIn, permissions }: (typeof held)[number]) =>
    builtIn === 1 || (JSON.parse(permissions as unknown as string) as string[]).includes(SETUP)
  return {
    applicantId,
    superiors: (await superiors(db))(applicantId),
    holdersOf: (roleId) => held.filter(({ id }) => id === roleId).map(({ userId }) => userId),
    keepers: [...new Set(held.filter(keeps).map(({ userId }) => userId))].filter(isThere),
    isThere,
    nameOf: (id) => byId.get(id)?.name ?? '—',
  }
}
