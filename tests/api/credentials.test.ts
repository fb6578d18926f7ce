import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const encoded = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url')
const decoded = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>
const signed = (head: string, payload: string, secret: string, hash = 'sha256') =>
  `${head}.${payload}.${createHmac(hash, secret).update(`${head}.${payload}`).digest('base64url')}`
const secretOf = async () =>
  (await app.store.read.selectFrom('secrets').select('value').where('name', '=', 'signIn').executeTakeFirstOrThrow())
    .value
const whoIs = (cookie: string) => app.anonymous.get('/api/auth/me', { cookie: `crm=${cookie}` })

describe('Cookie 里的凭证', () => {
  it('伪造、改过、别处签发的一律不认', async () => {
    const [head, payload, signature] = (await app.signIn('admin')).slice('crm='.length).split('.') as [
      string,
      string,
      string,
    ]
    const other = (await app.signIn('sales1')).slice('crm='.length).split('.') as [string, string, string]
    const { sid, exp } = decoded(payload)
    const secret = await secretOf()
    const real = { alg: 'HS256', typ: 'JWT' }
    expect((await whoIs(signed(encoded(real), encoded({ sid, exp }), secret))).status).toBe(200)
    const forged: Record<string, string> = {
      未签名: `${encoded({ alg: 'none', typ: 'JWT' })}.${payload}.`,
      未签名大小写: `${encoded({ alg: 'nOnE' })}.${payload}.`,
      去掉签名: `${head}.${payload}.`,
      空密钥: signed(head, payload, ''),
      别家安装的密钥: signed(head, payload, 'A'.repeat(43)),
      换成RS256: signed(encoded({ ...real, alg: 'RS256' }), payload, secret),
      换成HS512: signed(encoded({ ...real, alg: 'HS512' }), payload, secret, 'sha512'),
      不认识的crit: signed(encoded({ ...real, crit: ['x'], x: 1 }), payload, secret),
      没有期限: signed(encoded(real), encoded({ sid }), secret),
      期限是文字: signed(encoded(real), encoded({ sid, exp: '9999999999' }), secret),
      期限过头: signed(encoded(real), encoded({ sid, exp: 9e18 }), secret),
      期限已过: signed(encoded(real), encoded({ sid, exp: 1 }), secret),
      登录号是对象: signed(encoded(real), encoded({ sid: { $ne: 1 }, exp }), secret),
      只有用户号: signed(encoded(real), encoded({ id: 1, exp }), secret),
      没有这个登录号: signed(encoded(real), encoded({ sid: 'x'.repeat(43), exp }), secret),
      内容改过: `${head}.${encoded({ sid, exp: Number(exp) + 1 })}.${signature}`,
      两张拼起来: `${head}.${payload}.${other[2]}`,
      两张连起来: `${head}.${payload}.${signature}.${other[0]}.${other[1]}.${other[2]}`,
      前面有空白: ` ${head}.${payload}.${signature}x`,
    }
    for (const [what, cookie] of Object.entries(forged))
      expect({ what, status: (await whoIs(cookie)).status }).toEqual({ what, status: 401 })
    const kid = { ...real, kid: "../../dev/null' or 1=1" }
    expect((await whoIs(signed(encoded(kid), payload, ''))).status).toBe(401)
  })

  it('里面只有登录号和期限,没有身份和权限', async () => {
    const payload = decoded((await app.signIn('admin')).split('.')[1]!)
    expect(Object.keys(payload).sort()).toEqual(['exp', 'sid'])
  })

  it('签名密钥在安装时生成,够长,各服务器进程共用;库里没有能直接登录的东西', async () => {
    expect(Buffer.from(await secretOf(), 'base64url').length).toBeGreaterThanOrEqual(32)
    const cookie = await app.signIn('admin')
    const { with: via } = await app.second()
    expect((await via({ cookie }).get('/api/auth/me')).status).toBe(200)
    const rows = await app.store.read.selectFrom('signIns').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(decoded(cookie.split('.')[1]!)['sid'])
  })
})

describe('同一个地址,怎么写、用哪种凭证,回答都一样', () => {
  const strange = [
    '//api//auth/me',
    '/api/auth/me/',
    '/API/auth/me',
    '/api/x/../auth/me',
    '/api/auth/me.',
    '/api/auth/me%00',
    '/api/auth/%6de',
    '/api/auth/me;x=1',
  ]

  it('写法古怪的地址不会绕过登录', async () => {
    for (const url of strange) expect([401, 404, 400]).toContain((await app.anonymous.get(url)).status)
  })

  it('Cookie 和令牌得到同样的回答', async () => {
    const urls = [
      ...strange,
      '/api/auth/me',
      '/api/users',
      '/api/users/1',
      '/api/roles',
      '/api/audit',
      '/api/tokens',
      '/api/customers',
      '/api/settings',
    ]
    const people = ['admin', 'sales1'] as const
    // That a token was used is noted beside the first request with it: not between the two that are compared.
    for (const username of people) await app.byToken(username).get('/api/auth/me')
    await vi.waitFor(async () => {
      const { body } = await app.as('admin').get('/api/tokens')
      expect(body.items.filter(({ lastUsedAt }: { lastUsedAt: unknown }) => lastUsedAt !== null)).toHaveLength(2)
    })
    for (const username of people)
      for (const url of urls) {
        const [cookie, token] = await Promise.all([app.as(username).get(url), app.byToken(username).get(url)])
        const without = (body: object) => ({ ...body, requestId: null })
        expect({ url, status: token.status, body: url === '/api/audit' ? null : without(token.body) }).toEqual({
          url,
          status: cookie.status,
          body: url === '/api/audit' ? null : without(cookie.body),
        })
      }
  })

  it('方法不能用请求头改写', async () => {
    const { anonymous, as } = app
    const cookie = await app.signIn('admin')
    const headers = { cookie, 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE' }
    expect((await anonymous.post(`/api/roles/${app.ids.roles.财务}?version=1`, undefined, headers)).status).toBe(404)
    expect((await as('admin').get(`/api/roles/${app.ids.roles.财务}`)).status).toBe(200)
    expect((await as('sales1').send({ method: 'HEAD', url: '/api/users' })).status).toBe(403)
    expect((await anonymous.send({ method: 'HEAD', url: '/api/users' })).status).toBe(401)
  })
})

describe('响应头', () => {
  it('API 不缓存、不猜类型、不进别人的框架,也不说用了什么软件', async () => {
    for (const answer of [
      await app.as('admin').get('/api/users'),
      await app.anonymous.get('/api/users'),
      await app.anonymous.get('/api/nothing'),
    ]) {
      expect(answer.headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'SAMEORIGIN',
      })
      expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'self'")
      for (const name of ['server', 'x-powered-by', 'strict-transport-security'])
        expect(answer.headers).not.toHaveProperty([name])
      expect(JSON.stringify(answer.body)).not.toMatch(/\.ts:|node_modules|at \w+ \(/)
    }
  })
})
