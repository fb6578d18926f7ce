import { eraseCustomer } from '@crm/server/modules/customers/service'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Answer } from '../support/client.ts'
import { auditOf, expectRefusal } from '../support/refusal.ts'

let app: TestApp
let customerId: number
let n = 0
const users = () => app.ids.users
const sales1 = () => app.as('sales1')
const refuses = (work: () => Promise<Answer>, status: number, field?: string) => expectRefusal(app, work, status, field)
const line = (more: object = {}) => ({ name: '轴承', qtyMilli: 3_000, priceFen: 3_350, ...more })
const facts = (more: object = {}) => ({ customerId, orderedOn: '2026-11-22', lines: [line()], ...more })
const write = async (more: object = {}) => (await sales1().post('/api/orders', facts(more))).body
const move = (id: number, name: string, body: object, who: 'sales1' | 'head1' = 'head1') =>
  app.as(who).post(`/api/orders/${id}/${name}`, body)
const confirmed = async (more: object = {}) => {
  const { id, version } = await write(more)
  return (await move(id, 'submit', { version }, 'sales1')).body
}
const effective = async () =>
  (await app.store.read.selectFrom('effectiveOrders').select(['id', 'amountFen']).execute()).filter((row) => row.id > 0)

beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())
beforeEach(async () => {
  customerId = (await app.make.customer({ name: `订货公司${++n}号`, ownerId: users().sales1 })).id
})

describe('写订单', () => {
  it('自动编号、草稿;金额按行四舍五入,整单优惠摊到各行;业务员与部门是当天的', async () => {
    const { body, status } = await sales1().post(
      '/api/orders',
      facts({
        discountFen: 100,
        promisedOn: '2026-12-01',
        lines: [
          line(),
          line({ name: '滚珠', qtyMilli: 1_500, priceFen: 67, discountBp: 500, promisedOn: '2026-12-05' }),
        ],
      }),
    )
    expect(status).toBe(201)
    expect(body).toMatchObject({
      number: expect.stringMatching(/^DD202611-\d{4}$/),
      state: 'draft',
      amountFen: 10_050 + 95 - 100,
      ownerId: users().sales1,
      teamId: app.ids.teams.D1,
      version: 1,
      lines: [
        { position: 1, name: '轴承', promisedOn: '2026-12-01', discountBp: 0, taxRateBp: 1300, deliveredMilli: 0 },
        { position: 2, name: '滚珠', promisedOn: '2026-12-05', discountBp: 500 },
      ],
    })
    const sum = (key: 'amountFen' | 'taxFen') =>
      body.lines.reduce((total: number, each: Record<string, number>) => total + each[key]!, 0)
    expect([sum('amountFen'), sum('taxFen')]).toEqual([body.amountFen, body.taxFen])
    expect((await sales1().get(`/api/orders/${body.id}`)).body).toEqual({ ...body, approvals: [] })
  })

  it('选了产品的,品名、规格、单位、税率自动带出;成本只有能看成本的人看得到', async () => {
    const at = { version: 1, createdAt: app.clock.now(), updatedAt: app.clock.now(), deletedAt: null }
    const { id } = await app.store.tx((tx) =>
      tx
        .insertInto('products')
        .values({
          number: `CP-${n}`,
          name: '轴承 6204',
          spec: '20×47×14',
          unit: 'piece',
          priceFen: 1_200,
          costFen: 700,
          taxRateBp: 900,
          active: 1,
          categoryId: null,
          barcode: null,
          notes: null,
          initials: 'zc',
          searchText: '轴承',
          ...at,
        })
        .returning('id')
        .executeTakeFirstOrThrow(),
    )
    const made = await write({ lines: [{ productId: id, qtyMilli: 10_000, priceFen: 1_100 }] })
    expect(made.lines[0]).toMatchObject({ name: '轴承 6204', spec: '20×47×14', unit: '个', taxRateBp: 900 })
    expect([made.costFen, made.lines[0].costFen]).toEqual([null, null])
    const seen = (await app.as('head1').get(`/api/orders/${made.id}`)).body
    expect([seen.costFen, seen.lines[0].costFen]).toEqual([7_000, 700])
  })

  it('填错了指明哪一行哪一项,什么都不留下', async () => {
    await refuses(() => sales1().post('/api/orders', facts({ lines: [] })), 400, 'lines')
    await refuses(
      () => sales1().post('/api/orders', facts({ lines: [line({ name: undefined })] })),
      400,
      'lines.0.name',
    )
    await refuses(
      () => sales1().post('/api/orders', facts({ lines: [line(), line({ productId: 999_999 })] })),
      400,
      'lines.1.productId',
    )
    for (const bad of [{ qtyMilli: 0 }, { qtyMilli: -1 }, { qtyMilli: 1.5 }, { priceFen: -1 }, { discountBp: 10_001 }])
      await refuses(
        () => sales1().post('/api/orders', facts({ lines: [line(bad)] })),
        400,
        `lines.0.${Object.keys(bad)[0]}`,
      )
    await refuses(() => sales1().post('/api/orders', facts({ discountFen: 10_051 })), 400, 'discountFen')
    const huge = line({ qtyMilli: 1_000_000_000_000, priceFen: 2 ** 45 })
    await refuses(() => sales1().post('/api/orders', facts({ lines: [huge] })), 400, 'lines')
  })

  it('联系人须是这个客户的;业务员不能随便填别人', async () => {
    const other = await app.make.customer({ name: `别家公司${n}`, ownerId: users().sales1 })
    const stranger = await app.make.contact({ customerId: other.id, name: '外人' })
    await refuses(() => sales1().post('/api/orders', facts({ contactId: stranger.id })), 400, 'contactId')
    await refuses(() => sales1().post('/api/orders', facts({ ownerId: users().sales2 })), 400, 'ownerId')
    await refuses(() => app.as('sales2').post('/api/orders', facts()), 404, 'customerId')
  })

  it('改明细或优惠,总额跟着变,日志里前后都在;确认以后不能再改、不能再删', async () => {
    const made = await write()
    const { body } = await sales1().patch(`/api/orders/${made.id}`, { version: 1, lines: [line(), line()] })
    expect(body).toMatchObject({ amountFen: 20_100, version: 2 })
    expect(body.lines).toHaveLength(2)
    const less = (await sales1().patch(`/api/orders/${made.id}`, { version: 2, discountFen: 100 })).body
    expect(less.amountFen).toBe(20_000)
    const log = (await auditOf(app, 'order', made.id)).filter(({ action }) => action === 'lines')
    expect(log.map(({ before, after }) => [before, after].map((kept) => (kept!['lines'] as object[]).length))).toEqual([
      [0, 1],
      [1, 2],
      [2, 2],
    ])
    await refuses(() => sales1().patch(`/api/orders/${made.id}`, { version: 2, notes: '晚了' }), 409)
    const done = (await move(made.id, 'submit', { version: 3 }, 'sales1')).body
    await refuses(() => sales1().patch(`/api/orders/${made.id}`, { version: done.version, notes: '改' }), 409)
    await refuses(() => sales1().delete(`/api/orders/${made.id}?version=${done.version}`), 409)
  })
})

describe('订单的一生', () => {
  it('确认以后才算数:有效订单只有一个说法', async () => {
    const before = await effective()
    const made = await write()
    expect(await effective()).toEqual(before)
    const order = (await move(made.id, 'submit', { version: 1 }, 'sales1')).body
    expect(order).toMatchObject({ state: 'confirmed', version: 2, warnings: [] })
    expect((await effective()).filter((row) => row.id === made.id)).toEqual([{ id: made.id, amountFen: 10_050 }])
    const gone = (await move(made.id, 'void', { version: 2, reason: '客户取消' })).body
    expect(gone).toMatchObject({ state: 'void', voidReason: '客户取消' })
    expect(await effective()).toEqual(before)
  })

  it('关闭与重新打开;关闭的也算数', async () => {
    const order = await confirmed()
    const closed = (await move(order.id, 'close', { version: order.version })).body
    expect(closed.state).toBe('closed')
    expect((await effective()).some((row) => row.id === order.id)).toBe(true)
    expect((await move(order.id, 'reopen', { version: closed.version })).body.state).toBe('confirmed')
  })

  it('不合时宜的步骤被拒绝:草稿不能关闭、作废,确认的不能再提交;版本旧了也拒绝', async () => {
    const made = await write()
    await refuses(() => move(made.id, 'close', { version: 1 }), 409)
    await refuses(() => move(made.id, 'void', { version: 1, reason: '不要了' }), 409)
    await refuses(() => move(made.id, 'submit', { version: 7 }, 'sales1'), 409)
    const order = (await move(made.id, 'submit', { version: 1 }, 'sales1')).body
    await refuses(() => move(made.id, 'submit', { version: order.version }, 'sales1'), 409)
    await refuses(() => move(made.id, 'void', { version: order.version, reason: '' }), 400, 'reason')
  })

  it('两人同时提交同一张订单,只成一次', async () => {
    const { id } = await write()
    const answers = await Promise.all([1, 2, 3].map(() => move(id, 'submit', { version: 1 }, 'sales1')))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409])
  })

  it('客户永久清除时,草稿和作废的订单连同明细一起清除', async () => {
    await write()
    const { id, version } = await confirmed()
    await move(id, 'void', { version, reason: '客户取消' })
    await app.store.tx((tx) => eraseCustomer(tx, customerId))
    const left = await app.store.read.selectFrom('orders').select('id').where('customerId', '=', customerId).execute()
    const lines = await app.store.read.selectFrom('orderLines').select('id').where('orderId', '=', id).execute()
    expect([left, lines]).toEqual([[], []])
  })

  it('草稿可以删除再恢复', async () => {
    const { id } = await write()
    expect((await sales1().delete(`/api/orders/${id}?version=1`)).status).toBe(204)
    expect((await sales1().get(`/api/orders/${id}`)).status).toBe(404)
    expect((await sales1().post(`/api/orders/${id}/restore`, {})).body).toMatchObject({ id, lines: [{ name: '轴承' }] })
  })
})

describe('订单列表', () => {
  it('按订单号、客户名找,按状态、产品、负责人筛;随客户进出回收站', async () => {
    const order = await confirmed()
    const ids = async (query: string, who: 'sales1' | 'sales2' | 'head1' = 'sales1') =>
      (await app.as(who).get(`/api/orders?${query}`)).body.items.map((row: { id: number }) => row.id)
    for (const query of [
      `q=${order.number}`,
      `q=${encodeURIComponent(`订货公司${n}号`)}`,
      `customerId=${customerId}&state=confirmed`,
      `customerId=${customerId}&customerOwnerId=${users().sales1}`,
      `customerId=${customerId}&teamOfCustomer=${app.ids.teams.D1}`,
      `customerId=${customerId}&orderedOnFrom=2026-11-22&amountFenTo=10050`,
    ])
      expect([query, await ids(query)]).toEqual([query, [order.id]])
    expect(await ids(`customerId=${customerId}`, 'sales2')).toEqual([])
    expect(await ids('q=%25')).toEqual([])
    const remove = async () => {
      const { version } = (await app.as('admin').get(`/api/customers/${customerId}`)).body
      return app.as('admin').delete(`/api/customers/${customerId}?version=${version}`)
    }
    const kept = await remove()
    expect([kept.status, kept.body.detail]).toEqual([409, expect.stringContaining('1 份有效订单')])
    await move(order.id, 'void', { version: order.version, reason: '客户取消' })
    expect((await remove()).status).toBe(204)
    expect(await ids(`customerId=${customerId}`, 'head1')).toEqual([])
  })

  it('合计按筛选条件算全部,不只一页,范围外的不算;看不到成本的人没有成本合计', async () => {
    for (let at = 0; at < 3; at++) await confirmed()
    await write({ lines: [line({ priceFen: 1, qtyMilli: 1_000 })] })
    const totals = async (query: string, who: 'sales1' | 'sales2' | 'head1' = 'sales1') => {
      const { body } = await app.as(who).get(`/api/orders?customerId=${customerId}&size=1&${query}`)
      return [body.items.length, body.totals?.amountFen, body.totals?.costFen]
    }
    expect(await totals('totals=1')).toEqual([1, 30_151, null])
    expect(await totals('totals=1&state=confirmed')).toEqual([1, 30_150, null])
    expect(await totals('totals=1', 'head1')).toEqual([1, 30_151, 0])
    expect(await totals('totals=1', 'sales2')).toEqual([0, 0, null])
    expect(await totals('')).toEqual([1, undefined, undefined])
    await refuses(() => sales1().get('/api/orders?totals=maybe'), 400, 'totals')
    await refuses(() => sales1().get('/api/contacts?totals=1'), 400, 'totals')
  })

  it('买过的产品:按品名合起来,只算有效订单,看不到客户的人没有', async () => {
    await confirmed()
    await confirmed({ lines: [line(), line({ name: '滚珠', qtyMilli: 500 })] })
    await write({ lines: [line({ name: '草稿里的' })] })
    const items = async (who: 'sales1' | 'sales2') =>
      (await app.as(who).get(`/api/customers/${customerId}/bought`)).body.items
    expect(await items('sales1')).toMatchObject([
      { name: '滚珠', qtyMilli: 500, amountFen: 1_675, orders: 1, lastOn: '2026-11-22' },
      { name: '轴承', qtyMilli: 6_000, amountFen: 20_100, orders: 2, productId: null },
    ])
    expect(await items('sales2')).toBeUndefined()
  })

  it('导出列表所见的订单,一行一条明细;范围外的没有,谁导出的在日志里', async () => {
    const order = await confirmed({ lines: [line(), line({ name: '=滚珠', discountBp: 500 })], discountFen: 50 })
    const file = async (who: 'sales1' | 'sales2') =>
      (await app.as(who).post(`/api/orders/export?customerId=${customerId}&page=3`, {})).body.trim().split('\r\n')
    const [heads, ...rows] = await file('sales1')
    expect(heads).toContain('订单号,客户,状态,下单日期')
    expect(rows).toHaveLength(2)
    expect(rows[0]).toContain(`${order.number},订货公司${n}号,已确认,2026-11-22`)
    expect(rows[1]).toContain("'=滚珠")
    expect(rows.join()).not.toContain('成本')
    expect(await file('sales2')).toHaveLength(1)
    const logged = await app.store.read
      .selectFrom('auditLog')
      .select(['actorId', 'entity'])
      .where('action', '=', 'export')
      .orderBy('id', 'desc')
      .executeTakeFirst()
    expect(logged).toEqual({ actorId: users().sales2, entity: 'order' })
  })

  it('上面的搜索框按订单号的开头找到订单,范围外的找不到', async () => {
    const { id, number } = await confirmed()
    const records = async (q: string, who: 'sales1' | 'sales2' = 'sales1') =>
      (await app.as(who).get(`/api/search?q=${q}`)).body.records
    const found = [{ kind: 'order', id, number, title: null, customerName: `订货公司${n}号` }]
    for (const q of [number, number.toLowerCase(), number.slice(2)]) expect(await records(q)).toEqual(found)
    expect((await records('DD2026')).length).toBe(5)
    for (const q of ['13812345678', 'HT202611', '订货', 'DD1999']) expect(await records(q)).toEqual([])
    expect(await records(number, 'sales2')).toEqual([])
  })
})
