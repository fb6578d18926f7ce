import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const WINDOW_MS = 15 * 60_000
const attempt = (
  username: string,
  password: string,
  options: { remoteAddress?: string; headers?: Record<string, string> } = {},
) => app.anonymous.send({ method: 'POST', url: '/api/auth/login', payload: { username, password }, ...options })
const statuses = async (tries: Promise<{ status: number }>[]) => (await Promise.all(tries)).map(({ status }) => status)
const times = (n: number) => Array.from({ length: n }, (_, i) => i)
const count = (all: readonly number[], status: number) => all.filter((s) => s === status).length

describe('登录限制', () => {
  beforeEach(() => app.clock.advance(WINDOW_MS))

  it('一个帐号错十次后,对的密码也要等;一刻钟后照常', async () => {
    for (const _ of times(10)) expect((await attempt('sales1', '错误的密码')).status).toBe(401)
    app.clock.advance(5 * 60_000)
    const blocked = await attempt('sales1', app.password)
    expect(blocked).toMatchObject({ status: 429, body: { code: 'too_many', detail: '尝试次数过多,请 10 分钟后再试' } })
    expect(blocked.headers['retry-after']).toBe('600')
    expect((await attempt('sales1', app.password, { remoteAddress: '10.0.0.9' })).status).toBe(429)
    expect((await attempt('sales1b', app.password)).status).toBe(200)
    app.clock.advance(10 * 60_000)
    expect((await attempt('sales1', app.password)).status).toBe(200)
  })

  it('一百次同时猜,最多试到十次', async () => {
    const all = await statuses(times(100).map((n) => attempt('sales2', `猜-${n}`, { remoteAddress: `10.1.0.${n}` })))
    expect([count(all, 401), count(all, 429)]).toEqual([10, 90])
  })

  it('换帐号猜也只有六十次,转发头换不了地址', async () => {
    const all = await statuses(
      times(70).map((n) =>
        attempt(`nobody${n}`, '猜', {
          headers: { 'x-forwarded-for': `10.2.0.${n}`, 'x-real-ip': `10.2.0.${n}`, forwarded: `for=10.2.0.${n}` },
        }),
      ),
    )
    expect([count(all, 401), count(all, 429)]).toEqual([60, 10])
    expect((await attempt('sales1', app.password)).status).toBe(429)
    expect((await attempt('sales1', app.password, { remoteAddress: '10.0.0.9' })).status).toBe(200)
  })

  it('信任代理时按代理说的地址数', async () => {
    const { with: via } = await app.second({ trustProxy: '127.0.0.1' })
    const from = (address: string) => via({ 'x-forwarded-for': address })
    const all = await statuses(
      times(61).map((n) => from('10.3.0.1').post('/api/auth/login', { username: `nobody${n}`, password: '猜' })),
    )
    expect(count(all, 429)).toBe(1)
    expect(
      (await from('10.3.0.2').post('/api/auth/login', { username: 'sales1', password: app.password })).status,
    ).toBe(200)
  })

  it('登录成功后帐号重新从零数,成功的不算在地址头上', async () => {
    for (const _ of times(8)) await attempt('sales1', '错误的密码')
    expect((await attempt('sales1', app.password)).status).toBe(200)
    for (const _ of times(9)) expect((await attempt('sales1', '错误的密码')).status).toBe(401)
    expect((await attempt('sales1', app.password)).status).toBe(200)
    const { count: held } = await app.store.read
      .selectFrom('limits')
      .select('count')
      .where('key', '=', 'login:address:127.0.0.1')
      .executeTakeFirstOrThrow()
    expect(held).toBe(17)
  })

  it('不存在的帐号和存在的一样会被限制,大小写写法算同一个', async () => {
    for (const n of times(10)) expect((await attempt(n % 2 ? 'Ghost' : 'ghost', '猜')).status).toBe(401)
    expect((await attempt('GHOST', '猜')).status).toBe(429)
  })

  it('管理员重置密码后,被限制的人马上能进', async () => {
    for (const _ of times(11)) await attempt('sub1', '错误的密码')
    expect(
      (await app.as('admin').post(`/api/users/${app.ids.users.sub1}/password`, { password: '重置的密码-01' })).status,
    ).toBe(204)
    expect((await attempt('sub1', '重置的密码-01')).status).toBe(200)
  })

  it('原密码也不能一直猜', async () => {
    const guess = () => app.as('sales1').post('/api/auth/password', { oldPassword: '猜', newPassword: '全新的密码-01' })
    for (const _ of times(10)) expect((await guess()).status).toBe(400)
    expect((await guess()).status).toBe(429)
  })

  it('从回答的快慢也看不出有没有这个人', async () => {
    const took: Record<string, number[]> = { sales1: [], nobody: [], disabled: [] }
    for (const _ of times(9)) {
      for (const [username, all] of Object.entries(took)) {
        const started = performance.now()
        await attempt(username, '错误的密码')
        all.push(performance.now() - started)
      }
    }
    // The quickest of each: a busy machine only ever adds. Without the hash an unknown name is answered ten times faster.
    const quickest = Object.values(took).map((all) => Math.min(...all))
    expect(Math.max(...quickest) / Math.min(...quickest)).toBeLessThan(3)
  })
})
