import { auth } from '@crm/shared/contract/auth'
import * as api from '@crm/shared/contract/org'
import { tokens as tokenApi } from '@crm/shared/contract/system'
import { role, team, user } from '@crm/shared/entities/user'
import type { CreateOf } from '@crm/shared/kernel/entity'
import type { Router } from '../../core/http/bind.ts'
import { once } from '../../core/http/idempotency.ts'
import type { ModuleDeps } from '../../core/http/module.ts'
import { problem } from '../../core/problem.ts'
import { containing } from '../../core/rows/wordSearch.ts'
import * as org from './service.ts'

type Deps = Pick<ModuleDeps, 'store' | 'clock' | 'zone' | 'signIns'>

export function orgRoutes(routes: Router, deps: Deps): void {
  signInRoutes(routes, deps)
  userRoutes(routes, deps)
  teamAndRoleRoutes(routes)
  routes.read(tokenApi.list, (read) => org.listTokens(read))
  routes.write(tokenApi.revoke, async (tx, { actor, params }) => (await org.revokeToken(tx, actor, params.id), null))
}

function signInRoutes(routes: Router, { store, clock, zone, signIns }: Deps): void {
  routes.open(auth.login, async ({ body }, { request, reply }) => {
    signIns.refuseForeignOrigin(request)
    const { confirm, ...person } = await org.authenticate(store, { ...body, at: clock.now(), address: request.ip })
    await signIns.start(request, reply, person, confirm)
    const rights = await org.loadRights(store.read, person.id)
    if (!rights) throw problem('wrong_credentials', '用户名或密码不对')
    return org.sessionOf(store.read, rights, zone)
  })
  routes.open(auth.logout, async (_given, { request, reply }) => (await signIns.end(request, reply), null))
  routes.read(auth.me, (read, { actor }) => org.sessionOf(read, actor, zone))
  routes.open(auth.password, async ({ actor, body }, { request }) => {
    await org.changePassword(store, actor, body, (tx) => signIns.endAll(tx, actor.id, actor.at, request))
    return null
  })
}

function userRoutes(routes: Router, { store }: Deps): void {
  const { create, get, list, resetPassword, update } = api.users
  routes.read(list, (read, { actor, heavy, query }) =>
    org.users.list(read, actor, query, { heavy, where: containing(user, ['name', 'username'], query.q) }),
  )
  routes.read(get, (read, { actor, params }) => org.users.find(read, actor, params.id))
  routes.open(create, async ({ actor, body }, { request }) => {
    const { password, ...rest } = body as CreateOf<typeof user> & { password: string }
    const passwordHash = await org.hashNew('password', password, rest.username)
    // The password takes no part in the remembered request: a fast hash of it must not lie in the database.
    const key = { key: request.headers['idempotency-key'], route: `POST ${request.url}`, body: rest }
    return store.tx((tx) => once(tx, actor, key, () => org.createUser(tx, actor, rest, passwordHash)))
  })
  routes.write(update, (tx, { actor, body, params }) => org.updateUser(tx, actor, params.id, body))
  routes.open(resetPassword, async ({ actor, body, params }) => {
    const { username } = await org.users.find(store.read, actor, params.id)
    const passwordHash = await org.hashNew('password', body.password, username)
    await store.tx((tx) => org.resetPassword(tx, actor, params.id, passwordHash))
    return null
  })
  routes.read(api.directory.read, (read) => org.readDirectory(read))
}

function teamAndRoleRoutes(routes: Router): void {
  const { teams, roles } = api
  routes.read(teams.list, (read, { actor, heavy, query }) =>
    org.teams.list(read, actor, query, { heavy, where: containing(team, ['name'], query.q) }),
  )
  routes.read(teams.get, (read, { actor, params }) => org.teams.find(read, actor, params.id))
  routes.write(teams.create, (tx, { actor, body }) => org.createTeam(tx, actor, body))
  routes.write(teams.update, (tx, { actor, body, params }) => org.updateTeam(tx, actor, params.id, body))
  routes.write(
    teams.remove,
    async (tx, { actor, params, query }) => (await org.removeTeam(tx, actor, params.id, query.version), null),
  )
  routes.write(teams.restore, (tx, { actor, params }) => org.restoreTeam(tx, actor, params.id))

  routes.read(roles.list, (read, { actor, heavy, query }) =>
    org.roles.list(read, actor, query, { heavy, where: containing(role, ['name', 'note'], query.q) }),
  )
  routes.read(roles.get, (read, { actor, params }) => org.roles.find(read, actor, params.id))
  routes.write(roles.create, (tx, { actor, body }) => org.createRole(tx, actor, body))
  routes.write(roles.update, (tx, { actor, body, params }) => org.updateRole(tx, actor, params.id, body))
  routes.write(
    roles.remove,
    async (tx, { actor, params, query }) => (await org.removeRole(tx, actor, params.id, query.version), null),
  )
  routes.write(roles.restore, (tx, { actor, params }) => org.restoreRole(tx, actor, params.id))
}
