import { permissionNames, startingRoles } from '@crm/shared/permissions'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const admin = () => app.as('admin')
const manage = ['role.read', 'role.create', 'role.update', 'role.delete', 'customer.read']
/** A person with a role of their own. */
async function keeper(reach: 'team' | 'subtree' | 'all') {
  const role = await app.make.role({ reach, permissions: manage as never })
  const user = await app.make.user({ teamId: app.ids.teams.D1, roleIds: [role.id] })
  return { role, ...app.as(user.id) }
}

describe('角色', () => {
  it('新装好时有四个角色,系统管理员是内置的', async () => {
    const { body } = await admin().get('/api/roles?sort=id')
    expect(body.items.slice(0, 4).map((role: { name: string; builtIn: boolean }) => [role.name, role.builtIn])).toEqual(
      startingRoles.map(({ name }, at) => [name, at === 0]),
    )
  })

  it('内置角色总有全部权限,包括以后的版本加的;改不了也删不了', async () => {
    const id = app.ids.roles.系统管理员
    // As an earlier version left it: one permission, and one that no longer exists.
    await app.store.tx(
      async (tx) =>
        void (await tx
          .updateTable('roles')
          .set({ permissions: '["customer.read","gone.long"]', reach: 'own' })
          .where('id', '=', id)
          .execute()),
    )
    const { body } = await admin().get('/api/auth/me')
    expect(Object.keys(body.permissions).sort()).toEqual([...permissionNames].sort())
    expect(new Set(Object.values(body.permissions))).toEqual(new Set(['all']))
    expect((await admin().patch(`/api/roles/${id}`, { version: 1, name: '改' })).status).toBe(403)
    expect((await admin().delete(`/api/roles/${id}?version=1`)).status).toBe(403)
    expect((await admin().post('/api/roles', { name: '假内置', permissions: [], builtIn: true })).status).toBe(400)
  })

  it('新建、改名、删除、从回收站恢复', async () => {
    const { body: role } = await admin().post('/api/roles', {
      name: '客服',
      reach: 'team',
      permissions: ['customer.read'],
      note: '只读',
    })
    expect(role).toMatchObject({
      name: '客服',
      reach: 'team',
      permissions: ['customer.read'],
      builtIn: false,
      version: 1,
    })
    expect(await admin().post('/api/roles', { name: '客服', permissions: [] })).toMatchObject({
      status: 409,
      body: { code: 'taken', errors: [{ field: 'name' }] },
    })
    expect((await admin().patch(`/api/roles/${role.id}`, { version: 1, name: '客服部' })).body).toMatchObject({
      name: '客服部',
      version: 2,
    })
    expect((await admin().delete(`/api/roles/${role.id}?version=1`)).status).toBe(409)
    expect((await admin().delete(`/api/roles/${role.id}?version=2`)).status).toBe(204)
    expect((await admin().get(`/api/roles/${role.id}`)).status).toBe(404)
    expect((await admin().get('/api/roles?deleted=only')).body.items).toMatchObject([{ name: '客服部' }])
    expect((await admin().post(`/api/roles/${role.id}/restore`)).body).toMatchObject({ name: '客服部', version: 4 })
  })

  it('有人用着的角色删不掉,并说有几个人', async () => {
    expect(await admin().delete(`/api/roles/${app.ids.roles.业务员}?version=1`)).toMatchObject({
      status: 409,
      body: { code: 'in_use', detail: expect.stringContaining('还有 5 名操作员') },
    })
  })

  it('不认识的权限和范围 400', async () => {
    for (const body of [
      { name: 'x', permissions: ['all'] },
      { name: 'x', reach: 'everything', permissions: [] },
      { name: 'x', permissions: 'customer.read' },
      { name: 'x', permissions: ['__proto__'] },
    ])
      expect((await admin().post('/api/roles', body)).status).toBe(400)
  })

  it('写不出超过自己的角色,也动不了超过自己的角色', async () => {
    const own = await keeper('subtree')
    const bigger = await app.make.role({ reach: 'all', permissions: ['customer.read'] })
    const other = await app.make.role({ reach: 'own', permissions: ['audit.read'] })
    const mine = await own.post('/api/roles', { name: '小角色', reach: 'team', permissions: ['customer.read'] })
    expect(mine.status).toBe(201)
    const tries = [
      own.post('/api/roles', { name: '大角色', reach: 'all', permissions: ['customer.read'] }),
      own.post('/api/roles', { name: '大角色', reach: 'own', permissions: ['customer.delete'] }),
      own.patch(`/api/roles/${mine.body.id}`, { version: 1, reach: 'all' }),
      own.patch(`/api/roles/${mine.body.id}`, { version: 1, permissions: ['customer.read', 'user.update'] }),
      own.patch(`/api/roles/${own.role.id}`, { version: 1, permissions: [...manage, 'token.manage'] }),
      own.patch(`/api/roles/${bigger.id}`, { version: 1, permissions: [] }),
      own.delete(`/api/roles/${other.id}?version=1`),
      own.patch(`/api/roles/${app.ids.roles.系统管理员}`, { version: 1, note: 'x' }),
    ]
    expect((await Promise.all(tries)).map(({ status }) => status)).toEqual(tries.map(() => 403))
    expect((await admin().get(`/api/roles/${bigger.id}`)).body).toMatchObject({
      version: 1,
      permissions: ['customer.read'],
    })
    expect((await own.delete(`/api/roles/${mine.body.id}?version=1`)).status).toBe(204)
  })

  it('几个角色并在一起,每项权限取最宽的范围', async () => {
    const one = await app.make.role({ reach: 'own', permissions: ['customer.read', 'customer.update'] })
    const two = await app.make.role({ reach: 'subtree', permissions: ['customer.read'] })
    const user = await app.make.user({ teamId: app.ids.teams.D1, roleIds: [one.id, two.id] })
    expect((await app.as(user.id).get('/api/auth/me')).body).toMatchObject({
      reach: 'subtree',
      permissions: { 'customer.read': 'subtree', 'customer.update': 'own' },
    })
  })
})
