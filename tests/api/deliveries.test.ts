import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { bearing, deliveryDesk, TODAY } from '../support/deliveryDesk.ts'
import type { Answer } from '../support/client.ts'
import type { Username } from '../support/office.ts'
import { auditOf, expectRefusal } from '../support/refusal.ts'

let app: TestApp
let customerId: number
let n = 0
const users = () => app.ids.users
const refuses = (work: () => Promise<Answer>, status: number, field?: string) => expectRefusal(app, work, status, field)
const { sales1, confirmed, orderNow, hand, cancel, setTolerance } = deliveryDesk(() => ({ app, customerId }))

beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())
beforeEach(async () => {
  customerId = (await app.make.customer({ name: `收货公司${++n}号`, ownerId: users().sales1 })).id
})

describe('登记交货', () => {
  it('交一部分再交完:已交跟着变,订单由已确认到部分交货到已交货', async () => {
    const order = await confirmed({
      delivererId: users().sales1b,
      address: '高新区一号',
      lines: [bearing(), bearing({ name: '滚珠', spec: '5mm', qtyMilli: 2_500 })],
    })
    const { body, status } = await hand(order, [4_000, 2_500])
    expect(status).toBe(201)
    expect(body).toMatchObject({
      number: expect.stringMatching(/^SH202611-\d{4}$/),
      kind: 'delivery',
      state: 'done',
      customerId,
      orderName: order.number,
      delivererId: users().sales1b,
      address: '高新区一号',
      warnings: [],
      lines: [
        { name: '轴承', qtyMilli: 4_000, unit: '个', spec: null },
        { name: '滚珠', qtyMilli: 2_500, spec: '5mm' },
      ],
    })
    const { warnings: _, ...kept } = body
    expect((await sales1().get(`/api/deliveries/${body.id}`)).body).toEqual(kept)
    expect(await orderNow(order.id)).toMatchObject({
      state: 'partial',
      lines: [{ deliveredMilli: 4_000 }, { deliveredMilli: 2_500 }],
    })
    await hand(order, [6_000])
    expect(await orderNow(order.id)).toMatchObject({ state: 'delivered', lines: [{ deliveredMilli: 10_000 }, {}] })
    expect((await auditOf(app, 'delivery', body.id)).map(({ action }) => action).toSorted()).toEqual([
      'create',
      'lines',
    ])
  })

  it('退货后又欠着,可以再交;退回的不能多于交出的', async () => {
    const order = await confirmed()
    await hand(order, [10_000])
    expect((await hand(order, [3_000], { kind: 'return' })).status).toBe(201)
    expect(await orderNow(order.id)).toMatchObject({
      state: 'partial',
      lines: [{ deliveredMilli: 10_000, returnedMilli: 3_000 }],
    })
    await refuses(() => hand(order, [7_001], { kind: 'return' }), 409, 'lines.0.qtyMilli')
    await refuses(() => hand(order, [3_001]), 409, 'lines.0.qtyMilli')
    await hand(order, [3_000])
    expect(await orderNow(order.id)).toMatchObject({
      state: 'delivered',
      lines: [{ deliveredMilli: 13_000, returnedMilli: 3_000 }],
    })
  })

  it('草稿、已作废的订单不能交货,没交过的不能退;关闭的只能退', async () => {
    const { body: draft } = await sales1().post('/api/orders', { customerId, orderedOn: TODAY, lines: [bearing()] })
    await refuses(() => hand(draft, [1_000]), 409)
    await refuses(() => hand(draft, [1_000], { kind: 'return' }), 409)
    const order = await confirmed()
    await refuses(() => hand(order, [1_000], { kind: 'return' }), 409, 'lines.0.qtyMilli')
    await hand(order, [1_000])
    const { version } = await orderNow(order.id)
    await app.as('head1').post(`/api/orders/${order.id}/close`, { version })
    await refuses(() => hand(order, [1_000]), 409)
    expect((await hand(order, [1_000], { kind: 'return' })).status).toBe(201)
    expect((await orderNow(order.id)).state).toBe('closed')
  })

  it('交货人已停用的,订单和交货单都不能写;写好以后才停用的不拦着交货', async () => {
    const gone = app.ids.users.disabled
    const facts = { customerId, orderedOn: TODAY, lines: [bearing()], delivererId: gone }
    await refuses(() => sales1().post('/api/orders', facts), 400, 'delivererId')
    const leaving = (await app.make.user({ teamId: app.ids.teams.D1, roleIds: [app.ids.roles.业务员] })).id
    const order = await confirmed({ delivererId: leaving })
    await app.as('admin').patch(`/api/users/${leaving}`, { version: 1, disabled: true })
    await refuses(() => hand(order, [1_000], { delivererId: leaving }), 400, 'delivererId')
    expect((await hand(order, [1_000])).status).toBe(201)
  })

  it('填错了指明哪一项,什么都不留下', async () => {
    const order = await confirmed()
    const other = await confirmed()
    const lines = [{ orderLineId: order.lines[0]!.id, qtyMilli: 1_000 }]
    await refuses(() => hand(order, []), 400, 'lines')
    await refuses(() => hand(order, [], { lines: [...lines, ...lines] }), 400, 'lines.1.orderLineId')
    await refuses(() => hand(other, [], { lines }), 400, 'lines.0.orderLineId')
    for (const qtyMilli of [0, -1, 1.5, 1_000_000_000_001])
      await refuses(() => hand(order, [], { lines: [{ ...lines[0], qtyMilli }] }), 400, 'lines.0.qtyMilli')
    await refuses(() => hand(order, [1_000], { deliveredOn: '2026-11-23' }), 400, 'deliveredOn')
    await refuses(() => hand(order, [1_000], { deliveredOn: '2026-02-30' }), 400, 'deliveredOn')
    await refuses(() => hand(order, [1_000], { delivererId: 999_999 }), 400, 'delivererId')
    await refuses(() => hand(order, [10_001]), 409, 'lines.0.qtyMilli')
    await refuses(() => hand(order, [1_000], {}, 'sales2'), 404, 'orderId')
  })

  it('允许超交以后,按万分比多交一点', async () => {
    await setTolerance(500)
    const order = await confirmed()
    await refuses(() => hand(order, [10_501]), 409, 'lines.0.qtyMilli')
    expect((await hand(order, [10_500])).status).toBe(201)
    expect((await orderNow(order.id)).state).toBe('delivered')
    await setTolerance(0)
    expect((await app.as('sales1').get('/api/settings/deliveries')).body).toEqual({ toleranceBp: 0 })
  })

  it('超交以后不再允许超交:退回、作废仍可,哪怕退完还是多', async () => {
    await setTolerance(500)
    const order = await confirmed()
    const { body: first } = await hand(order, [200])
    expect((await hand(order, [10_300])).status).toBe(201)
    await setTolerance(0)
    expect((await hand(order, [100], { kind: 'return' })).status).toBe(201)
    expect((await cancel(first)).body.state).toBe('void')
    expect((await hand(order, [200], { kind: 'return' })).status).toBe(201)
    expect((await orderNow(order.id)).state).toBe('delivered')
  })
})

describe('作废交货单', () => {
  it('作废以后像没交过;退货的先于交货的作废', async () => {
    const order = await confirmed()
    const { body: out } = await hand(order, [10_000])
    const { body: back } = await hand(order, [4_000], { kind: 'return' })
    await refuses(() => cancel(out), 409)
    const { body: voided } = await cancel(back, '客户没退')
    expect(voided).toMatchObject({ state: 'void', voidReason: '客户没退', version: 2, lines: [{ qtyMilli: 4_000 }] })
    expect((await orderNow(order.id)).state).toBe('delivered')
    await cancel(out)
    expect(await orderNow(order.id)).toMatchObject({
      state: 'confirmed',
      lines: [{ deliveredMilli: 0, returnedMilli: 0 }],
    })
    await refuses(() => cancel(voided), 409)
    await refuses(() => cancel({ ...out, version: 1 }), 409)
  })

  it('作废退货会让客户手里超过订购的,拒绝', async () => {
    const order = await confirmed()
    await hand(order, [10_000])
    const { body: back } = await hand(order, [4_000], { kind: 'return' })
    await hand(order, [4_000])
    await refuses(() => cancel(back), 409)
  })

  it('要写原因;业务员没有作废的权限', async () => {
    const { body } = await hand(await confirmed(), [1_000])
    await refuses(() => cancel(body, ''), 400, 'reason')
    await refuses(
      () => sales1().post(`/api/deliveries/${body.id}/void`, { version: body.version, reason: '试试' }),
      403,
    )
  })
})

describe('同时登记', () => {
  it('几个人同时交剩下的,只成一次,其余 409', async () => {
    const order = await confirmed()
    const answers = await Promise.all(Array.from({ length: 5 }, () => hand(order, [10_000])))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409, 409])
    expect((await orderNow(order.id)).lines[0]).toMatchObject({ deliveredMilli: 10_000 })
  })

  it('同一个 Idempotency-Key 只交一次,答复相同', async () => {
    const order = await confirmed()
    const payload = {
      orderId: order.id,
      deliveredOn: TODAY,
      lines: [{ orderLineId: order.lines[0]!.id, qtyMilli: 1_000 }],
    }
    const once = () =>
      sales1().send({
        method: 'POST',
        url: '/api/deliveries',
        headers: { 'idempotency-key': `delivery-${order.id}` },
        payload,
      })
    const [first, second] = [await once(), await once()]
    expect([first.status, second.body]).toEqual([201, first.body])
    expect((await orderNow(order.id)).lines[0]).toMatchObject({ deliveredMilli: 1_000 })
  })
})

describe('列表与时间线', () => {
  it('按单号、客户名找,按订单、类型、状态筛;别人的看不到;时间线里有', async () => {
    const order = await confirmed()
    const { body } = await hand(order, [1_000])
    const ids = async (query: string, who: Username = 'sales1') =>
      (await app.as(who).get(`/api/deliveries?${query}`)).body.items.map((row: { id: number }) => row.id)
    for (const query of [
      `q=${body.number}`,
      `q=${encodeURIComponent(`收货公司${n}号`)}`,
      `orderId=${order.id}&kind=delivery&state=done`,
      `customerId=${customerId}&deliveredOnFrom=${TODAY}&customerOwnerId=${users().sales1}`,
    ])
      expect([query, await ids(query)]).toEqual([query, [body.id]])
    expect(await ids(`orderId=${order.id}`, 'sales2')).toEqual([])
    const { items } = (await sales1().get(`/api/customers/${customerId}/timeline?kinds=delivery`)).body
    expect(items).toMatchObject([
      { kind: 'delivery', id: body.id, title: `交货 ${body.number}(订单 ${order.number},${TODAY})`, text: '轴承 1个' },
    ])
  })
})
