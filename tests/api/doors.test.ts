import { get } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { dumpOf } from '../support/dump.ts'
import { addressOf, nameOf, promised } from '../support/endpoints.ts'
import { expectedStatus } from '../support/expected.ts'
import { grants, policies } from '../support/policy.ts'
import { requestTo } from '../support/requests.ts'

let app: TestApp
let customerId: number
let version: number
beforeAll(async () => {
  app = await openTestApp()
  const made = await app.make.customer({ name: '门口的客户', ownerId: app.ids.users.sales1, phone: '13812345678' })
  customerId = made.id
  version = made.version
})
afterAll(() => app.close())

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const
const paths = [...new Set(promised.map(({ path }) => path))]
const reads = promised.filter(({ method }) => method === 'GET')
const urlOf = (path: string) => addressOf(path, customerId) + (path === '/api/search' ? '?q=a' : '')
// oxlint-disable-next-line typescript/no-explicit-any
const told = ({ status, body }: { status: number; body: any }) => {
  const { requestId: _, ...rest } = body !== null && typeof body === 'object' ? body : { body }
  return { status, ...rest }
}

describe('方法', () => {
  it('没有约定的方法一律 404,什么都不改,管理员也一样', async () => {
    const before = await dumpOf(app.store)
    const bound = new Set([...promised.map(nameOf), ...reads.map(({ path }) => `HEAD ${path}`)])
    const odd: string[] = []
    for (const path of paths)
      for (const method of METHODS.filter((m) => !bound.has(`${m} ${path}`))) {
        const { status } = await app.as('admin').send({ method, url: urlOf(path) })
        // A word where an id belongs is an id that is none.
        const isWord = bound.has(`${method} ${path.replace(/[^/]+$/, ':id')}`)
        if (status !== 404 && !(isWord && status === 400)) odd.push(`${method} ${path} ${status}`)
      }
    expect(odd).toEqual([])
    expect(await dumpOf(app.store)).toEqual(before)
  })

  it('HEAD 与 GET 同样的状态,不带内容', async () => {
    for (const who of ['admin', 'sales1', 'finance'] as const)
      for (const { path } of reads.filter((endpoint) => !endpoint.path.endsWith('.xlsx'))) {
        const head = await app.as(who).send({ method: 'HEAD', url: urlOf(path) })
        const get = await app.as(who).get(urlOf(path))
        expect([who, path, head.status, head.body]).toEqual([who, path, get.status, null])
      }
  })

  it('改写方法的请求头不起作用', async () => {
    const before = await dumpOf(app.store)
    const names = ['x-http-method-override', 'x-http-method', 'x-method-override']
    for (const name of names)
      for (const method of ['DELETE', 'PATCH', 'PUT']) {
        const headers = { [name]: method }
        const url = `/api/customers/${customerId}?version=${version}&_method=${method}`
        expect((await app.as('admin').post(url, { version, notes: 'x' }, headers)).status).toBe(404)
        expect((await app.as('admin').get(`/api/customers/${customerId}`, headers)).status).toBe(200)
        expect((await app.as('admin').get(url, headers)).status).toBe(400)
      }
    expect(await dumpOf(app.store)).toEqual(before)
  })
})

describe('Cookie 与令牌', () => {
  it('每个只读接口回答相同', async () => {
    for (const who of ['admin', 'head1', 'sales1', 'finance'] as const)
      for (const { path } of reads.filter((endpoint) => !/audit|tokens|[.]xlsx/.test(endpoint.path))) {
        const url = urlOf(path)
        const [cookie, bearer] = [await app.as(who).get(url), await app.byToken(who).get(url)]
        expect({ who, url, ...told(bearer) }).toEqual({ who, url, ...told(cookie) })
      }
  })

  it('令牌改动数据时与 Cookie 一样要过权限,不要求来源', async () => {
    const before = await dumpOf(app.store)
    for (const name of promised.map(nameOf).filter((n) => !n.startsWith('GET'))) {
      const policy = policies[name]!
      if (expectedStatus(policy, 'finance', policy.of ? 'foreign' : null) !== 403) continue
      const request = requestTo(name, { id: customerId, version }, app)
      const { status } = await app.byToken('finance').send({ ...request, headers: { ...request.headers, origin: '' } })
      expect([name, status]).toEqual([name, 403])
    }
    expect(await dumpOf(app.store)).toEqual(before)
  })

  it('限定范围的令牌只能做范围内的事,每个接口都一样', async () => {
    const scope = ['customer.read'] as const
    for (const name of promised.map(nameOf)) {
      const { needs } = policies[name]!
      if (needs === null || needs === 'signedIn' || needs === 'customer.read') continue
      const { status } = await app.byToken('admin', scope).send(requestTo(name, { id: customerId, version }, app))
      expect([name, status]).toEqual([name, 403])
    }
    expect((await app.byToken('admin', scope).get(`/api/customers/${customerId}`)).status).toBe(200)
    expect((await app.byToken('admin', scope).get(`/api/customers/${customerId}`)).body.phone).toBe('138****5678')
    expect(Object.keys((await app.byToken('admin', scope).get('/api/auth/me')).body.permissions)).toEqual([...scope])
  })

  it('另一网站带着 Cookie 来改数据,每个接口都拒绝', async () => {
    const before = await dumpOf(app.store)
    const writes = promised.map(nameOf).filter((name) => !name.startsWith('GET') && name !== 'POST /api/auth/login')
    for (const name of writes) {
      const request = requestTo(name, { id: customerId, version }, app)
      for (const origin of ['http://evil.example', 'null', 'http://localhost.evil.example', 'https://localhost']) {
        const { body, status } = await app.as('admin').send({ ...request, headers: { ...request.headers, origin } })
        expect([name, origin, status, body?.code]).toEqual([name, origin, 403, 'wrong_origin'])
      }
    }
    expect(await dumpOf(app.store)).toEqual(before)
  })
})

describe('地址', () => {
  const tricks: ((path: string) => string)[] = [
    (path) => path.replace('/api/', '//api/'),
    (path) => path.replace('/api/', '/api//'),
    (path) => path.replace('/api/', '/API/'),
    (path) => path.replace('/api/', '/api/./'),
    (path) => path.replace('/api/', '/api/%2e/'),
    (path) => path.replace('/api/', '/api/x/../'),
    (path) => path.replace('/api/', '/api/x/%2e%2e/'),
    (path) => path.replace('/api/', '/api%2f'),
    (path) => path.replace('/api/', '/\\api/'),
    ...['/', '.', '%2e', '%00', '%20', ';x=1', '.json', '%', '%zz'].map((end) => (path: string) => path + end),
    (path) => path.toUpperCase(),
  ]

  it('写法古怪的地址谁也进不去', async () => {
    // A real connection: inject would tidy the address up before it is sent.
    const port = Number(new URL(await app.app.listen({ port: 0, host: '127.0.0.1' })).port)
    const cookie = await app.signIn('admin')
    const statusOf = (path: string) =>
      new Promise<number>((resolve, reject) => {
        get({ port, path, headers: { cookie } }, (answer) => {
          answer.resume()
          resolve(answer.statusCode ?? 0)
        }).on('error', reject)
      })
    const inside: string[] = []
    for (const { path } of reads)
      for (const trick of tricks) {
        const url = trick(addressOf(path, customerId))
        const status = await statusOf(url)
        if (status !== 404 && status !== 400) inside.push(`${url} ${status}`)
      }
    expect(inside).toEqual([])
    expect(await statusOf(`/api/customers/${customerId}`)).toBe(200)
  })

  it('转义的写法与原样同一回答', async () => {
    const plain = await app.as('sales1').get(`/api/customers/${customerId}`)
    const spelt = `/api/%63ustomers/${[...String(customerId)].map((digit) => `%3${digit}`).join('')}`
    expect(told(await app.as('sales1').get(spelt))).toEqual(told(plain))
    expect((await app.as('sales2').get(spelt)).status).toBe(404)
    expect((await app.anonymous.get(spelt)).status).toBe(401)
    expect((await app.as('sales2').get('/api/%75sers')).status).toBe(403)
  })
})

it('各角色的权限与写明的规定一致', async () => {
  for (const who of ['admin', 'head1', 'sales1', 'finance'] as const)
    expect((await app.as(who).get('/api/auth/me')).body.permissions).toEqual(grants[who])
})
