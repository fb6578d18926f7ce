import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Answer } from '../support/client.ts'
import { expectRefusal } from '../support/refusal.ts'

let app: TestApp
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const users = () => app.ids.users
const one = async (id: number, who: 'admin' | 'sales1' | 'head1' = 'admin') => app.as(who).get(`/api/customers/${id}`)
const patch = (id: number, body: object, who: 'admin' | 'sales1' | 'head1' | 'sales2' = 'admin') =>
  app.as(who).patch(`/api/customers/${id}`, body)
const refuses = (work: () => Promise<Answer>, status: number, field?: string) => expectRefusal(app, work, status, field)

describe('客户编号', () => {
  it('按月从 0001 起,跳过别人手填的', async () => {
    await app.make.customer({ name: '手填编号的客户', number: 'KH202611-0003' })
    const numbers = []
    for (const name of ['甲记', '乙记']) numbers.push((await app.make.customer({ name })).number)
    expect(numbers).toEqual(['KH202611-0001', 'KH202611-0002'])
    expect((await app.make.customer({ name: '丙记' })).number).toBe('KH202611-0004')
  })

  it('二十人同时新建,编号各不相同,一个不缺', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        app.as(n % 2 ? 'sales1' : 'sales2').post('/api/customers', { name: `并行商号${n}` }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201))
    const numbers = answers.map(({ body }) => body.number as string).toSorted()
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, n) => `KH202611-${String(n + 5).padStart(4, '0')}`))
  })

  it('已有的编号被拒绝,并指明是编号;不能清空', async () => {
    const row = await app.make.customer({ name: '编号甲' })
    await refuses(() => app.as('admin').post('/api/customers', { name: '编号乙', number: row.number }), 409, 'number')
    await refuses(() => patch(row.id, { version: 1, number: null }), 400, 'number')
    await refuses(() => patch(row.id, { version: 1, number: 'KH202611-0001' }), 409, 'number')
  })
})

describe('两人同时改', () => {
  it('后到的收到 409 和现在的内容,什么都没覆盖', async () => {
    const { id } = await app.make.customer({ name: '被两人改的客户', ownerId: users().sales1, phone: '13812345678' })
    expect((await patch(id, { version: 1, notes: '先到' }, 'head1')).status).toBe(200)
    const late = await patch(id, { version: 1, notes: '后到' }, 'sales1')
    expect(late).toMatchObject({
      status: 409,
      body: { code: 'stale_version', current: { id, version: 2, notes: '先到' } },
    })
    expect(late.body.current.phone).toBe('138****5678')
    await refuses(() => app.as('head1').delete(`/api/customers/${id}?version=1`), 409)
    expect((await one(id)).body).toMatchObject({ version: 2, notes: '先到' })
  })

  it('十个人同一时刻改同一版本,只成一个', async () => {
    const { id } = await app.make.customer({ name: '十人改' })
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => patch(id, { version: 1, notes: `第${n}人` })),
    )
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      200,
      ...Array.from({ length: 9 }, () => 409),
    ])
    const winner = answers.find(({ status }) => status === 200)!
    expect((await one(id)).body).toEqual(winner.body)
  })

  it('一人删除一人修改:只成一个,另一个得到 404 或 409', async () => {
    const { id } = await app.make.customer({ name: '删改相遇' })
    const answers = await Promise.all([
      app.as('admin').delete(`/api/customers/${id}?version=1`),
      patch(id, { version: 1, notes: 'x' }),
    ])
    const statuses = answers.map(({ status }) => status)
    expect([
      [204, 404],
      [204, 409],
      [409, 200],
    ]).toContainEqual(statuses)
  })
})

describe('幂等键', () => {
  const send = (body: object, key: string, who: 'sales1' | 'sales2' = 'sales1') =>
    app.as(who).post('/api/customers', body, { 'idempotency-key': key })

  it('同键同内容重放第一次的答复,不再新建', async () => {
    const first = await send({ name: '只建一次' }, 'k-1')
    const again = await send({ name: '只建一次' }, 'k-1')
    expect(first.status).toBe(201)
    expect({ status: again.status, body: again.body }).toEqual({ status: 201, body: first.body })
    expect((await app.as('admin').get('/api/customers?q=只建一次')).body.total).toBe(1)
  })

  it('同键换内容 422;别人的同键互不相干;一天后失效', async () => {
    await send({ name: '键甲' }, 'k-2')
    await refuses(() => send({ name: '键乙' }, 'k-2'), 422)
    expect((await send({ name: '键丙' }, 'k-2', 'sales2')).status).toBe(201)
    app.clock.advance(24 * 3_600_000 + 1)
    expect((await send({ name: '键丁' }, 'k-2')).status).toBe(201)
  })

  it('失败的请求不占用键', async () => {
    expect((await send({ name: '失败', level: 'Z' }, 'k-3')).status).toBe(400)
    expect((await send({ name: '失败后成功' }, 'k-3')).status).toBe(201)
  })

  it('十个相同的请求同时到,只建一个客户', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => send({ name: '连点十下' }, 'k-4')))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
  })

  it('不成样子的键被拒绝', async () => {
    for (const key of ['', ' ', 'a b', 'é', 'x'.repeat(201)])
      expect((await send({ name: '坏键' }, key)).body.errors).toMatchObject([{ field: 'Idempotency-Key' }])
  })
})

describe('两台服务、一个数据库', () => {
  it('同时新建同一名称只成一个,编号不重,幂等键认得对方的', async () => {
    const { with: via } = await app.second()
    const other = via({ cookie: await app.signIn('sales2') })
    const both = [app.as('sales1'), other]
    const same = await Promise.all(
      Array.from({ length: 20 }, (_, n) => both[n % 2]!.post('/api/customers', { name: '两机抢注' })),
    )
    expect(same.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      201,
      ...Array.from({ length: 19 }, () => 409),
    ])
    const many = await Promise.all(
      Array.from({ length: 20 }, (_, n) => both[n % 2]!.post('/api/customers', { name: `两机${n}` })),
    )
    expect(new Set(many.map(({ body }) => body.number)).size).toBe(20)
    const keyed = [app.as('sales2'), other].map((client) =>
      client.post('/api/customers', { name: '两机一键' }, { 'idempotency-key': 'two' }),
    )
    const [one, two] = await Promise.all(keyed)
    expect([one!.status, two!.status, one!.body.id]).toEqual([201, 201, two!.body.id])
  })

  it('这台保存的,那台的列表和总数马上看得到', async () => {
    const { with: via } = await app.second()
    const other = via({ cookie: await app.signIn('admin') })
    const query = '/api/customers?status=lost&size=1'
    for (let n = 1; n <= 3; n++) {
      await app.make.customer({ name: `已流失${n}`, status: 'lost' })
      for (const client of [other, app.as('admin')]) expect((await client.get(query)).body.total).toBe(n)
    }
  })
})

it('新的一个月从 0001 重新编号', async () => {
  // The sign-in of November would be over.
  app.clock.advance(9 * 24 * 3_600_000)
  const { body } = await app.byToken('admin').post('/api/customers', { name: '十二月的客户' })
  expect(body.number).toBe('KH202612-0001')
})
