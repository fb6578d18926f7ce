import { request as httpRequest } from 'node:http'
import { cleanText, hasForbidden } from '@crm/shared/text'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { ORIGIN } from '../support/client.ts'
import { dumpOf } from '../support/dump.ts'
import { nameOf, promised } from '../support/endpoints.ts'
import { naughtyTexts } from '../support/naughty.ts'
import { requestTo } from '../support/requests.ts'

let app: TestApp
let customerId: number
beforeAll(async () => {
  app = await openTestApp()
  customerId = (await app.make.customer({ name: '金丝雀', phone: '13812345678' })).id
})
afterAll(() => app.close())

const MEGABYTE = 1 << 20
const raw = (payload: string | Buffer, headers: Record<string, string> = {}, url = '/api/customers') =>
  app.as('admin').send({ method: 'POST', url, payload, headers: { 'content-type': 'application/json', ...headers } })
/** Runs what must be refused, and proves that nothing was written and that others see what they saw. */
async function harmless(work: () => Promise<void>): Promise<void> {
  const [before, canary] = [await dumpOf(app.store), (await app.as('head1').get('/api/auth/me')).body]
  await work()
  expect(await dumpOf(app.store)).toEqual(before)
  expect((await app.as('head1').get('/api/auth/me')).body).toEqual(canary)
  expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined()
}

describe('内容类型', () => {
  const types = [
    '',
    'text/plain',
    'application/json\ta',
    'application/json;x',
    'APPLICATION/JSON',
    'application/json; charset=gbk',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'text/json',
    'application/json, text/plain',
    'application/jsonx',
    '*/*',
    'x',
  ]
  const writes = promised.filter(({ method, upload }) => method !== 'GET' && !upload)

  it('每个写接口,换什么内容类型,坏的内容都不会被收下', () =>
    harmless(async () => {
      const odd: string[] = []
      for (const endpoint of writes.filter(({ body }) => body !== undefined)) {
        const { method, url } = requestTo(nameOf(endpoint), { id: customerId, version: 1 }, app)
        for (const type of types)
          for (const payload of ['{"陌生":1}', 'name=x&version=1', '{"name":{"$ne":1}']) {
            const headers = type === '' ? {} : { 'content-type': type }
            const { status } = await app.as('admin').send({ method: method!, url: url!, payload, headers })
            if (![400, 404, 415].includes(status)) odd.push(`${nameOf(endpoint)} ${type} → ${status}`)
          }
      }
      expect(odd).toEqual([])
    }))

  it('不是 JSON 的类型一律 415,JSON 的写法不同都认', async () => {
    for (const type of [
      'text/plain',
      'application/xml',
      'application/x-www-form-urlencoded',
      'text/json',
      'application/jsonx',
    ])
      expect((await raw('{"name":"不该收"}', { 'content-type': type })).status).toBe(415)
    for (const [n, type] of ['application/json', 'APPLICATION/JSON', 'application/json; charset=utf-8'].entries())
      expect((await raw(`{"name":"类型甲${n}"}`, { 'content-type': type })).status).toBe(201)
  })

  it('不收内容的接口带了内容是 400', () =>
    harmless(async () => {
      for (const url of [`/api/customers/${customerId}/restore`, '/api/auth/logout'])
        expect((await app.as('admin').post(url, { x: 1 })).status).toBe(400)
      expect(
        (
          await app
            .as('admin')
            .send({ method: 'DELETE', url: `/api/customers/${customerId}?version=1`, payload: { x: 1 } })
        ).status,
      ).toBe(400)
    }))
})

describe('大与深', () => {
  it('一兆字节以内收,多一个字节 413', () =>
    harmless(async () => {
      const body = (size: number) => {
        const empty = '{"name":"大","notes":""}'
        return empty.replace('""', `"${'a'.repeat(size - Buffer.byteLength(empty))}"`)
      }
      expect((await raw(body(MEGABYTE))).body.errors).toMatchObject([{ field: 'notes' }])
      expect((await raw(body(MEGABYTE + 1))).status).toBe(413)
      expect((await raw(Buffer.alloc(20 * MEGABYTE, 0x20))).status).toBe(413)
    }))

  it('声称很小、发来很大的,断开', async () => {
    const address = await app.app.listen({ port: 0, host: '127.0.0.1' })
    const cookie = await app.signIn('admin')
    const status = await new Promise<number>((resolve) => {
      const headers = { cookie, origin: address, 'content-type': 'application/json', 'transfer-encoding': 'chunked' }
      const sending = httpRequest(`${address}/api/customers`, { method: 'POST', headers }, (answer) => {
        answer.resume()
        resolve(answer.statusCode ?? 0)
      })
      // Refused while it is still sending, the connection may break first.
      sending.on('error', () => resolve(413))
      for (let n = 0; n < 40; n++) sending.write('['.repeat(MEGABYTE / 8))
      sending.end()
    })
    expect(status).toBe(413)
    expect((await app.anonymous.get('/healthz')).status).toBe(200)
  })

  it('嵌套十万层、百万个键、长得离谱的文字和列表,一秒内拒绝', () =>
    harmless(async () => {
      const deep = (n: number) => `{"name":${'['.repeat(n)}${']'.repeat(n)}}`
      const objects = (n: number) => `${'{"a":'.repeat(n)}1${'}'.repeat(n)}`
      const keys = `{${Array.from({ length: 80_000 }, (_, n) => `"k${n}":1`).join()}}`
      const bodies = [
        deep(100_000),
        deep(500_000),
        objects(100_000),
        keys,
        `{"name":"${'a'.repeat(1_000_000)}"}`,
        `{"tagIds":[${'1,'.repeat(300_000)}1]}`,
        `{"name":"${'\\u0301'.repeat(10_000)}"}`,
        `{"email":"${'a'.repeat(50_000)}!"}`,
        `{"phone":"${' '.repeat(50_000)}"}`,
        `{"website":"${'a.'.repeat(50_000)}"}`,
      ]
      for (const body of bodies) {
        const start = performance.now()
        const { body: answer, status } = await raw(body)
        expect([body.slice(0, 20), status]).toEqual([body.slice(0, 20), 400])
        expect(JSON.stringify(answer).length).toBeLessThan(10_000)
        expect(performance.now() - start).toBeLessThan(1000)
      }
    }))
})

describe('形状不对的 JSON', () => {
  it('坏 JSON、不是对象的 JSON、重复与危险的键', () =>
    harmless(async () => {
      const broken = [
        '',
        ' ',
        '{',
        '{"name":}',
        "{'name':'x'}",
        '{"name":"x",}',
        'NaN',
        '[1,2',
        '"x',
        '\ufeff',
        'nul',
        '{"name":"\\ud800"}',
        '{"name":"a\u0000b"}',
      ]
      const notObjects = ['[]', '[{"name":"x"}]', '"x"', '1', 'true', 'null']
      const poison = [
        '{"__proto__":{"isAdmin":true},"name":"x"}',
        '{"constructor":{"prototype":{"isAdmin":true}},"name":"x"}',
        '{"name":"x","firstContact":{"__proto__":{"isAdmin":true},"name":"y"}}',
        '{"name":"x","\\u005f_proto__":1}',
        '{"name":"x","toString":1}',
        '{"name":"x","hasOwnProperty":1}',
      ]
      for (const payload of [...broken, ...notObjects, ...poison])
        expect([payload, (await raw(payload)).status]).toEqual([payload, 400])
      for (const name of ['__proto__', 'constructor', 'toString', 'isAdmin'])
        expect((await app.as('admin').get(`/api/customers?${name}=1`)).body.errors).toMatchObject([{ field: name }])
    }))

  it('不是 UTF-8 的字节不会被存成别的东西', async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"name":"'),
      Buffer.from([0xc4, 0xe3, 0xba, 0xc3, 0xff]),
      Buffer.from('"}'),
    ])
    const { body, status } = await raw(bytes)
    expect([400, 201]).toContain(status)
    expect(body.name ?? '\ufffd').toContain('\ufffd')
    expect((await app.as('admin').get('/api/customers?q=%C4%E3%BA%C3')).status).toBeLessThan(500)
    expect((await app.as('admin').get('/api/customers?q=%ED%A0%80')).status).toBeLessThan(500)
  })
})

describe('难缠的文字', () => {
  it('样本不少于六十个', () => expect(new Set(naughtyTexts).size).toBeGreaterThanOrEqual(60))

  it('作名称:原样存取(只去首尾空白),或指明名称拒绝', async () => {
    const odd: string[] = []
    for (const text of naughtyTexts) {
      const { body, status } = await app.as('admin').post('/api/customers', { name: text, overrideReason: '难缠' })
      const fits = cleanText(text) !== '' && !hasForbidden(text)
      if (fits ? status !== 201 || body.name !== cleanText(text) : status !== 400 || body.errors[0].field !== 'name') {
        odd.push(`${JSON.stringify(text)} → ${status} ${JSON.stringify(body).slice(0, 120)}`)
        continue
      }
      if (status === 201 && (await app.as('admin').get(`/api/customers/${body.id}`)).body.name !== cleanText(text))
        odd.push(text)
    }
    expect(odd).toEqual([])
  })

  it('作备注:换行和制表也原样', async () => {
    let version = 1
    for (const text of naughtyTexts) {
      const { body, status } = await app.as('admin').patch(`/api/customers/${customerId}`, { version, notes: text })
      const wanted = hasForbidden(text, true) ? 400 : 200
      expect([JSON.stringify(text), status]).toEqual([JSON.stringify(text), wanted])
      expect(status === 200 ? (body.notes ?? '') : '').toBe(status === 200 ? cleanText(text) : '')
      version = body.version ?? version
    }
  })

  it('作搜索词、标签、请求头、登录名:没有一个 5xx', async () => {
    const odd: string[] = []
    const note = (what: string, text: string, status: number) =>
      status >= 500 && odd.push(`${what} ${JSON.stringify(text)} ${status}`)
    for (const text of naughtyTexts) {
      const q = encodeURIComponent(text.toWellFormed())
      for (const path of ['customers', 'contacts', 'users', 'tags', 'search'])
        note(path, text, (await app.as('admin').get(`/api/${path}?q=${q}`)).status)
      note('name=', text, (await app.as('admin').get(`/api/customers?name=${q}`)).status)
      note('tag', text, (await app.as('admin').post('/api/tags', { name: text })).status)
      note(
        'check',
        text,
        (await app.as('sales1').post('/api/customers/check', { name: text, phone: text.slice(0, 30), email: text }))
          .status,
      )
      const headers = {
        'idempotency-key': Buffer.from(text)
          .toString('latin1')
          .replace(/[\r\n\0]/g, ' '),
        origin: ORIGIN,
      }
      note('key', text, (await app.as('admin').post('/api/tags', { name: 'x' }, headers)).status)
    }
    for (const text of naughtyTexts.slice(0, 8))
      note('login', text, (await app.anonymous.post('/api/auth/login', { username: text, password: 'x' })).status)
    expect(odd).toEqual([])
  })
})

describe('长度', () => {
  it('按字数算,不按字节,与界面相同;到界收,过界指明', async () => {
    for (const char of ['字', '𠮷', '👍', 'a']) {
      const at = (length: number) =>
        app.as('admin').post('/api/customers', { name: char.repeat(length), overrideReason: '长度' })
      expect([char, (await at(100)).body.name]).toEqual([char, char.repeat(100)])
      for (const length of [101, 255, 10_000])
        expect([char, length, (await at(length)).body.errors]).toMatchObject([char, length, [{ field: 'name' }]])
    }
    const padded = await app.as('admin').post('/api/customers', { name: `${' '.repeat(20)}${'边'.repeat(100)}  ` })
    expect(padded.body.name).toBe('边'.repeat(100))
  })
})
