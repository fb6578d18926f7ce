import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const WEEK_MS = 7 * 24 * 3_600_000
const login = (username: string, password: string, headers?: Record<string, string>) =>
  app.anonymous.post('/api/auth/login', { username, password }, headers)
const me = (cookie: string) => app.anonymous.get('/api/auth/me', { cookie })
const cookieOf = (answer: { headers: Record<string, unknown> }) => String(answer.headers['set-cookie']).split(';')[0]!

describe('登录', () => {
  it('用户名和密码对了,得到自己的资料、权限和数据范围', async () => {
    const { body, headers, status } = await login('head1', app.password)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      id: app.ids.users.head1,
      name: '陈经理',
      teamName: '华东',
      roleNames: ['部门经理'],
      reach: 'subtree',
      company: '测试公司',
      zone: 'Asia/Shanghai',
    })
    expect(body.permissions).toMatchObject({ 'customer.read': 'subtree', 'phone.read': 'subtree' })
    expect(body.permissions).not.toHaveProperty(['user.create'])
    expect(headers['set-cookie']).toMatch(/^crm=[\w.-]+; Max-Age=604800; Path=\/; HttpOnly; SameSite=Strict$/)
    expect((await me(cookieOf({ headers }))).body).toEqual(body)
  })

  it('用户名不分大小写和全角半角', async () => {
    for (const username of ['SALES1', ' ｓａｌｅｓ１ ']) expect((await login(username, app.password)).status).toBe(200)
  })

  it('密码错、没有这个人、已停用:回答一模一样', async () => {
    const answers = await Promise.all([
      login('sales1', '错误的密码'),
      login('nobody', app.password),
      login('disabled', app.password),
    ])
    for (const { body, headers, status } of answers) {
      expect({ status, code: body.code, detail: body.detail }).toEqual({
        status: 401,
        code: 'wrong_credentials',
        detail: '用户名或密码不对',
      })
      expect(headers['set-cookie']).toBeUndefined()
    }
  })

  it('经 https 代理进来时 Cookie 带 Secure', async () => {
    const { with: via } = await app.second({ trustProxy: '127.0.0.1' })
    const proxied = via({
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'crm.example.com',
      origin: 'https://crm.example.com',
    })
    const { headers, status } = await proxied.post('/api/auth/login', { username: 'sales1', password: app.password })
    expect(status).toBe(200)
    expect(headers['set-cookie']).toMatch(/; Secure(;|$)/)
    expect((await proxied.post('/api/auth/logout', undefined, { cookie: cookieOf({ headers }) })).status).toBe(204)
  })

  it('每次登录都换新的登录号,旧的随之失效', async () => {
    const before = await app.signIn('sales1')
    const after = cookieOf(await login('sales1', app.password, { cookie: before }))
    expect(after).not.toBe(before)
    expect([(await me(before)).status, (await me(after)).status]).toEqual([401, 200])
  })

  it('退出后立即失效,再放也没用', async () => {
    const cookie = await app.signIn('sales1')
    const out = await app.anonymous.post('/api/auth/logout', undefined, { cookie })
    expect(out.status).toBe(204)
    expect(out.headers['set-cookie']).toMatch(/^crm=; Max-Age=0/)
    for (const wait of [0, 1_000, 60_000]) {
      app.clock.advance(wait)
      expect((await me(cookie)).status).toBe(401)
    }
  })

  it('登录最长七天;时钟被拨回也不会变成永久', async () => {
    const cookie = await app.signIn('sales1')
    app.clock.advance(WEEK_MS - 1_000)
    expect((await me(cookie)).status).toBe(200)
    app.clock.advance(1_000)
    expect((await me(cookie)).status).toBe(401)
    const future = await app.signIn('sales1')
    app.clock.advance(-WEEK_MS)
    expect((await me(future)).status).toBe(401)
  })

  it('多余的字段、错误的类型、过长的密码都按字段拒绝', async () => {
    const post = (body: unknown) => app.anonymous.post('/api/auth/login', body)
    const bad = [
      { username: 'sales1', password: app.password, device: 'x' },
      { username: { $ne: 1 }, password: app.password },
      { username: 'sales1', password: '密'.repeat(129) },
      { username: 'sales1', password: 'abc\0def' },
      { username: 'sales1' },
    ]
    for (const body of bad)
      expect(await post(body)).toMatchObject({
        status: 400,
        body: { code: 'invalid_input', errors: [{ field: expect.any(String) }] },
      })
    const started = performance.now()
    expect((await post({ username: 'sales1', password: 'x'.repeat(1_000_000) })).status).toBe(400)
    expect(performance.now() - started).toBeLessThan(100)
  })
})

describe('来源', () => {
  const body = { company: '被改了的公司' }

  it('带 Cookie 的修改必须来自本站', async () => {
    const cookie = await app.signIn('admin')
    for (const origin of [
      'http://evil.example',
      'https://localhost',
      'http://localhost:81',
      'http://localhost.evil.example',
      'null',
      '',
    ])
      expect(await app.anonymous.patch('/api/settings', body, { cookie, origin })).toMatchObject({
        status: 403,
        body: { code: 'wrong_origin' },
      })
    const bare = await app.app.inject({
      method: 'PATCH',
      url: '/api/settings',
      headers: { cookie, host: 'localhost' },
      payload: body,
    })
    expect(bare.statusCode).toBe(403)
    expect((await app.as('sales1').get('/api/settings')).body.company).toBe('测试公司')
    expect((await app.anonymous.get('/api/auth/me', { cookie, origin: 'http://evil.example' })).status).toBe(200)
  })

  it('转发头在没有信任代理时不算数', async () => {
    const cookie = await app.signIn('admin')
    const forged = {
      cookie,
      origin: 'http://evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'http',
    }
    expect((await app.anonymous.patch('/api/settings', body, forged)).status).toBe(403)
  })

  it('别的网站不能替人登录,也不能替人退出', async () => {
    expect((await login('sales1', app.password, { origin: 'http://evil.example' })).status).toBe(403)
    const cookie = await app.signIn('sales1')
    expect(
      (await app.anonymous.post('/api/auth/logout', undefined, { cookie, origin: 'http://evil.example' })).status,
    ).toBe(403)
    expect((await me(cookie)).status).toBe(200)
  })

  it('表单能发的内容类型一律不收', async () => {
    const cookie = await app.signIn('admin')
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
      expect(
        (
          await app.anonymous.send({
            method: 'PATCH',
            url: '/api/settings',
            payload: JSON.stringify(body),
            headers: { cookie, 'content-type': type },
          })
        ).status,
      ).toBe(415)
  })
})

describe('密码与停用', () => {
  it('改了密码,别处的登录立即失效,自己这一处不变', async () => {
    const [mine, other, third] = [await app.signIn('sales1b'), await app.signIn('sales1b'), await app.signIn('sales1b')]
    const twin = await app.second()
    expect((await twin.with({ cookie: other }).get('/api/auth/me')).status).toBe(200)
    const change = (oldPassword: string, newPassword: string) =>
      app.anonymous.post('/api/auth/password', { oldPassword, newPassword }, { cookie: mine })
    expect(await change('不是原密码', '全新的密码-01')).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'oldPassword' }] },
    })
    expect(await change(app.password, 'sales1b')).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'newPassword' }] },
    })
    expect((await change(app.password, '全新的密码-01')).status).toBe(204)
    expect((await me(mine)).status).toBe(200)
    expect((await me(third)).status).toBe(401)
    expect((await twin.with({ cookie: other }).get('/api/auth/me')).status).toBe(401)
    expect([(await login('sales1b', app.password)).status, (await login('sales1b', '全新的密码-01')).status]).toEqual([
      401, 200,
    ])
  })

  it('管理员重置密码,那个人的全部登录立即失效', async () => {
    const cookie = await app.signIn('sub1')
    const id = app.ids.users.sub1
    expect((await app.as('admin').post(`/api/users/${id}/password`, { password: '重置的密码-01' })).status).toBe(204)
    expect((await me(cookie)).status).toBe(401)
    expect([(await login('sub1', app.password)).status, (await login('sub1', '重置的密码-01')).status]).toEqual([
      401, 200,
    ])
  })

  it('停用立即生效,在每个服务器进程;重新启用不会让旧登录复活', async () => {
    const user = await app.make.user({ username: 'leaver', roleIds: [app.ids.roles.业务员] })
    const signedIn = await login('leaver', '新同事密码-2026')
    const cookie = cookieOf(signedIn)
    const twin = (await app.second()).with({ cookie })
    expect((await twin.get('/api/auth/me')).status).toBe(200)
    const off = await app.as('admin').patch(`/api/users/${user.id}`, { version: user.version, disabled: true })
    expect(off.status).toBe(200)
    expect([(await twin.get('/api/auth/me')).status, (await me(cookie)).status]).toEqual([401, 401])
    await app.as('admin').patch(`/api/users/${user.id}`, { version: off.body.version, disabled: false })
    expect([(await twin.get('/api/auth/me')).status, (await me(cookie)).status]).toEqual([401, 401])
  })

  it('角色和部门一变,下一个请求就按新的算,在每个服务器进程', async () => {
    const role = await app.make.role({ name: '临时', reach: 'team', permissions: ['customer.read', 'user.read'] })
    const user = await app.make.user({ username: 'mover', teamId: app.ids.teams.D1, roleIds: [role.id] })
    const far = await app.make.customer({ ownerId: app.ids.users.sales2 })
    const cookie = cookieOf(await login('mover', '新同事密码-2026'))
    const clients = [app.as('admin'), app.anonymous, (await app.second()).with({ cookie })] as const
    const [admin, here, there] = clients
    const both = async (url: string) => [(await here.get(url, { cookie })).status, (await there.get(url)).status]
    expect(await both('/api/users')).toEqual([200, 200])
    expect(await both(`/api/customers/${far.id}`)).toEqual([404, 404])
    await admin.patch(`/api/users/${user.id}`, { version: user.version, teamId: app.ids.teams.D2 })
    expect(await both(`/api/customers/${far.id}`)).toEqual([200, 200])
    await admin.patch(`/api/roles/${role.id}`, { version: role.version, permissions: ['customer.read'] })
    expect(await both('/api/users')).toEqual([403, 403])
  })
})
