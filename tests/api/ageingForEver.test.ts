import type { Ageing } from '@crm/shared/contract/ageing'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { systemActor } from '@crm/server/core/access/actor'
import { later } from '@crm/server/core/clock'
import { recordingAt, reportingAt } from '@crm/server/db/known'
import { purgeRecycled } from '@crm/server/modules/customers/service'
import { openTestApp, type TestApp } from '../support/app.ts'
import { fakeClock } from '../support/clock.ts'

const DAY_MS = 86_400_000
let app: TestApp
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

async function ageing(query = ''): Promise<Pick<Ageing, 'asOf' | 'knownAt' | 'totals'>> {
  const { body, status } = await app.as('finance').get(`/api/receivables/ageing?${query}`)
  expect(status).toBe(200)
  const { asOf, knownAt, totals } = body
  return { asOf, knownAt, totals }
}
const again = ({ asOf, knownAt }: { asOf: string; knownAt: string }) => ageing(`asOf=${asOf}&knownAt=${knownAt}`)

/** A customer that owes 1,000 分 for goods delivered in October. */
async function owing(name: string) {
  const customer = await app.make.customer({ name, ownerId: app.ids.users.sales1 })
  const admin = app.as('admin')
  const lines = [{ name: '货', qtyMilli: 1_000, priceFen: 1_000 }]
  const draft = (await admin.post('/api/orders', { customerId: customer.id, orderedOn: '2026-10-01', lines })).body
  const order = (await admin.post(`/api/orders/${draft.id}/submit`, { version: draft.version })).body
  const goods = { orderLineId: order.lines[0].id, qtyMilli: 1_000 }
  const facts = { orderId: order.id, kind: 'delivery', deliveredOn: '2026-10-02', lines: [goods] }
  const delivery = (await admin.post('/api/deliveries', facts)).body
  return { customer, order, delivery }
}

/** The payment is under way and cannot end: behind the one transaction (SQLite), or behind a locked row. */
async function isWaiting(transactions: number): Promise<boolean> {
  if (app.store.engine === 'sqlite') return transactions >= 2
  const { rows } = await sql`select 1 from pg_locks where not granted`.execute(app.store.read as never)
  return rows.length > 0
}

describe('同一天、同一时刻所知的账龄', () => {
  it('问以后的所知,答的是此刻所知,以后再问不变', async () => {
    const { customer } = await owing('先问后付公司')
    const first = await ageing('asOf=2026-10-20&knownAt=2027-01-01T00:00:00.000Z')
    expect(first.knownAt).toBe(app.clock.now())
    app.clock.advance(1)
    const receipt = { customerId: customer.id, amountFen: 400, receivedOn: '2026-10-10' }
    expect((await app.as('finance').post('/api/receipts', receipt)).status).toBe(201)
    expect(await again(first)).toEqual(first)
    expect((await ageing('asOf=2026-10-20')).totals.totalFen).toBe(first.totals.totalFen - 400)
  })

  it('同一毫秒里记下的、钟拨回以后记下的,都不改变已经出过的账龄;再问就看得到', async () => {
    const { customer } = await owing('同一毫秒公司')
    const pay = (amountFen: number) =>
      app.as('finance').post('/api/receipts', { customerId: customer.id, amountFen, receivedOn: '2026-10-10' })
    const first = await ageing('asOf=2026-10-20')
    expect((await pay(100)).status).toBe(201)
    expect(await again(first)).toEqual(first)
    const second = await ageing('asOf=2026-10-20')
    expect(second.totals.totalFen).toBe(first.totals.totalFen - 100)
    app.clock.advance(-300_000)
    expect((await pay(100)).status).toBe(201)
    expect([await again(first), await again(second)]).toEqual([first, second])
    expect((await ageing('asOf=2026-10-20')).totals.totalFen).toBe(second.totals.totalFen - 100)
    app.clock.advance(300_000)
  })

  it('另一台服务器的钟慢十秒,它记的账也不改变这一台已经出过的账龄,两台都看得到', async () => {
    const { customer } = await owing('两台服务器公司')
    const slow = fakeClock(later(app.clock.now(), -10_000), app.clock.zone)
    const other = await app.second({ clock: slow })
    const finance = other.with({ cookie: await app.signIn('finance') })
    const first = await ageing('asOf=2026-10-20')
    const receipt = { customerId: customer.id, amountFen: 200, receivedOn: '2026-10-10' }
    expect((await finance.post('/api/receipts', receipt)).status).toBe(201)
    expect(await again(first)).toEqual(first)
    const there = (await finance.get('/api/receivables/ageing?asOf=2026-10-20')).body
    expect(there.totals.totalFen).toBe(first.totals.totalFen - 200)
    expect((await ageing('asOf=2026-10-20')).totals).toEqual(there.totals)
    expect(await again(there)).toMatchObject({ totals: there.totals })
  })

  it('一笔账记到一半停住了:宁可请人稍后再试,也不给以后会变的数', async () => {
    const [busy, begun] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const stuck = app.store.tx(async (tx) => {
      await recordingAt(tx, app.clock.now())
      begun.resolve()
      await busy.promise
    })
    await begun.promise
    const asked = { now: later(app.clock.now(), 1_000), last: '', knownAt: undefined }
    const isAnotherServer = app.store.engine === 'postgres'
    const told = reportingAt(app.store, asked, { longestMs: 50 }).then(
      () => '给出',
      (error: Error) => error.name,
    )
    // In SQLite its turn comes after the other one's; PostgreSQL does not wait for ever.
    if (isAnotherServer) await told
    busy.resolve()
    await stuck
    expect(await told).toBe(isAnotherServer ? 'BusyError' : '给出')
    expect(await reportingAt(app.store, asked)).toBe(asked.now)
  })

  it('排着队的回款在轮到它时才算记下:先出的账龄不因它改变', async () => {
    const { customer } = await owing('排队公司')
    const asked = vi.spyOn(app.store, 'tx')
    const [busy, begun] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const holding = app.store.tx(async (tx) => {
      if (app.store.engine === 'postgres') await sql`select id from receivables for update`.execute(tx)
      begun.resolve()
      await busy.promise
    })
    await begun.promise
    const receipt = { customerId: customer.id, amountFen: 300, receivedOn: '2026-11-22' }
    const paying = app.as('finance').post('/api/receipts', receipt)
    await vi.waitFor(async () => expect(await isWaiting(asked.mock.calls.length)).toBe(true))
    app.clock.advance(5_000)
    const asking = ageing()
    busy.resolve()
    await holding
    const first = await asking
    expect((await paying).status).toBe(201)
    asked.mockRestore()
    expect(await again(first)).toEqual(first)
  })

  it('客户删除、回收站清空以后,过去的账龄不变', async () => {
    const { customer, delivery, order } = await owing('后来删除的公司')
    const first = await ageing('asOf=2026-10-20')
    app.clock.advance(1)
    const admin = app.as('admin')
    await admin.post(`/api/deliveries/${delivery.id}/void`, { version: delivery.version, reason: '录错' })
    const { version } = (await admin.get(`/api/orders/${order.id}`)).body
    await admin.post(`/api/orders/${order.id}/void`, { version, reason: '录错' })
    const now = (await admin.get(`/api/customers/${customer.id}`)).body
    expect((await admin.delete(`/api/customers/${customer.id}?version=${now.version}`)).status).toBe(204)
    expect(await again(first)).toEqual(first)
    const plain = await app.make.customer({ name: '没有账的公司' })
    await admin.delete(`/api/customers/${plain.id}?version=${plain.version}`)
    const job = systemActor(later(app.clock.now(), 31 * DAY_MS), app.clock.today(), 'job', '系统')
    expect(await purgeRecycled(app.store, job)).toBe(1)
    expect(await again(first)).toEqual(first)
  })
})
