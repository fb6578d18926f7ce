import type { NoticeKind } from '@crm/shared/notices'
import { tell } from '@crm/server/core/jobs/notices'
import { jobs } from '@crm/server/jobs/index'
import { forgetNotices } from '@crm/server/modules/work/notifications/service'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { testEngine } from '../support/engine.ts'
import { type EventSource, openEventSource } from '../support/eventSource.ts'
import type { Username } from '../support/office.ts'

let app: TestApp
const open: EventSource[] = []
beforeAll(async () => {
  app = await openTestApp()
  await app.app.listen({ port: 0, host: '127.0.0.1' })
})
afterAll(() => app.close())
beforeEach(async () => {
  await app.store.tx(async (tx) => {
    await tx.deleteFrom('notifications').execute()
    await tx.deleteFrom('noticeSwitches').execute()
  })
})
afterEach(() => open.splice(0).forEach((stream) => stream.close()))

let n = 0
const inform = (who: readonly Username[], facts: { title?: string; kind?: NoticeKind; onceKey?: string } = {}) =>
  app.store.tx((tx) =>
    tell(tx, app.clock.now(), {
      kind: 'system',
      title: `通知${++n}`,
      ...facts,
      userIds: who.map((one) => app.ids.users[one]),
    }),
  )
const mine = async (who: Username, query = '') => (await app.as(who).get(`/api/notifications${query}`)).body
const titles = async (who: Username, query = '') =>
  (await mine(who, query)).items.map(({ title }: { title: string }) => title)

async function listen(who: Username, { after, cookie }: { after?: number; cookie?: string } = {}) {
  const stream = await openEventSource(app.app, {
    cookie: cookie ?? (await app.signIn(who)),
    ...(after !== undefined && { 'last-event-id': String(after) }),
  })
  open.push(stream)
  await stream.some('count')
  return stream
}
const heard = (stream: EventSource) => stream.all('notice').map(({ data }) => data.title)

describe('我的通知', () => {
  it('只有自己的,新的在前;别人的看不到,也标不了已读', async () => {
    await inform(['sales1', 'head1'], { title: '两人都有' })
    await inform(['sales1'], { title: '只给王业务' })
    expect(await titles('sales1')).toEqual(['只给王业务', '两人都有'])
    expect(await titles('head1')).toEqual(['两人都有'])
    for (const who of ['admin', 'sales2', 'finance'] as const) expect(await titles(who)).toEqual([])
    const ids = (await mine('sales1')).items.map(({ id }: { id: number }) => id)
    expect((await app.as('admin').post('/api/notifications/read', { ids })).body).toEqual({ unread: 0 })
    expect((await mine('sales1')).unread).toBe(2)
  })

  it('按指明的、按全部标为已读;只看未读;一页一页往前翻', async () => {
    for (let at = 0; at < 5; at++) await inform(['sales1'], { title: `第${at}条` })
    const first = await mine('sales1', '?size=2')
    expect([first.items.length, first.unread]).toEqual([2, 5])
    const second = await mine('sales1', `?size=2&cursor=${first.nextCursor}`)
    expect(second.items.map(({ title }: { title: string }) => title)).toEqual(['第2条', '第1条'])
    const ids = [first.items[0].id]
    expect((await app.as('sales1').post('/api/notifications/read', { ids })).body).toEqual({ unread: 4 })
    expect(await titles('sales1', '?unread=true')).toEqual(['第3条', '第2条', '第1条', '第0条'])
    expect(await titles('sales1', '?unread=false')).toEqual(['第4条'])
    expect((await app.as('sales1').post('/api/notifications/read', { all: true })).body).toEqual({ unread: 0 })
    expect((await app.as('sales1').post('/api/notifications/read', {})).status).toBe(400)
  })

  it('未读数到一百为止,不多数', async () => {
    await app.store.tx(async (tx) => {
      for (let at = 0; at < 120; at++)
        await tell(tx, app.clock.now(), { kind: 'system', title: `${at}`, userIds: [app.ids.users.sales1] })
    })
    expect((await mine('sales1')).unread).toBe(100)
  })

  it('客户名只给今天看得到这个客户的人', async () => {
    const { id } = await app.make.customer({ name: '申诺机械', ownerId: app.ids.users.sales1 })
    await app.store.tx((tx) =>
      tell(tx, app.clock.now(), {
        kind: 'pool',
        title: '有事',
        customerId: id,
        userIds: [app.ids.users.sales1, app.ids.users.sales2],
      }),
    )
    expect((await mine('sales1')).items[0]).toMatchObject({ customerId: id, customerName: '申诺机械' })
    expect((await mine('sales2')).items[0]).toMatchObject({ customerName: null })
  })

  it('同一件事只告诉一次,同时两次也一样;停用的人不告诉', async () => {
    await Promise.all([1, 2, 3].map(() => inform(['sales1', 'sales1', 'disabled'], { onceKey: 'reminder:1' })))
    await inform(['sales1', 'head1'], { onceKey: 'reminder:1' })
    expect([(await mine('sales1')).unread, (await mine('head1')).unread]).toEqual([1, 1])
    const { read } = app.store
    expect(
      await read.selectFrom('notifications').where('userId', '=', app.ids.users.disabled).select('id').execute(),
    ).toEqual([])
  })

  it('客户转给别人:新旧负责人各一条,动手的人自己没有', async () => {
    const { id, version } = await app.make.customer({ name: '要转走的', ownerId: app.ids.users.sales1 })
    await app.as('head1').post(`/api/customers/${id}/transfer`, { version, ownerId: app.ids.users.sub1 })
    expect((await mine('sub1')).items).toMatchObject([
      { kind: 'assigned', title: '客户转给你了:要转走的', link: `/customers/${id}`, body: '陈经理 转交' },
    ])
    expect((await mine('sales1')).items).toMatchObject([
      { title: '你的客户已转走:要转走的', link: null, body: '陈经理 转给了 赵一组' },
    ])
    expect(await titles('head1')).toEqual([])
  })
})

describe('通知设置', () => {
  const set = (who: Username, items: object[]) => app.as(who).put('/api/notifications/switches', { items })

  it('开始时站内全开,桌面和邮件全关;改了只改自己的', async () => {
    const { items } = (await app.as('sales1').get('/api/notifications/switches')).body
    expect(new Set(items.map((one: object) => JSON.stringify({ ...one, kind: '' }))).size).toBe(1)
    expect(items[0]).toMatchObject({ site: true, desktop: false, mail: false })
    const wanted = { kind: 'pool', site: false, desktop: true, mail: false }
    expect((await set('sales1', [wanted])).body.items).toContainEqual(wanted)
    expect((await app.as('head1').get('/api/notifications/switches')).body.items).not.toContainEqual(wanted)
    expect((await set('sales1', [wanted, wanted])).status).toBe(400)
    expect((await set('sales1', [{ ...wanted, kind: 'nothing' }])).status).toBe(400)
  })

  it('关掉的种类不再告诉这个人,别人照旧', async () => {
    await set('sales1', [{ kind: 'pool', site: false, desktop: false, mail: false }])
    await inform(['sales1', 'head1'], { kind: 'pool', title: '公海' })
    await inform(['sales1'], { kind: 'mention', title: '批示' })
    expect([await titles('sales1'), await titles('head1')]).toEqual([['批示'], ['公海']])
  })
})

describe('通知流', () => {
  it('提交之后两秒之内送到,只送给本人;未读数随之更新,读了也更新', async () => {
    const [own, foreign] = [await listen('sales1'), await listen('head1')]
    await inform(['sales1'], { title: '到了' })
    const [notice] = await own.some('notice')
    expect(notice).toMatchObject({ id: notice!.data.id, data: { title: '到了', kind: 'system', desktop: false } })
    expect((await own.some('count', 2)).map(({ data }) => data.unread)).toEqual([0, 1])
    await app.as('sales1').post('/api/notifications/read', { all: true })
    expect((await own.some('count', 3)).at(-1)!.data.unread).toBe(0)
    expect(foreign.all('notice')).toEqual([])
  })

  it('没有提交的不送', async () => {
    const stream = await listen('sales1')
    const refused = app.store.tx(async (tx) => {
      await tell(tx, app.clock.now(), { kind: 'system', title: '不算', userIds: [app.ids.users.sales1] })
      throw new Error('不保存')
    })
    await expect(refused).rejects.toThrow('不保存')
    await inform(['sales1'], { title: '算' })
    await stream.some('notice')
    expect(heard(stream)).toEqual(['算'])
  })

  it('断线重连后补上断开期间的,一条不多一条不少;没有断过的不补旧的', async () => {
    const first = await listen('sales1')
    await inform(['sales1'], { title: '甲' })
    const [seen] = await first.some('notice')
    first.close()
    await inform(['sales1'], { title: '乙' })
    await inform(['sales1'], { title: '丙' })
    const again = await listen('sales1', { after: seen!.id! })
    await inform(['sales1'], { title: '丁' })
    await again.some('notice', 3)
    expect(heard(again)).toEqual(['乙', '丙', '丁'])
    expect(heard(await listen('sales1'))).toEqual([])
  })

  it('不接受事件流的程序得到此后的和未读数,随即结束;令牌也能用', async () => {
    await inform(['sales1'], { title: '旧的' })
    const [{ id }] = (await mine('sales1')).items
    await inform(['sales1'], { title: '新的' })
    const { body, headers } = await app.byToken('sales1').get(`/api/notifications/stream?after=${id}`)
    expect(headers['content-type']).toContain('text/event-stream')
    expect([body.includes('新的'), body.includes('旧的'), body.includes('{"unread":2}')]).toEqual([true, false, true])
    expect((await app.anonymous.get('/api/notifications/stream')).status).toBe(401)
    expect((await app.as('sales1').get('/api/notifications/stream?after=0')).status).toBe(400)
  })

  it('退出登录、停用、改密码,一秒之内结束', async () => {
    const within = async (stream: EventSource) => {
      const startedAt = performance.now()
      await stream.ended
      expect(stream.all('end')).toMatchObject([{ data: { reason: 'signedOut' } }])
      expect(performance.now() - startedAt).toBeLessThan(1_000)
    }
    const cookie = await app.signIn('finance')
    const left = await listen('finance', { cookie })
    const stays = await listen('finance')
    await app.anonymous.post('/api/auth/logout', undefined, { cookie })
    await within(left)
    const changed = await listen('sub1')
    await app.as('admin').post(`/api/users/${app.ids.users.sub1}/password`, { password: '重置的密码-2026' })
    await within(changed)
    const { id, version } = await app.make.user({ teamId: app.ids.teams.D1 })
    const gone = await openEventSource(app.app, { cookie: await app.signIn(id) })
    await gone.some('count')
    await app.as('admin').patch(`/api/users/${id}`, { version, disabled: true })
    await within(gone)
    await inform(['finance'])
    await stays.some('notice')
  })

  it('一个人开得太多时,最早的一条让位', async () => {
    const streams = []
    for (let at = 0; at < 9; at++) streams.push(await listen('sales2'))
    await streams[0]!.ended
    expect(streams[0]!.all('end')).toMatchObject([{ data: { reason: 'crowded' } }])
    await inform(['sales2'])
    for (const stream of streams.slice(1)) await stream.some('notice')
  })

  it.runIf(testEngine === 'postgres')('另一台服务提交的也送到,每条一次', async () => {
    const other = await app.second()
    await other.app.listen({ port: 0, host: '127.0.0.1' })
    const there = await openEventSource(other.app, { cookie: await app.signIn('sales1') })
    open.push(there)
    await there.some('count')
    const here = await listen('sales1')
    await inform(['sales1'], { title: '两边都开着' })
    for (const stream of [here, there]) {
      await stream.some('notice')
      expect(heard(stream)).toEqual(['两边都开着'])
    }
    await other
      .with({ cookie: await app.signIn('sales1'), origin: 'http://localhost' })
      .post('/api/notifications/read', {
        all: true,
      })
    expect((await here.some('count', 3)).at(-1)!.data.unread).toBe(0)
  })

  it('没有事的时候只有心跳;停下服务不等它', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const quiet = await openTestApp()
    try {
      await quiet.app.listen({ port: 0, host: '127.0.0.1' })
      const stream = await openEventSource(quiet.app, { cookie: await quiet.signIn('sales1') })
      await stream.some('count')
      await vi.advanceTimersByTimeAsync(75_000)
      vi.useRealTimers()
      await stream.some('beat', 3)
      expect([stream.all('count').length, stream.all('notice')]).toEqual([1, []])
      const startedAt = performance.now()
      await quiet.app.close()
      await stream.ended
      expect(performance.now() - startedAt).toBeLessThan(2_000)
      // No reason given: the browser comes back by itself, to the next server.
      expect(stream.all('end')).toEqual([])
    } finally {
      vi.useRealTimers()
      await quiet.close()
    }
  })
})

describe('打扫', () => {
  it('半年前读过的丢掉,没读的和新近读的留着', async () => {
    await inform(['sales1'], { title: '早就读了' })
    await app.as('sales1').post('/api/notifications/read', { all: true })
    await inform(['sales1'], { title: '一直没读' })
    app.clock.advance(181 * 24 * 3_600_000)
    const fresh = await app.store.read.selectFrom('notifications').select('id').execute()
    expect(fresh).toHaveLength(2)
    expect(await forgetNotices(app.store, app.clock)).toBe(1)
    const left = await app.store.read.selectFrom('notifications').select('title').execute()
    expect(left).toEqual([{ title: '一直没读' }])
  })

  it('由例行任务来做', async () => {
    await inform(['sales1'], { title: '读过了' })
    const cookie = await app.signIn('sales1')
    await app.anonymous.post('/api/notifications/read', { all: true }, { cookie })
    app.clock.advance(181 * 24 * 3_600_000)
    const job = jobs.find(({ name }) => name === 'housekeeping')!
    await job.run({ store: app.store, clock: app.clock, signal: new AbortController().signal })
    expect(await app.store.read.selectFrom('notifications').select('id').execute()).toEqual([])
  })
})
