import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '@crm/server/core/clock'
import type { Clock } from '@crm/server/core/clock'
import { freeLeases, leased, startJobs } from '@crm/server/core/jobs/jobs'
import type { Job } from '@crm/server/core/jobs/jobs'
import { put, startOutbox } from '@crm/server/core/jobs/outbox'
import { inSlices } from '@crm/server/core/jobs/slices'
import { openStore } from '@crm/server/db/open'
import type { Store } from '@crm/server/db/store'
import { jobs } from '@crm/server/jobs/index'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openTestStore } from '../support/engine.ts'
import type { TestStore } from '../support/engine.ts'

const real = systemClock('Asia/Shanghai')
let here: TestStore
/** A second server on the same database. */
let other: Store
const stops: (() => Promise<void>)[] = []
beforeEach(async () => {
  here = await openTestStore()
  other = openStore(here.target)
})
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
  await other.close()
  await here.close()
})

const start = (store: Store, list: Job[], clock: Clock = real) => stops.push(startJobs(store, clock, list).stop)
const job = (name: string, run: Job['run'], everyMs = 3_600_000): Job => ({ name, everyMs, run })
const rowOf = (name: string) =>
  here.store.read.selectFrom('jobs').selectAll().where('name', '=', name).executeTakeFirst()

describe('任务', () => {
  it('两台服务共用一个库时,到期的任务只运行一次', async () => {
    const ran = vi.fn(async () => void (await sleep(50)))
    start(here.store, [job('once', ran)])
    start(other, [job('once', ran)])
    await sleep(1_500)
    expect(ran).toHaveBeenCalledTimes(1)
    expect(await rowOf('once')).toMatchObject({ leasedBy: null, lastRunAt: expect.any(String), lastProblem: null })
  })

  it('没有事可做的任务不占租约、不写库;有事了才运行', async () => {
    let work = false
    const asked = vi.fn(async () => work)
    const ran = vi.fn(async () => {})
    start(here.store, [{ ...job('idle', ran), wanted: asked }])
    await vi.waitFor(() => expect(asked.mock.calls.length).toBeGreaterThan(1), 5_000)
    expect(await rowOf('idle')).toBeUndefined()
    expect(ran).not.toHaveBeenCalled()
    work = true
    await vi.waitFor(async () => expect(await rowOf('idle')).toMatchObject({ lastRunAt: expect.any(String) }), 5_000)
    expect(ran).toHaveBeenCalledTimes(1)
  })

  it('只有自己一台时,上次被杀的服务留下的租约一启动就放开,不等两分钟', async () => {
    const facts = { name: 'held', dueAt: '2020-01-01T00:00:00.000Z', lastRunAt: null, lastProblem: null }
    const until = new Date(Date.now() + 110_000).toISOString()
    await here.store.tx((tx) =>
      tx
        .insertInto('jobs')
        .values({ ...facts, leasedBy: 'dead', leasedUntil: until })
        .execute(),
    )
    expect(await leased(here.store, real, 'held', 'me', async () => {})).toBe(false)
    await freeLeases(here.store)
    expect(await leased(here.store, real, 'held', 'me', async () => {})).toBe(true)
  })

  it('失败的任务记下原因,照常排到下一次', async () => {
    start(here.store, [job('broken', async () => Promise.reject(new Error('邮件服务器不通')))])
    await vi.waitFor(
      async () => expect(await rowOf('broken')).toMatchObject({ lastProblem: '邮件服务器不通', leasedBy: null }),
      5_000,
    )
    expect((await rowOf('broken'))!.dueAt > real.now()).toBe(true)
  })

  it('时钟往回拨之后任务不会停摆', async () => {
    const past: Clock = { ...real, now: () => '2020-01-01T00:00:00.000Z' }
    await here.store.tx((tx) =>
      tx
        .insertInto('jobs')
        .values({
          name: 'late',
          dueAt: '2030-01-01T00:00:00.000Z',
          leasedBy: 'dead',
          leasedUntil: '2030-01-01T00:00:00.000Z',
          lastRunAt: null,
          lastProblem: null,
        })
        .execute(),
    )
    const ran = vi.fn(async () => {})
    start(here.store, [job('late', ran)], past)
    await vi.waitFor(() => expect(ran).toHaveBeenCalledTimes(1), 5_000)
  })

  it('正在运行的租约别人拿不到,死去的服务的租约过期后可以', async () => {
    const clock = (now: string): Clock => ({ ...real, now: () => now })
    const ran: string[] = []
    await leased(here.store, clock('2026-01-01T00:00:00.000Z'), 'x', 'a', async () => {
      expect(await leased(other, clock('2026-01-01T00:01:00.000Z'), 'x', 'b', async () => void ran.push('b'))).toBe(
        false,
      )
      expect(await leased(other, clock('2026-01-01T00:03:00.000Z'), 'x', 'c', async () => void ran.push('c'))).toBe(
        true,
      )
    })
    expect(ran).toEqual(['c'])
  })

  it('停止时等正在运行的任务结束,并告诉它该停了', async () => {
    let told = false
    const { stop } = startJobs(here.store, real, [
      job('long', async ({ signal }) => {
        while (!signal.aborted) await sleep(5)
        told = true
      }),
    ])
    await sleep(300)
    await stop()
    expect(told).toBe(true)
  })

  it('产品自己的任务在空库上都能运行', async () => {
    const context = { store: here.store, clock: real, signal: new AbortController().signal }
    for (const one of jobs) await one.run(context)
    expect(jobs.map(({ name }) => name)).toContain('sealAudit')
  })
})

describe('发件箱', () => {
  const sendAll = (store: Store, deliver: (payload: unknown) => Promise<void>, clock = real) =>
    stops.push(startOutbox(store, clock, { mail: deliver }).stop)
  const waiting = () => here.store.read.selectFrom('outbox').selectAll().where('doneAt', 'is', null).execute()

  it('提交之后才发送;回滚的不发', async () => {
    const sent: unknown[] = []
    sendAll(here.store, async (payload) => void sent.push(payload))
    await here.store.tx((tx) => put(here.store, tx, 'mail', { to: '甲' }, real.now()))
    const refused = here.store.tx(async (tx) => {
      await put(here.store, tx, 'mail', { to: '乙' }, real.now())
      throw new Error('不保存')
    })
    await expect(refused).rejects.toThrow('不保存')
    await vi.waitFor(() => expect(sent).toEqual([{ to: '甲' }]), 8_000)
    await vi.waitFor(async () => expect(await waiting()).toEqual([]), 5_000)
  })

  it('两台服务一起发,每封恰好一次', async () => {
    const sent: unknown[] = []
    for (const store of [here.store, other]) sendAll(store, async (payload) => void sent.push(payload))
    for (let n = 0; n < 20; n++) await here.store.tx((tx) => put(here.store, tx, 'mail', n, real.now()))
    await vi.waitFor(() => expect(sent.length).toBeGreaterThanOrEqual(20), 10_000)
    await sleep(300)
    expect(sent.toSorted((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 20 }, (_, n) => n))
  })

  it('发不出去的留着,隔一段时间再试,不挡后面的', async () => {
    let now = Date.parse('2026-01-01T00:00:00.000Z')
    const clock: Clock = { ...real, now: () => new Date(now).toISOString() }
    const tried: unknown[] = []
    const deliver = async (payload: unknown) => {
      tried.push(payload)
      if (payload === '坏' && tried.length < 3) throw new Error('拒收')
    }
    await here.store.tx((tx) => put(here.store, tx, 'mail', '坏', clock.now()))
    await here.store.tx((tx) => put(here.store, tx, 'mail', '好', clock.now()))
    sendAll(here.store, deliver, clock)
    await vi.waitFor(() => expect(tried).toEqual(['坏', '好']), 5_000)
    await vi.waitFor(async () => expect(await waiting()).toMatchObject([{ attempts: 1, lastProblem: '拒收' }]), 5_000)
    now += 60_000
    await here.store.tx((tx) => here.store.notify(tx, 'outbox'))
    await vi.waitFor(async () => expect(await waiting()).toEqual([]), 10_000)
    expect(tried).toEqual(['坏', '好', '坏'])
  })
})

describe('大批工作分片进行', () => {
  const names = Array.from({ length: 1_500 }, (_, n) => `标签${n}`)
  const add = (tx: Parameters<Parameters<Store['tx']>[0]>[0], name: string) =>
    tx
      .insertInto('tags')
      .values({ name, color: null, version: 1, createdAt: 'x', updatedAt: 'x', deletedAt: null })
      .returning('id')
      .executeTakeFirstOrThrow()

  it('每条恰好一次,进度与结果同一事务;片与片之间别人进得来', async () => {
    let turns = 0
    const ticking = setInterval(() => turns++, 1)
    let slices = 0
    const done = await inSlices(here.store, names, add, {
      sliceMs: 10,
      finish: async (tx, results) =>
        void (await tx
          .insertInto('settings')
          .values({ name: `progress${results.at(-1)!.id}`, value: String(results.length) })
          .execute()),
      onSlice: () => void slices++,
    })
    clearInterval(ticking)
    expect(done).toBe(1_500)
    expect(
      (await here.store.read.selectFrom('tags').select('name').orderBy('id').execute()).map(({ name }) => name),
    ).toEqual(names)
    const noted = await here.store.read
      .selectFrom('settings')
      .select('value')
      .where('name', 'like', 'progress%')
      .execute()
    expect(noted.reduce((sum, { value }) => sum + Number(value), 0)).toBe(1_500)
    expect(slices).toBe(noted.length)
    expect(slices).toBeGreaterThan(3)
    expect(turns).toBeGreaterThan(3)
  })

  it('出错的那一片整片作废,前面的留下', async () => {
    let finished = 0
    const working = inSlices(
      here.store,
      names,
      async (tx, name) => (name === '标签900' ? Promise.reject(new Error('坏行')) : add(tx, name)),
      { sliceMs: 5, onSlice: (_results, done) => void (finished = done) },
    )
    await expect(working).rejects.toThrow('坏行')
    expect(await here.store.read.selectFrom('tags').select('id').execute()).toHaveLength(finished)
    expect(finished).toBeLessThanOrEqual(900)
  })

  it('叫停时停在两片之间', async () => {
    const stopping = new AbortController()
    const done = await inSlices(here.store, names, add, {
      sliceMs: 5,
      signal: stopping.signal,
      onSlice: (_results, so_far) => void (so_far > 50 && stopping.abort()),
    })
    expect(done).toBeLessThan(1_500)
    expect(await here.store.read.selectFrom('tags').select('id').execute()).toHaveLength(done)
  })
})
