import { systemActor } from '@crm/server/core/access/actor'
import { createToken, type NewToken } from '@crm/server/modules/org/service'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const make = (more: Partial<NewToken> = {}) => {
  const actor = systemActor(app.clock.now(), app.clock.today(), 'cli', '命令行')
  return app.store.tx((tx) =>
    createToken(tx, actor, { userId: app.ids.users.sales1, name: '对接', scope: null, expiresDays: null, ...more }),
  )
}
const as = (token: string) => ({ authorization: `Bearer ${token}` })
const me = async (token: string) => (await app.anonymous.get('/api/auth/me', as(token))).status

describe('API 令牌', () => {
  it('形如 crm_…,库里只有散列和开头几位', async () => {
    const { id, token } = await make()
    expect(token).toMatch(/^crm_[\w-]{43}$/)
    const row = await app.store.read.selectFrom('apiTokens').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    expect(row.prefix).toBe(token.slice(0, 12))
    expect(JSON.stringify(row)).not.toContain(token)
    expect(
      JSON.stringify(
        await app.store.read.selectFrom('auditLog').selectAll().where('entity', '=', 'apiToken').execute(),
      ),
    ).not.toContain(token)
  })

  it('就是那个人,不需要 Origin,也不碰 Cookie', async () => {
    const { token } = await make()
    const response = await app.app.inject({
      method: 'POST',
      url: '/api/customers',
      headers: as(token),
      payload: { name: '令牌建的客户' },
    })
    expect(response.statusCode).toBe(201)
    expect(response.json()).toMatchObject({ ownerId: app.ids.users.sales1 })
    expect(response.headers['set-cookie']).toBeUndefined()
  })

  it('写错格式、别的方式、改过一个字都是 401', async () => {
    const { token } = await make()
    const wrong = [
      token,
      `Bearer`,
      `Bearer ${token}x`,
      `Bearer ${token.slice(0, -1)}`,
      `Bearer ${token} ${token}`,
      `Basic ${Buffer.from(`sales1:${app.password}`).toString('base64')}`,
      `Bearer ${token.toUpperCase()}`,
      `Digest ${token}`,
      'Bearer eyJhbGciOiJub25lIn0.e30.',
    ]
    for (const authorization of wrong)
      expect({ authorization, status: (await app.anonymous.get('/api/auth/me', { authorization })).status }).toEqual({
        authorization,
        status: 401,
      })
    expect(await me(token)).toBe(200)
    expect((await app.anonymous.get('/api/auth/me', { authorization: `bearer ${token}` })).status).toBe(200)
  })

  it('令牌和 Cookie 一起来,只看令牌', async () => {
    const cookie = await app.signIn('admin')
    const { token } = await make()
    expect((await app.anonymous.get('/api/auth/me', { cookie, ...as(token) })).body).toMatchObject({
      username: 'sales1',
    })
    expect((await app.anonymous.get('/api/auth/me', { cookie, authorization: 'Bearer x' })).status).toBe(401)
  })

  it('限定了范围,就只有范围和本人权限都有的', async () => {
    const { token } = await make({ scope: ['customer.read', 'user.read'] })
    expect((await app.anonymous.get('/api/auth/me', as(token))).body.permissions).toEqual({ 'customer.read': 'own' })
    expect((await app.anonymous.post('/api/customers', { name: '不许' }, as(token))).status).toBe(403)
    expect((await app.anonymous.get('/api/users', as(token))).status).toBe(403)
  })

  it('到期、吊销、停用,下一个请求就失效', async () => {
    const { token: short } = await make({ expiresDays: 1 })
    const { id, token: revoked } = await make()
    const user = await app.make.user({ roleIds: [app.ids.roles.业务员] })
    const { token: leaver } = await make({ userId: user.id })
    expect([await me(short), await me(revoked), await me(leaver)]).toEqual([200, 200, 200])
    const there = (await app.second()).with(as(revoked))
    expect((await there.get('/api/auth/me')).status).toBe(200)
    app.clock.advance(24 * 3_600_000)
    expect((await app.as('admin').delete(`/api/tokens/${id}`)).status).toBe(204)
    expect((await app.as('admin').patch(`/api/users/${user.id}`, { version: 1, disabled: true })).status).toBe(200)
    expect([await me(short), await me(revoked), await me(leaver), (await there.get('/api/auth/me')).status]).toEqual([
      401, 401, 401, 401,
    ])
    expect((await app.as('admin').delete(`/api/tokens/${id}`)).status).toBe(404)
  })

  it('最近使用时间最多每分钟记一次', async () => {
    const { id, token } = await make()
    const used = async () =>
      (await app.store.read.selectFrom('apiTokens').select('lastUsedAt').where('id', '=', id).executeTakeFirstOrThrow())
        .lastUsedAt
    await me(token)
    const first = app.clock.now()
    await expect.poll(used).toBe(first)
    app.clock.advance(59_000)
    await me(token)
    app.clock.advance(2_000)
    await me(token)
    await expect.poll(used).toBe(app.clock.now())
    expect(app.clock.now()).not.toBe(first)
  })

  it('列表说谁的、到哪天、能做什么,不含令牌;没有权限的人看不到', async () => {
    const { id, token } = await make({ name: '报表', scope: ['customer.read'], expiresDays: 30 })
    const { body } = await app.as('admin').get('/api/tokens')
    expect(body.items.find((item: { id: number }) => item.id === id)).toMatchObject({
      name: '报表',
      userName: '王业务',
      prefix: token.slice(0, 12),
      scope: 'customer.read',
      lastUsedAt: null,
    })
    expect(JSON.stringify(body)).not.toMatch(/hash|"crm_[\w-]{20}/)
    expect((await app.as('head1').get('/api/tokens')).status).toBe(403)
    expect((await app.as('head1').delete(`/api/tokens/${id}`)).status).toBe(403)
  })

  it('不认识的权限、空范围、无效的期限、停用的人都不给', async () => {
    for (const more of [
      { scope: ['everything'] },
      { scope: [] },
      { expiresDays: 0 },
      { expiresDays: 1.5 },
      { userId: app.ids.users.disabled },
      { userId: 9999 },
    ])
      await expect(make(more)).rejects.toMatchObject({ name: 'ProblemError' })
  })
})
