import { recycle } from '@crm/server/modules/customers/service'
import { fireReminders } from '@crm/server/modules/work/reminders/service'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Username } from '../support/office.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
// The clock stands at Sunday 2026-11-22 09:00 in Shanghai.
const SOON = '2026-11-22T01:10:00.000Z'
let app: TestApp
let poolId: number
let n = 0
beforeAll(async () => {
  app = await openTestApp()
  const memberTeamIds = [app.ids.teams.D1]
  poolId = (await as('admin').post('/api/pools', { name: '东部', memberTeamIds, followUpDays: 10 })).body.id
})
afterAll(() => app.close())

const users = () => app.ids.users
const as = (who: Username) => app.byToken(who)
const fire = () => fireReminders({ store: app.store, clock: app.clock, signal: new AbortController().signal })
const customer = async (who: Username) =>
  (await app.make.customer({ name: `公海提醒公司${++n}`, ownerId: users()[who] }, as('admin'))).id
const remind = async (who: Username, customerId: number, title: string, dueAt = SOON): Promise<number> => {
  const { body, status } = await as(who).post('/api/reminders', { title, dueAt, customerId })
  expect(status).toBe(201)
  return body.id
}
const release = async (id: number) =>
  expect((await as('admin').post('/api/pools/release', { ids: [id], poolId, reason: '测试' })).status).toBe(200)
const told = async (title: string) =>
  (
    await app.store.read
      .selectFrom('notifications')
      .select(['userId', 'title', 'link'])
      .where('title', 'like', `%${title}`)
      .orderBy('id')
      .execute()
  ).map((row) => [row.userId, row.title, row.link])
const openOnes = async (who: Username) =>
  (await as(who).get('/api/reminders?window=open')).body.items.map(({ title }: { title: string }) => title)
/** In ten minutes, and back again. */
async function later(work: () => Promise<void>): Promise<void> {
  app.clock.advance(15 * MINUTE_MS)
  await work()
  app.clock.advance(-15 * MINUTE_MS)
}

describe('客户进了公海', () => {
  it('原负责人的提醒不再响,也不在他的清单、日程、计数里;领走的人接着做,到过点的当场响', async () => {
    const id = await customer('sales1')
    const reminder = await remind('sales1', id, '公海里的回访')
    await remind('sales1', id, '下周再谈', '2026-11-30T01:00:00.000Z')
    app.clock.advance(MINUTE_MS)
    await release(id)
    await later(async () => {
      await fire()
      await fire()
      expect(await told('公海里的回访')).toEqual([])
      expect(await openOnes('sales1')).toEqual([])
      const { body } = await as('sales1').get('/api/calendar?from=2026-11-22&to=2026-11-30')
      expect(body.reminders).toEqual([])
      expect((await as('sales1').get('/api/reminders/counts')).body).toMatchObject({ overdue: 0, today: 0, later: 0 })

      expect((await as('sales1b').post(`/api/customers/${id}/claim`)).status).toBe(200)
      await fire()
      await fire()
      expect(await told('公海里的回访')).toEqual([[users().sales1b, '公海里的回访', `/customers/${id}`]])
      expect(await openOnes('sales1')).toEqual([])
      expect(await openOnes('sales1b')).toEqual(['公海里的回访', '下周再谈'])
      const log = await app.store.read
        .selectFrom('auditLog')
        .select(['action', 'actorId'])
        .where('entity', '=', 'reminder')
        .where('recordId', '=', reminder)
        .orderBy('id')
        .execute()
      expect(log.at(-1)).toEqual({ action: 'update', actorId: users().sales1b })
    })
    app.clock.advance(-MINUTE_MS)
  })

  it('进公海以后写下的照常响:管公海的人要催人领', async () => {
    const id = await customer('sales1')
    await release(id)
    app.clock.advance(MINUTE_MS)
    await remind('admin', id, '没人领就指派')
    await later(async () => {
      await fire()
      expect(await told('没人领就指派')).toEqual([[users().admin, '(迟到)没人领就指派', `/customers/${id}`]])
    })
    app.clock.advance(-MINUTE_MS)
  })

  it('领之前已经响过的,不为新负责人再响一遍;同事自己的提醒还是他的', async () => {
    const id = await customer('sales1')
    await remind('sales1', id, '早就响过', '2026-11-22T00:30:00.000Z')
    const head = await remind('head1', id, '经理自己的')
    await fire()
    app.clock.advance(MINUTE_MS)
    await release(id)
    await later(async () => {
      expect((await as('head1').post(`/api/customers/${id}/assign`, { ownerId: users().sales1b })).status).toBe(200)
      await fire()
      expect((await told('早就响过')).map(([userId]) => userId)).toEqual([users().sales1])
      expect((await told('经理自己的')).map(([userId]) => userId)).toEqual([users().head1])
      expect((await as('head1').get(`/api/reminders/${head}`)).body.assigneeId).toBe(users().head1)
      expect(await openOnes('sales1b')).toContain('早就响过')
    })
    app.clock.advance(-MINUTE_MS)
  })

  it('一批回收撤销以后,原负责人的提醒照旧,停着时到点的补响一次', async () => {
    const id = await customer('sales1')
    await remind('sales1', id, '撤销后补响', '2026-12-06T01:00:00.000Z')
    app.clock.advance(12 * DAY_MS)
    const batch = await recycle(app.store, app.clock)
    app.clock.advance(3 * DAY_MS)
    await fire()
    expect(await told('撤销后补响')).toEqual([])
    expect((await as('admin').post(`/api/pools/batches/${batch!.id}/undo`)).body).toMatchObject({ state: 'undone' })
    await fire()
    await fire()
    expect(await told('撤销后补响')).toEqual([[users().sales1, '(迟到)撤销后补响', `/customers/${id}`]])
    app.clock.advance(-15 * DAY_MS)
    // The first recycling starts the thread that moves them, which takes its time beside a full suite.
  }, 60_000)
})
