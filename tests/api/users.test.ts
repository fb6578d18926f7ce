import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const PASSWORD = '新同事密码-2026'
const admin = () => app.as('admin')
const body = (more: object) => ({ name: '新人', password: PASSWORD, roleIds: [app.ids.roles.业务员], ...more })
const storedUser = (id: number) =>
  app.store.read.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
/** Somebody with a role made for the test. */
async function somebody(
  reach: 'own' | 'team' | 'subtree' | 'all',
  permissions: string[],
  teamId: number | null = app.ids.teams.D1,
) {
  const role = await app.make.role({ reach, permissions: permissions as never })
  const user = await app.make.user({ teamId, roleIds: [role.id] })
  return { role, user, ...app.as(user.id) }
}

describe('操作员', () => {
  it('管理员新建,新同事马上能登录,部门和角色带着名字', async () => {
    const { body: row, status } = await admin().post(
      '/api/users',
      body({ username: '李四.A', teamId: app.ids.teams.D1a, phone: '13800138000' }),
    )
    expect(status).toBe(201)
    expect(row).toMatchObject({
      username: '李四.A',
      teamName: '华东一组',
      roleNames: ['业务员'],
      disabled: false,
      version: 1,
    })
    expect(Object.keys(row).join()).not.toMatch(/password|hash/i)
    expect((await app.anonymous.post('/api/auth/login', { username: '李四.a', password: PASSWORD })).status).toBe(200)
  })

  it('按姓名、用户名、部门、停用状态查找', async () => {
    const names = async (query: string) =>
      (await admin().get(`/api/users?${query}`)).body.items.map((u: { username: string }) => u.username)
    expect(await names('q=王业')).toEqual(['sales1'])
    expect(await names('q=SALES1&sort=username')).toEqual(['sales1', 'sales1b'])
    expect(await names(`q=${encodeURIComponent('%')}`)).toEqual([])
    expect(await names(`teamId=${app.ids.teams.D2}`)).toEqual(['sales2'])
    expect(await names('disabled=true')).toEqual(['disabled'])
    expect((await admin().get('/api/users?passwordHash=x')).status).toBe(400)
    expect((await admin().get('/api/users?sort=passwordHash')).status).toBe(400)
  })

  it('用户名不分大小写、全角半角地唯一,只用汉字字母数字', async () => {
    await admin().post('/api/users', body({ username: 'Zhao6' }))
    for (const username of ['zhao6', 'ZHAO6', 'ｚｈａｏ６'])
      expect(await admin().post('/api/users', body({ username }))).toMatchObject({
        status: 409,
        body: { code: 'taken', errors: [{ field: 'username' }] },
      })
    for (const username of ['a b', '<b>x</b>', "x'--", '-ab', 'ab\ncd', '🙂🙂', 'a'])
      expect(await admin().post('/api/users', body({ username }))).toMatchObject({
        status: 400,
        body: { errors: [{ field: 'username' }] },
      })
    expect((await admin().patch(`/api/users/${app.ids.users.sales2}`, { version: 1, username: 'ZHAO6' })).status).toBe(
      409,
    )
    expect((await admin().patch(`/api/users/${app.ids.users.sales2}`, { version: 1, username: 'Sales2' })).status).toBe(
      200,
    )
  })

  it('同时建两个同名的,只有一个成', async () => {
    const all = await Promise.all(
      ['twin', 'Twin', 'TWIN', 'twin'].map((username) => admin().post('/api/users', body({ username }))),
    )
    expect(all.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409])
  })

  it('密码太短、与用户名相同、写进别的字段都不行', async () => {
    for (const more of [
      { password: '1234567' },
      { password: 'PassWord9' },
      { password: undefined },
      { passwordHash: 'x' },
      { builtIn: true },
      { id: 1 },
      { createdAt: 'x' },
    ])
      expect(await admin().post('/api/users', body({ username: 'password9', ...more }))).toMatchObject({
        status: 400,
        body: { code: 'invalid_input' },
      })
  })

  it('同一个 Idempotency-Key 不会建出两个人,密码不留在请求记录里', async () => {
    const key = { 'idempotency-key': 'once-1' }
    const [one, two] = [
      await admin().post('/api/users', body({ username: 'once' }), key),
      await admin().post('/api/users', body({ username: 'once' }), key),
    ]
    expect([one.status, two.status, two.body.id]).toEqual([201, 201, one.body.id])
    expect((await admin().post('/api/users', body({ username: 'twice' }), key)).status).toBe(422)
  })

  it('版本过时 409,带着现在的样子', async () => {
    const user = await app.make.user({})
    expect((await admin().patch(`/api/users/${user.id}`, { version: 1, name: '甲' })).status).toBe(200)
    expect(await admin().patch(`/api/users/${user.id}`, { version: 1, name: '乙' })).toMatchObject({
      status: 409,
      body: { code: 'stale_version', current: { name: '甲', version: 2 } },
    })
  })

  it('没有权限的人看不到、改不了任何操作员,名录除外', async () => {
    const sales = app.as('sales1')
    const id = app.ids.users.sales1
    const tries = [
      sales.get('/api/users'),
      sales.get(`/api/users/${id}`),
      sales.post('/api/users', body({ username: 'x1' })),
      sales.patch(`/api/users/${id}`, { version: 1, roleIds: [1] }),
      sales.post(`/api/users/${id}/password`, { password: PASSWORD }),
    ]
    expect((await Promise.all(tries)).map(({ status }) => status)).toEqual([403, 403, 403, 403, 403])
    expect(await storedUser(id)).toMatchObject({ version: 1 })
    expect((await sales.get('/api/directory')).body.users).toContainEqual({
      id,
      name: '王业务',
      teamId: app.ids.teams.D1,
      disabled: false,
    })
    expect((await sales.delete(`/api/users/${id}?version=1`)).status).toBe(404)
  })

  it('不存在的角色、部门、操作员:400 或 404', async () => {
    expect(await admin().post('/api/users', body({ username: 'ghost', roleIds: [9999] }))).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'roleIds' }] },
    })
    expect(await admin().post('/api/users', body({ username: 'ghost', teamId: 9999 }))).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'teamId' }] },
    })
    for (const answer of [
      await admin().get('/api/users/9999'),
      await admin().patch('/api/users/9999', { version: 1 }),
      await admin().post('/api/users/9999/password', { password: PASSWORD }),
    ])
      expect(answer.status).toBe(404)
  })
})

describe('越权授权(CVE-2026-44224、-40291、-32106)', () => {
  const manage = ['user.read', 'user.create', 'user.update', 'customer.read']

  it('不能授予自己没有的权限或更大的范围,无论新建、修改还是给自己', async () => {
    const head = await somebody('subtree', manage)
    const wider = await app.make.role({ reach: 'all', permissions: ['customer.read'] })
    const other = await app.make.role({ reach: 'own', permissions: ['customer.delete'] })
    const plain = await app.make.role({ reach: 'own', permissions: ['customer.read'] })
    const teamId = app.ids.teams.D1
    for (const role of [app.ids.roles.系统管理员, wider.id, other.id]) {
      expect(
        (await head.post('/api/users', body({ username: 'puppet', teamId, roleIds: [plain.id, role] }))).status,
      ).toBe(403)
      expect((await head.patch(`/api/users/${head.user.id}`, { version: 1, roleIds: [role] })).status).toBe(403)
    }
    const made = await head.post('/api/users', body({ username: 'helper', teamId, roleIds: [plain.id] }))
    expect(made.status).toBe(201)
    expect((await head.patch(`/api/users/${made.body.id}`, { version: 1, roleIds: [wider.id] })).status).toBe(403)
    expect(await storedUser(made.body.id)).toMatchObject({ version: 1 })
    expect(await app.store.read.selectFrom('users').select('id').where('username', '=', 'puppet').execute()).toEqual([])
  })

  it('不能改比自己权限大的人,也不能重置其密码', async () => {
    const clerk = await somebody('all', manage)
    for (const id of [app.ids.users.admin, app.ids.users.head1]) {
      const before = await storedUser(id)
      expect((await clerk.patch(`/api/users/${id}`, { version: before.version, phone: '13800138000' })).status).toBe(
        403,
      )
      expect((await clerk.post(`/api/users/${id}/password`, { password: '抢来的密码-2026' })).status).toBe(403)
      expect(await storedUser(id)).toEqual(before)
    }
  })

  it('只管得到自己部门的人:不能把人或自己调出去,也不能在别处建人', async () => {
    const head = await somebody('subtree', manage)
    const { D1a, D2 } = app.ids.teams
    const mine = await app.make.user({ teamId: D1a })
    const far = await app.make.user({ teamId: D2 })
    const tries = [
      head.patch(`/api/users/${far.id}`, { version: 1, name: '改' }),
      head.post(`/api/users/${far.id}/password`, { password: PASSWORD }),
      head.patch(`/api/users/${mine.id}`, { version: 1, teamId: D2 }),
      head.patch(`/api/users/${head.user.id}`, { version: 1, teamId: D1a }),
      head.post('/api/users', body({ username: 'far', teamId: D2, roleIds: [] })),
      head.post('/api/users', body({ username: 'far', roleIds: [] })),
    ]
    expect((await Promise.all(tries)).map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 403])
    expect((await head.patch(`/api/users/${mine.id}`, { version: 1, name: '改好了' })).status).toBe(200)
  })

  it('管所有人但只看本部门客户的人,不能把“本部门”送到别的部门', async () => {
    const keeper = await app.make.role({ reach: 'all', permissions: ['user.create', 'user.update'] })
    const seer = await app.make.role({ reach: 'team', permissions: ['customer.read'] })
    const clerk = await app.make.user({ teamId: app.ids.teams.D1, roleIds: [keeper.id, seer.id] })
    const puppet = (teamId: number, username: string) =>
      app.as(clerk.id).post('/api/users', body({ username, teamId, roleIds: [seer.id] }))
    expect((await puppet(app.ids.teams.D2, 'eye2')).status).toBe(403)
    expect((await puppet(app.ids.teams.D1, 'eye1')).status).toBe(201)
  })

  it('令牌限定了范围,就只能授予范围之内的', async () => {
    const token = app.byToken('admin', ['user.create', 'customer.read'])
    expect((await token.post('/api/users', body({ username: 'bytoken' }))).status).toBe(403)
    expect((await token.post('/api/users', body({ username: 'bytoken', roleIds: [] }))).status).toBe(201)
  })

  it('自己的密码只能凭原密码改,不能用重置', async () => {
    expect(await admin().post(`/api/users/${app.ids.users.admin}/password`, { password: PASSWORD })).toMatchObject({
      status: 409,
      body: { detail: '请用“修改密码”更改自己的密码' },
    })
    expect(
      (await app.byToken('admin').post('/api/auth/password', { oldPassword: app.password, newPassword: PASSWORD }))
        .status,
    ).toBe(403)
  })
})
