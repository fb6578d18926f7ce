import { recycle } from '@crm/server/modules/customers/service'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { bareCustomer, insertCustomers } from '../support/bulk.ts'
import { expectRefusal } from '../support/refusal.ts'

const DAY_MS = 24 * 3_600_000
type Who = 'sales2' | 'admin'
let app: TestApp
let n = 0
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const users = () => app.ids.users
const newPool = async (facts: object) =>
  (await app.byToken('admin').post('/api/pools', { name: `公海${++n}`, ...facts })).body as { id: number; name: string }
const customer = (owner: 'sales2') =>
  app.make.customer({ name: `公海客户${++n}号`, ownerId: users()[owner] }, app.byToken('admin'))
const stored = (id: number) =>
  app.store.read.selectFrom('customers').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const runRules = () => recycle(app.store, app.clock)

describe('回收', () => {
  /** Customers of 华南 alone: everybody else's stay. */
  const south = (facts: object) => newPool({ memberTeamIds: [app.ids.teams.D2], ...facts })
  const standing = async (id: number) => (await app.byToken('sales2').get(`/api/customers/${id}/pool`)).body
  const off = (id: number) => app.byToken('admin').get(`/api/pools/${id}`)
  async function close(id: number) {
    const { body } = await off(id)
    await app.byToken('admin').patch(`/api/pools/${id}`, { version: body.version, active: false })
  }

  it('第 N+1 天回收,此前提醒,之后有记录和通知,再跑一遍什么都不动', async () => {
    const pool = await south({ followUpDays: 10, remindDays: 3 })
    const row = await customer('sales2')
    const from = app.clock.today()
    expect(await standing(row.id)).toMatchObject({
      daysLeft: 11,
      ruleDays: 10,
      rule: 'noFollowUp',
      poolName: pool.name,
    })
    const owned = async () => (await stored(row.id)).ownerId
    const titles = async () =>
      (
        await app.store.read
          .selectFrom('notifications')
          .select('title')
          .where('userId', '=', users().sales2)
          .where('kind', '=', 'pool')
          .execute()
      )
        .map(({ title }) => title)
        .filter((title) => title.includes(row.name))
    const past: Record<number, number> = {}
    for (let day = 1; day <= 11; day += 1) {
      app.clock.advance(DAY_MS)
      for (let run = 0; run < 2; run += 1) await runRules()
      past[day] = (await titles()).length
      expect(await owned()).toBe(day < 11 ? users().sales2 : null)
    }
    expect(past).toMatchObject({ 7: 0, 8: 1, 9: 1, 10: 2 })
    expect((await titles())[0]).toBe(`${row.name} 3 天后进入${pool.name}`)
    expect((await titles())[1]).toBe(`${row.name} 明天进入${pool.name}`)
    const moves = await app.store.read.selectFrom('poolMoves').selectAll().where('customerId', '=', row.id).execute()
    expect(moves).toMatchObject([
      { fromOwnerId: users().sales2, toPoolId: pool.id, cause: 'noFollowUp', note: '10 天没有有效跟进' },
    ])
    expect(from < moves[0]!.onDay).toBe(true)
    const line = (await app.byToken('admin').get(`/api/customers/${row.id}/timeline?kinds=pool`)).body.items[0]
    expect(line).toMatchObject({ title: `久未跟进,回收到公海(${pool.name})`, actorName: '系统' })
    await close(pool.id)
  })

  it('提前提醒的那天服务停着:开起来补上,写明还剩几天,各只一次;跟进后另算', async () => {
    const pool = await south({ followUpDays: 10, remindDays: 3 })
    const row = await customer('sales2')
    const many = Array.from({ length: 6 }, () => customer('sales2'))
    for (const one of many) await one
    const titles = async () => {
      const { read } = app.store
      const rows = await read
        .selectFrom('notifications')
        .select('title')
        .where('userId', '=', users().sales2)
        .where('kind', '=', 'pool')
        .orderBy('id')
        .execute()
      return rows.map(({ title }) => title).filter((title) => title.endsWith(`进入${pool.name}`))
    }
    // Three days before it nothing ran; the day after it does, twice.
    app.clock.advance(9 * DAY_MS)
    for (let run = 0; run < 2; run += 1) await runRules()
    expect(await titles()).toEqual([expect.stringMatching(/等 7 家客户2 天后进入/)])
    // Fewer are left by and by: nobody is told of them again as one of few.
    for (const one of many) {
      const { id } = await one
      await app.byToken('sales2').post('/api/interactions', { customerId: id, kind: 'call', text: '谈了' })
    }
    await runRules()
    expect((await titles()).length).toBe(1)
    app.clock.advance(DAY_MS)
    for (let run = 0; run < 2; run += 1) await runRules()
    expect((await titles()).slice(1)).toEqual([`${row.name} 明天进入${pool.name}`])
    // A follow-up begins another stay, with warnings of its own; on its first day nothing ran either.
    await app.byToken('sales2').post('/api/interactions', { customerId: row.id, kind: 'call', text: '又谈了' })
    app.clock.advance(9 * DAY_MS)
    await runRules()
    expect((await titles()).slice(2)).toContain(`${row.name} 2 天后进入${pool.name}`)
    await close(pool.id)
  })

  it('补录、空白、别人写的跟进不延长;本人的才延长', async () => {
    const pool = await south({ followUpDays: 10 })
    const row = await customer('sales2')
    app.clock.advance(5 * DAY_MS)
    const write = (followedAt: string, who: Who) =>
      app.byToken(who).post('/api/interactions', { customerId: row.id, kind: 'call', text: '谈了价格', followedAt })
    const before = (await standing(row.id)).leavesOn
    const backDated = await write(new Date(Date.parse(app.clock.now()) - 3 * DAY_MS).toISOString(), 'sales2')
    expect(backDated.status).toBe(201)
    expect((await write(app.clock.now(), 'admin')).status).toBe(201)
    const empty = { customerId: row.id, kind: 'call', text: ' \n ', followedAt: app.clock.now() }
    expect((await app.byToken('sales2').post('/api/interactions', empty)).status).toBe(400)
    expect((await standing(row.id)).leavesOn).toBe(before)
    expect((await write(app.clock.now(), 'sales2')).status).toBe(201)
    expect((await standing(row.id)).daysLeft).toBe(11)
    await close(pool.id)
  })

  it('锁定的不回收;延期要批,批了才有效;经理自己延的直接有效', async () => {
    const pool = await south({ followUpDays: 10 })
    const row = await customer('sales2')
    expect(await standing(row.id)).toMatchObject({ daysLeft: 11, mayManage: false })
    const post = (verb: string, body: object, who: Who) =>
      app.byToken(who).post(`/api/customers/${row.id}/${verb}`, body)
    const asked = await post('extend', { days: 20, reason: '等预算' }, 'sales2')
    expect(asked.body).toMatchObject({ daysLeft: 11, asked: { days: 20, reason: '等预算', askedByName: '孙华南' } })
    await expectRefusal(app, () => post('extend', { days: 5, reason: '再要' }, 'sales2'), 409)
    await expectRefusal(app, () => post('extend/decide', { grant: true }, 'sales2'), 403)
    expect((await post('extend/decide', { grant: true }, 'admin')).body).toMatchObject({ daysLeft: 31, asked: null })
    await expectRefusal(app, () => post('extend/decide', { grant: true }, 'admin'), 409)
    const { updatedAt, version } = await stored(row.id)
    expect([updatedAt, version]).toEqual([row.updatedAt, row.version])
    expect((await post('extend', { days: 7, reason: '再等等' }, 'admin')).body.daysLeft).toBe(38)
    expect((await post('lock', { locked: true }, 'admin')).body).toMatchObject({ isLocked: true, leavesOn: null })
    app.clock.advance(60 * DAY_MS)
    await runRules()
    expect((await stored(row.id)).ownerId).toBe(users().sales2)
    await app.byToken('admin').post(`/api/customers/${row.id}/lock`, { locked: false })
    await runRules()
    expect((await stored(row.id)).poolId).toBe(pool.id)
    await close(pool.id)
  })
})

describe('大批', () => {
  it('撤销一批:没人动过的原样归还,已被领走的不动', async () => {
    const admin = app.byToken('admin')
    const { body: pool } = await admin.post('/api/pools', {
      name: `撤销${++n}`,
      memberTeamIds: [app.ids.teams.D1a],
      followUpDays: 5,
    })
    const { sub1 } = users()
    const at = app.clock.now()
    await insertCustomers(
      app.store,
      Array.from({ length: 60 }, (_, i) => bareCustomer(9_000 + i, { ownerId: sub1, receivedAt: at })),
    )
    const mine = () =>
      app.store.read
        .selectFrom('customers')
        .select(['id', 'receivedAt'])
        .where('ownerId', '=', sub1)
        .where('number', 'like', 'PL-90%')
        .orderBy('id')
        .execute()
    const before = await mine()
    await app.store.tx((tx) =>
      tx
        .insertInto('collaborators')
        .values({ entity: 'customer', recordId: before[0]!.id, userId: users().finance, access: 'read', createdAt: at })
        .execute(),
    )
    app.clock.advance(6 * DAY_MS)
    const seen = (await admin.get(`/api/pools/${pool.id}/preview`)).body
    expect([seen.total, seen.items.length]).toEqual([60, 60])
    const { body: batch } = await admin.post('/api/pools/recycle')
    expect(batch).toMatchObject({ state: 'done', moved: 60 })
    expect(await mine()).toEqual([])
    expect((await admin.post(`/api/customers/${before[5]!.id}/claim`)).status).toBe(200)
    const undone = (await admin.post(`/api/pools/batches/${batch.id}/undo`)).body
    expect(undone).toMatchObject({ state: 'undone', moved: 60, returned: 59 })
    expect(await mine()).toEqual(before.filter((_, i) => i !== 5))
    const shared = await app.store.read
      .selectFrom('collaborators')
      .select('userId')
      .where('recordId', '=', before[0]!.id)
      .execute()
    expect(shared).toEqual([{ userId: users().finance }])
    // Not taken again at once, nor undone twice.
    expect((await admin.post('/api/pools/recycle')).status).toBe(409)
    await expectRefusal(app, () => admin.post(`/api/pools/batches/${batch.id}/undo`), 409)
    await admin.patch(`/api/pools/${pool.id}`, { version: pool.version, active: false })
  })
})

/** The same numbers at every run (mulberry32). */
