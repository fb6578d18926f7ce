import { systemActor } from '@crm/server/core/access/actor'
import { createUser } from '@crm/server/modules/org/service'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { expectRefusal } from '../support/refusal.ts'

const DAY_MS = 24 * 3_600_000
let app: TestApp
let n = 0
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const users = () => app.ids.users
const newPool = async (facts: object = {}) =>
  (await app.as('admin').post('/api/pools', { name: `公海${++n}`, ...facts })).body as { id: number; name: string }
const customer = (owner: 'sales1' | 'sales2' | 'sales1b', facts: object = {}) =>
  app.make.customer({ name: `公海客户${++n}号`, ownerId: users()[owner], phone: '13812345678', ...facts })
type Who = 'sales1' | 'sales1b' | 'sales2' | 'head1' | 'admin'
const claim = (id: number, who: Who | number) => app.as(who).post(`/api/customers/${id}/claim`)
const release = (id: number, poolId: number, who: Who = 'admin') =>
  app.as(who).post(`/api/customers/${id}/release`, { poolId, reason: '跟不动了' })
const stored = (id: number) =>
  app.store.read.selectFrom('customers').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const claims = async (userId: number) =>
  (await app.store.read.selectFrom('poolClaims').select('id').where('userId', '=', userId).execute()).length
/** Lies in the pool, released by somebody who is not asked here. */
async function pooled(poolId: number, owner: 'sales1' | 'sales2' = 'sales2', facts: object = {}) {
  const row = await customer(owner, facts)
  expect((await release(row.id, poolId)).status).toBe(200)
  return row.id
}

describe('领取', () => {
  it('放入公海后没有负责人,成员在公海里看得到,号码和邮箱是遮盖的', async () => {
    const pool = await newPool({ hiddenFields: ['source'] })
    const row = await customer('sales1', { email: 'li@abc.cn', source: 'website', regionCode: '310115' })
    expect((await release(row.id, pool.id, 'sales1')).body).toEqual({ poolId: pool.id, poolName: pool.name })
    expect((await app.as('sales1').get(`/api/customers/${row.id}`)).status).toBe(404)
    const { body } = await app.as('sales2').get(`/api/pools/${pool.id}/customers`)
    expect(body).toMatchObject({ total: 1 })
    expect(body.items[0]).toMatchObject({
      id: row.id,
      phone: '138****5678',
      email: 'l***@abc.cn',
      source: null,
      regionName: expect.stringContaining('浦东'),
      lastOwnerName: '王业务',
      cause: 'release',
      note: '跟不动了',
    })
    expect(JSON.stringify(body)).not.toMatch(/13812345678|li@abc/)
    expect((await app.as('sales2').get(`/api/pools/${pool.id}/customers?source=website`)).body.total).toBe(1)
  })

  it('领取后归自己,联系人跟着走,记一笔领取', async () => {
    const pool = await newPool()
    const row = await customer('sales2')
    const contact = await app.make.contact({ customerId: row.id, name: '跟着走的人' })
    await release(row.id, pool.id)
    const before = await claims(users().sales1)
    const { body, status } = await claim(row.id, 'sales1')
    expect([status, body.ownerId, body.poolId]).toEqual([200, users().sales1, null])
    expect((await app.as('sales1').get(`/api/contacts/${contact.id}`)).status).toBe(200)
    expect(await claims(users().sales1)).toBe(before + 1)
    expect((await stored(row.id)).receivedAt).toBe(app.clock.now())
  })

  it('晚到的得知被谁领取,什么都没付出', async () => {
    const pool = await newPool()
    const id = await pooled(pool.id)
    await claim(id, 'sales1')
    const before = await claims(users().sales1b)
    const late = await claim(id, 'sales1b')
    expect(late).toMatchObject({ status: 409, body: { code: 'claimed', detail: '已被王业务领取' } })
    expect(await claims(users().sales1b)).toBe(before)
  })

  it('不是成员的,既看不到也领不到,也不知道有这个客户', async () => {
    const pool = await newPool({ memberTeamIds: [app.ids.teams.D1] })
    const id = await pooled(pool.id, 'sales1')
    await expectRefusal(app, () => claim(id, 'sales2'), 404)
    expect((await app.as('sales2').get(`/api/pools/${pool.id}/customers`)).status).toBe(404)
    expect((await app.as('sales1b').get(`/api/pools/${pool.id}/customers`)).body.total).toBe(1)
    expect((await claim(id, 'sales1b')).status).toBe(200)
    await expectRefusal(app, () => claim(id, 'sales2'), 404)
  })

  it('有负责人、不在公海里的客户,别人领不走', async () => {
    const row = await customer('sales2')
    await expectRefusal(app, () => claim(row.id, 'sales1'), 404)
  })

  it('五十人同时领一家:只成一个,额度只扣一次,其余的都得知被谁领取', async () => {
    const pool = await newPool({ claimPerDay: 5 })
    const id = await pooled(pool.id)
    const actor = systemActor(app.clock.now(), app.clock.today(), 'cli', '测试')
    const people: number[] = []
    for (let i = 0; i < 50; i += 1) {
      const facts = { username: `rush${i}`, name: `抢手${i}`, roleIds: [app.ids.roles.业务员] }
      people.push((await app.store.tx((tx) => createUser(tx, actor, facts, 'x'))).id)
    }
    // Signed in first: what races is the claim.
    await Promise.all(people.map((who) => app.as(who).get('/api/auth/me')))
    const answers = await Promise.all(people.map((who) => claim(id, who)))
    const won = answers.filter(({ status }) => status === 200)
    expect(won).toHaveLength(1)
    const winner = won[0]!.body.ownerName as string
    const lost = answers.filter(({ status }) => status !== 200)
    expect(lost.map(({ body, status }) => [status, body.detail])).toEqual(lost.map(() => [409, `已被${winner}领取`]))
    const log = await app.store.read.selectFrom('poolClaims').selectAll().where('customerId', '=', id).execute()
    expect(log.map(({ userId }) => userId)).toEqual([won[0]!.body.ownerId])
  })

  it('一人同时领十家,每天三家的额度不多给', async () => {
    const pool = await newPool({ claimPerDay: 3 })
    const ids: number[] = []
    for (let i = 0; i < 10; i += 1) ids.push(await pooled(pool.id))
    const answers = await Promise.all(ids.map((id) => claim(id, 'sales1b')))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3)
    const refused = answers.find(({ status }) => status === 409)!
    expect(refused.body).toMatchObject({ code: 'claim_refused', detail: '今天已领取 3 家,每天最多 3 家' })
    const { items } = (await app.as('sales1b').get('/api/pools/mine')).body
    expect(items.find((one: { id: number }) => one.id === pool.id)).toMatchObject({ claimedToday: 3, left: 0 })
    // What was claimed and put back still counts today.
    const mine = answers.find(({ status }) => status === 200)!.body.id as number
    await release(mine, pool.id, 'sales1b')
    await expectRefusal(
      app,
      () =>
        claim(
          ids.find((_, i) => answers[i]!.status === 409)!,
          'sales1b',
        ),
      409,
    )
    app.clock.advance(DAY_MS)
    expect(
      (
        await claim(
          ids.find((_, i) => answers[i]!.status === 409)!,
          'sales1b',
        )
      ).status,
    ).toBe(200)
  })

  it('库容满了不能再领,已成交的不占', async () => {
    const actor = systemActor(app.clock.now(), app.clock.today(), 'cli', '测试')
    const facts = { username: 'capped', name: '满仓', roleIds: [app.ids.roles.业务员] }
    const { id: who } = await app.store.tx((tx) => createUser(tx, actor, facts, 'x'))
    const pool = await newPool({ holdingsCap: 2 })
    await app.make.customer({ name: `占着${++n}`, ownerId: who })
    await app.make.customer({ name: `成交${++n}`, ownerId: who, status: 'won' })
    const [one, two] = [await pooled(pool.id), await pooled(pool.id)]
    expect((await claim(one, who)).status).toBe(200)
    await expectRefusal(app, () => claim(two, who), 409)
    expect((await claim(two, who)).body.detail).toContain('库容 2 家')
  })

  it('前负责人要等,新入的大家都要等,到那天就能领', async () => {
    const pool = await newPool({ previousOwnerWaitDays: 3, newWaitDays: 1 })
    const row = await customer('sales1')
    await release(row.id, pool.id, 'sales1')
    const [own, other] = [await claim(row.id, 'sales1'), await claim(row.id, 'sales1b')]
    expect([own.status, other.status]).toEqual([409, 409])
    expect(own.body.detail).toContain('这是你放出的客户')
    expect(other.body.detail).toContain('刚进入公海')
    app.clock.advance(DAY_MS)
    expect((await claim(row.id, 'sales1')).status).toBe(409)
    const { items } = (await app.as('sales1').get(`/api/pools/${pool.id}/customers`)).body
    expect(items[0].claimableOn).toBe(new Date(Date.parse(app.clock.now()) + 2 * DAY_MS).toISOString().slice(0, 10))
    app.clock.advance(2 * DAY_MS)
    expect((await claim(row.id, 'sales1')).status).toBe(200)
  })
})

describe('放入与指派', () => {
  it('业务员只能放自己的,经理能放下属的,放的人说明原因,原负责人得到通知', async () => {
    const pool = await newPool()
    const row = await customer('sales1')
    await expectRefusal(app, () => release(row.id, pool.id, 'sales2'), 404)
    expect((await release(row.id, pool.id, 'head1')).status).toBe(200)
    const told = await app.store.read
      .selectFrom('notifications')
      .select(['title', 'kind'])
      .where('userId', '=', users().sales1)
      .where('customerId', '=', row.id)
      .execute()
    expect(told.map(({ title }) => title).join()).toContain('放入了')
  })

  it('已在公海里的不能再放,停用的和别人的公海不能放', async () => {
    const mine = await newPool()
    const foreign = await newPool({ memberTeamIds: [app.ids.teams.D2] })
    const off = await newPool({ active: false })
    const row = await customer('sales1')
    for (const { id } of [foreign, off]) await expectRefusal(app, () => release(row.id, id, 'sales1'), 400, 'poolId')
    await release(row.id, mine.id)
    await expectRefusal(app, () => release(row.id, mine.id), 409)
  })

  it('批量放入:办成的办成,不行的说明原因', async () => {
    const pool = await newPool()
    const [a, b, c] = [await customer('sales1'), await customer('sales1'), await customer('sales2')]
    const { body } = await app
      .as('sales1')
      .post('/api/pools/release', { poolId: pool.id, reason: '清理', ids: [a.id, b.id, c.id] })
    expect(body).toEqual({ done: 2, skipped: [{ id: c.id, reason: '客户不存在或无权查看' }] })
  })

  it('公海管理员把客户指派给成员;不是管理员的业务员不能', async () => {
    const pool = await newPool({ memberTeamIds: [app.ids.teams.D1], managerIds: [users().sales2] })
    const id = await pooled(pool.id, 'sales1')
    const assign = (who: Who, ownerId: number) => app.as(who).post(`/api/customers/${id}/assign`, { ownerId })
    await expectRefusal(app, () => assign('sales1b', users().sales1b), 403)
    await expectRefusal(app, () => assign('sales2', users().finance), 400, 'ownerId')
    const before = await claims(users().sales1b)
    expect((await assign('sales2', users().sales1b)).body).toEqual({ ownerId: users().sales1b, ownerName: '李业务' })
    // Assigned is not claimed: it takes nothing off the quota.
    expect(await claims(users().sales1b)).toBe(before)
  })

  it('协作人在进入公海时去掉,转移和领取都重新起算', async () => {
    const pool = await newPool()
    const row = await customer('sales1')
    await app
      .as('admin')
      .put(`/api/customers/${row.id}/collaborators`, { items: [{ userId: users().sales2, access: 'read' }] })
    await release(row.id, pool.id, 'sales1')
    expect((await app.as('sales2').get(`/api/customers/${row.id}`)).status).toBe(404)
    const other = await customer('sales1')
    app.clock.advance(DAY_MS)
    await app.as('admin').post(`/api/customers/${other.id}/transfer`, { version: 1, ownerId: users().sales2 })
    expect((await stored(other.id)).receivedAt).toBe(app.clock.now())
  })
})

describe('延期申请', () => {
  it('等答复的列给能答复的人,工作台上有数;答复后不再列出', async () => {
    const pool = await newPool({ followUpDays: 30 })
    const [mine, foreign] = [await customer('sales1'), await customer('sales2')]
    for (const [who, row] of [
      ['sales1', mine],
      ['sales2', foreign],
    ] as const)
      await app.as(who).post(`/api/customers/${row.id}/extend`, { days: 15, reason: '等招标' })
    const asked = async (who: Who) => (await app.as(who).get('/api/pools/extensions')).body
    const number = async (who: Who) =>
      (await app.as(who).get('/api/home')).body.blocks.find(({ key }: { key: string }) => key === 'extensions')?.count
    expect(await asked('head1')).toMatchObject({
      items: [{ customerId: mine.id, customerName: mine.name, ownerName: '王业务', askedByName: '王业务', days: 15 }],
      total: 1,
    })
    expect((await asked('admin')).items.length).toBe(2)
    expect([await number('head1'), await number('admin'), await number('sales1')]).toEqual([1, 2, undefined])
    expect((await app.as('sales1').get('/api/pools/extensions')).status).toBe(403)
    await app.as('head1').post(`/api/customers/${mine.id}/extend/decide`, { grant: false })
    expect(await asked('head1')).toMatchObject({ items: [], total: 0 })
    await app.as('admin').delete(`/api/customers/${foreign.id}?version=${(await stored(foreign.id)).version}`)
    expect((await asked('admin')).items).toEqual([])
    const { body } = await app.as('admin').get(`/api/pools/${pool.id}`)
    await app.as('admin').patch(`/api/pools/${pool.id}`, { version: body.version, active: false })
  })
})
