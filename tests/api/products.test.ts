import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemActor } from '@crm/server/core/access/actor'
import { eraseCategory, eraseProduct, pricesFor, withdrawProduct } from '@crm/server/modules/catalog/service'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Answer } from '../support/client.ts'
import { auditOf, expectRefusal } from '../support/refusal.ts'

let app: TestApp
let n = 0
const admin = () => app.as('admin')
const refuses = (work: () => Promise<Answer>, status: number, field?: string) => expectRefusal(app, work, status, field)
const made = async (path: string, body: object) => {
  const { body: row, status } = await admin().post(`/api/${path}`, body)
  expect([path, status, row.detail]).toEqual([path, 201, undefined])
  return row
}
const product = (more: object = {}) => made('products', { name: `轴承${++n}号`, priceFen: 10_000, ...more })
const names = async (url: string, who: 'admin' | 'sales1' = 'admin') =>
  (await app.as(who).get(url)).body.items.map((row: { name: string }) => row.name)

const statusesOf = (answers: readonly Answer[]) => answers.map(({ status }) => status).toSorted((a, b) => a - b)

beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

describe('产品', () => {
  it('编号留空时自动编,手写的号不撞;重复的编号指明是哪一项', async () => {
    const first = await product()
    expect(first.number).toMatch(/^CP202611-\d{4}$/)
    const next = first.number.replace(/\d{4}$/, (digits: string) => String(Number(digits) + 1).padStart(4, '0'))
    await product({ number: next })
    expect((await product()).number).not.toBe(next)
    await refuses(() => admin().post('/api/products', { name: '又一个', number: next, priceFen: 1 }), 409, 'number')
    await refuses(() => admin().patch(`/api/products/${first.id}`, { version: 1, number: null }), 400, 'number')
  })

  it('按名称、规格、编号、条码、拼音首字母都搜得到;编号相同的排最前', async () => {
    await product({ name: '深沟球轴承', spec: '6204-2RS', number: 'ZC-6204', barcode: '6901234567892' })
    await product({ name: '轴承座 ZC-6204 配套', number: 'ZZ-1' })
    expect(await names('/api/products?q=zc-6204', 'sales1')).toEqual(['深沟球轴承', '轴承座 ZC-6204 配套'])
    for (const q of ['球轴', '2RS', '6901234567892', 'sgqzc', '深沟 6204'])
      expect([q, await names(`/api/products?q=${encodeURIComponent(q)}`)]).toEqual([q, ['深沟球轴承']])
    expect(await names('/api/products?q=没有这个')).toEqual([])
    expect(await names('/api/products?q=%25')).toEqual([])
    const { id, version } = (await admin().get('/api/products?q=sgqzc')).body.items[0]
    await admin().patch(`/api/products/${id}`, { version, name: '圆锥滚子轴承' })
    expect([await names('/api/products?q=sgqzc'), await names('/api/products?q=yzgz')]).toEqual([[], ['圆锥滚子轴承']])
  })

  it('成本只有能看的人看得到、填得了', async () => {
    const { id } = await product({ costFen: 6_000 })
    expect((await app.as('sales1').get(`/api/products/${id}`)).body.costFen).toBeNull()
    expect((await app.as('finance').get(`/api/products/${id}`)).body.costFen).toBe(6_000)
    const files = await Promise.all(
      (['sales1', 'finance'] as const).map(async (who) => (await app.as(who).post('/api/products/export', {})).body),
    )
    expect(files.map((text) => /成本价/.test(text))).toEqual([false, true])
    expect(files[1]).toContain('100.00,60.00,13%,是')
  })

  it('删除后进回收站,单据里的名字不受影响;用过的产品撤销导入时留下', async () => {
    const { id } = await product({ name: '要删的' })
    const { id: customerId } = await app.make.customer({ name: '买过的公司', ownerId: app.ids.users.sales1 })
    const lines = [{ productId: id, qtyMilli: 1_000, priceFen: 5 }]
    const { body: order } = await app.as('sales1').post('/api/orders', { customerId, orderedOn: '2026-11-22', lines })
    const { clock, store } = app
    const actor = systemActor(clock.now(), clock.today(), 'cli', '测试')
    expect(await store.tx((tx) => withdrawProduct(tx, actor, id))).toBe('已用在订单里')
    expect((await admin().delete(`/api/products/${id}?version=1`)).status).toBe(204)
    expect(await names('/api/products?q=要删的')).toEqual([])
    expect((await app.as('sales1').get(`/api/orders/${order.id}`)).body.lines[0].name).toBe('要删的')
    await refuses(() => app.as('sales1').get(`/api/products/${id}/price`), 404)
    expect((await admin().post(`/api/products/${id}/restore`)).status).toBe(200)
    expect(await names('/api/products?q=要删的')).toEqual(['要删的'])
    expect((await auditOf(app, 'product', id)).map(({ action }) => action)).toEqual(['create', 'remove', 'restore'])
  })

  it('系统初始化清掉产品和类别,单据里的名字留着', async () => {
    const { id: categoryId } = await made('product-categories', { name: '要清的类' })
    await made('product-categories', { name: '它的下级', parentId: categoryId })
    const { id } = await product({ name: '要清的', categoryId })
    const { id: customerId } = await app.make.customer({ name: '留下的公司', ownerId: app.ids.users.sales1 })
    await made('product-prices', { productId: id, customerId, priceFen: 1 })
    const lines = [{ productId: id, qtyMilli: 1_000, priceFen: 5 }]
    const { body: order } = await app.as('sales1').post('/api/orders', { customerId, orderedOn: '2026-11-22', lines })
    await app.store.tx((tx) => eraseProduct(tx, id))
    await app.store.tx((tx) => eraseCategory(tx, categoryId))
    expect((await app.as('sales1').get(`/api/orders/${order.id}`)).body.lines[0]).toMatchObject({
      name: '要清的',
      productId: null,
    })
    expect(await names('/api/products?q=要清的')).toEqual([])
  })

  it('同一个编号两人同时用,只有一个成功', async () => {
    const answers = await Promise.all(
      [1, 2, 3].map((no) => admin().post('/api/products', { name: `抢号${no}`, number: 'QH-1', priceFen: 1 })),
    )
    expect(statusesOf(answers)).toEqual([201, 409, 409])
  })
})

describe('类别', () => {
  it('是一棵树:不能绕圈,有下级或有产品时不能删,按类别筛选带上下级', async () => {
    const [root, other] = [
      await made('product-categories', { name: '传动件' }),
      await made('product-categories', { name: '密封件' }),
    ]
    const child = await made('product-categories', { name: '球轴承', parentId: root.id })
    await product({ name: '类别里的', categoryId: child.id })
    await product({ name: '另一类的', categoryId: other.id })
    expect(await names(`/api/products?under=${root.id}`)).toEqual(['类别里的'])
    expect(await names(`/api/products?under=${child.id},${other.id}&sort=id`)).toEqual(['类别里的', '另一类的'])
    const place = (id: number, parentId: number | null) =>
      admin().patch(`/api/product-categories/${id}`, { version: 1, parentId })
    await refuses(() => place(root.id, child.id), 400, 'parentId')
    await refuses(() => place(root.id, root.id), 400, 'parentId')
    await refuses(() => admin().post('/api/product-categories', { name: '传动件' }), 409, 'name')
    await refuses(() => admin().delete(`/api/product-categories/${root.id}?version=1`), 409)
    await refuses(() => admin().delete(`/api/product-categories/${child.id}?version=1`), 409)
    expect((await place(child.id, null)).status).toBe(200)
    expect((await admin().delete(`/api/product-categories/${root.id}?version=1`)).status).toBe(204)
    expect((await admin().post(`/api/product-categories/${root.id}/restore`)).status).toBe(200)
  })

  it('类别没有了,从回收站回来的产品不归任何类', async () => {
    const { id: categoryId } = await made('product-categories', { name: '要撤的类' })
    const { id } = await product({ categoryId })
    await admin().delete(`/api/products/${id}?version=1`)
    expect((await admin().delete(`/api/product-categories/${categoryId}?version=1`)).status).toBe(204)
    expect((await admin().post(`/api/products/${id}/restore`)).body.categoryId).toBeNull()
  })
})

describe('价格', () => {
  const price = async (id: number, query = '', who: 'sales1' | 'admin' = 'sales1') =>
    (await app.as(who).get(`/api/products/${id}/price${query}`)).body

  it('客户专价先于等级价先于普通价;数量到了用阶梯价;只在有效期内', async () => {
    const { id: productId } = await product()
    const { id: customerId } = await app.make.customer({ ownerId: app.ids.users.sales1, level: 'A' })
    const own = await made('product-prices', { productId, customerId, priceFen: 9_500, untilOn: '2026-12-31' })
    await made('product-prices', { productId, level: 'A', priceFen: 9_000 })
    await made('product-prices', { productId, minQtyMilli: 100_000, priceFen: 8_500 })
    expect(await price(productId)).toEqual({ productId, listFen: 10_000, priceFen: 10_000, rule: null })
    expect((await price(productId, '?qtyMilli=100000')).priceFen).toBe(8_500)
    expect(await price(productId, `?customerId=${customerId}`)).toMatchObject({
      priceFen: 9_500,
      listFen: 10_000,
      rule: { id: own.id, customerId, untilOn: '2026-12-31' },
    })
    expect((await price(productId, `?customerId=${customerId}&on=2027-01-01`)).priceFen).toBe(9_000)
    const items = [
      { productId, qtyMilli: 1_000 },
      { productId: 999_999, qtyMilli: 1_000 },
    ]
    const found = await pricesFor(app.store.read, { customerId, level: 'A' }, items, '2026-11-22')
    expect(found.map((each) => each?.priceFen ?? null)).toEqual([9_500, null])
  })

  it('同样的价格有效期不能重叠;错开可以', async () => {
    const { id: productId } = await product()
    const rule = { productId, level: 'B', priceFen: 9_000 }
    await made('product-prices', { ...rule, fromOn: '2026-01-01', untilOn: '2026-06-30' })
    await refuses(() => admin().post('/api/product-prices', { ...rule, fromOn: '2026-06-30' }), 409, 'fromOn')
    const later = await made('product-prices', { ...rule, fromOn: '2026-07-01' })
    await refuses(
      () => admin().patch(`/api/product-prices/${later.id}`, { version: 1, fromOn: '2026-06-01' }),
      409,
      'fromOn',
    )
    await refuses(
      () => admin().post('/api/product-prices', { ...rule, fromOn: '2026-03-01', untilOn: '2026-02-01' }),
      400,
      'untilOn',
    )
    expect((await admin().delete(`/api/product-prices/${later.id}?version=1`)).status).toBe(204)
    await made('product-prices', { ...rule, fromOn: '2026-07-15' })
    await refuses(() => admin().post(`/api/product-prices/${later.id}/restore`), 409)
    const both = await Promise.all(
      [1, 2, 3].map(() => admin().post('/api/product-prices', { productId, level: 'C', priceFen: 1 })),
    )
    expect(statusesOf(both)).toEqual([201, 409, 409])
  })

  it('别人客户的专价、可调价看不到,也问不出;就像没有一样', async () => {
    const { id: productId } = await product()
    const { id: customerId } = await app.make.customer({ name: '别人的大客户', ownerId: app.ids.users.sales2 })
    const own = await made('product-prices', { productId, customerId, priceFen: 1 })
    const move = await made('price-moves', { productId, customerId })
    const sales1 = app.as('sales1')
    await refuses(() => sales1.get(`/api/products/${productId}/price?customerId=${customerId}`), 404, 'customerId')
    await refuses(() => sales1.get(`/api/product-prices/${own.id}`), 404)
    await refuses(() => sales1.get(`/api/price-moves/${move.id}`), 404)
    for (const path of ['product-prices', 'price-moves']) {
      expect((await sales1.get(`/api/${path}?productId=${productId}`)).body.total).toBe(0)
      expect((await admin().get(`/api/${path}?productId=${productId}`)).body.total).toBe(1)
    }
  })
})

describe('可调价清单', () => {
  it('带出当日价格;高于成本多少只有能看成本的人知道,按不含税算', async () => {
    const { id: productId } = await product({ priceFen: 11_300, costFen: 7_000, spec: 'M8' })
    const body = { productId, direction: 'up', regionCode: '440300', lowestFen: 11_000, highestFen: 12_000 }
    const { id } = await made('price-moves', { ...body, reason: '原料涨价' })
    const url = `/api/price-moves?productId=${productId}`
    expect((await app.as('finance').get(url)).body.items).toEqual([
      expect.objectContaining({ id, productSpec: 'M8', priceFen: 11_300, costFen: 7_000, roomFen: 3_000 }),
    ])
    expect((await app.as('sales1').get(url)).body.items[0]).toMatchObject({ costFen: null, roomFen: null })
    expect((await app.as('finance').get('/api/price-moves?regionCode=440000')).body.total).toBe(1)
    const found = async (q: string) => (await admin().get(`/api/price-moves?q=${encodeURIComponent(q)}`)).body.total
    expect([await found('m8'), await found('涨价'), await found('没有这个')]).toEqual([1, 1, 0])
    await refuses(() => admin().patch(`/api/price-moves/${id}`, { version: 1, highestFen: 10_999 }), 400, 'highestFen')
  })

  it('过了有效期的不在有效之列;最后一天当天还算', async () => {
    const { id: productId } = await product()
    const ids = []
    for (const untilOn of [null, '2026-11-22', '2026-11-21'])
      ids.push((await made('price-moves', { productId, direction: 'down', untilOn })).id)
    const of = async (query: string) =>
      (await admin().get(`/api/price-moves?productId=${productId}&sort=id${query}`)).body.items.map(
        (row: { id: number }) => row.id,
      )
    expect([await of(''), await of('&expired=false'), await of('&expired=true')]).toEqual([
      ids,
      ids.slice(0, 2),
      ids.slice(2),
    ])
  })
})

describe('客户用量', () => {
  it('随客户可见、可写;同一产品的时间不重叠;客户进了回收站就看不到', async () => {
    const { id: productId } = await product()
    const { id: customerId } = await app.make.customer({ ownerId: app.ids.users.sales1 })
    const use = { customerId, productId, fromOn: '2026-01-01', untilOn: '2026-06-30', qtyMilli: 50_000 }
    const { body, status } = await app.as('sales1').post('/api/product-uses', use)
    expect([status, body.productName, body.qtyMilli]).toEqual([201, expect.any(String), 50_000])
    await refuses(
      () => app.as('sales1').post('/api/product-uses', { ...use, fromOn: '2026-06-30', untilOn: '2026-07-31' }),
      409,
      'fromOn',
    )
    await refuses(
      () => app.as('sales1').post('/api/product-uses', { ...use, fromOn: '2026-08-01', untilOn: '2026-07-31' }),
      400,
      'untilOn',
    )
    await refuses(() => app.as('sales2').get(`/api/product-uses/${body.id}`), 404)
    await refuses(() => app.as('sales2').post('/api/product-uses', use), 404, 'customerId')
    expect(
      (await app.as('sales1').patch(`/api/product-uses/${body.id}`, { version: 1, note: '采购说的' })).status,
    ).toBe(200)
    expect((await admin().delete(`/api/customers/${customerId}?version=1`)).status).toBe(204)
    expect((await admin().get(`/api/product-uses?customerId=${customerId}`)).body.total).toBe(0)
  })

  it('份额是同期交的减退的,除以实际用的;作废的、期外的、别的产品的不算,看不到交货的人没有', async () => {
    const [{ id: productId }, other] = [await product(), await product()]
    const { id: customerId } = await app.make.customer({ ownerId: app.ids.users.sales1 })
    const lines = [productId, other.id].map((id) => ({ productId: id, qtyMilli: 90_000, priceFen: 1_00 }))
    const draft = (await admin().post('/api/orders', { customerId, orderedOn: '2026-01-01', lines })).body
    const order = (await admin().post(`/api/orders/${draft.id}/submit`, { version: 1 })).body
    const hand = async (deliveredOn: string, qtyMilli: number, { kind = 'delivery', at = 0 } = {}) => {
      const moved = [{ orderLineId: order.lines[at].id, qtyMilli }]
      return (await admin().post('/api/deliveries', { orderId: order.id, deliveredOn, kind, lines: moved })).body
    }
    await hand('2026-01-01', 20_000)
    await hand('2026-06-30', 15_000)
    await hand('2026-06-30', 5_000, { kind: 'return' })
    await hand('2026-07-01', 10_000)
    await hand('2026-03-01', 40_000, { at: 1 })
    const wrong = await hand('2026-03-01', 1_000)
    await admin().post(`/api/deliveries/${wrong.id}/void`, { version: 1, reason: '登记错了' })
    const use = { customerId, productId, untilOn: '2026-06-30', qtyMilli: 50_000 }
    await admin().post('/api/product-uses', { ...use, fromOn: '2026-01-01' })
    await admin().post('/api/product-uses', { ...use, fromOn: '2025-12-31', untilOn: '2025-12-31', qtyMilli: 0 })
    const shares = async (who: Parameters<TestApp['as']>[0]) =>
      (await app.as(who).get(`/api/product-uses?customerId=${customerId}`)).body.items.map(
        (row: { deliveredMilli: number | null; shareBp: number | null }) => [row.deliveredMilli, row.shareBp],
      )
    expect(await shares('sales1')).toEqual([
      [30_000, 6_000],
      [0, null],
    ])
    const role = await app.make.role({ reach: 'all', permissions: ['customer.read', 'product.read'] })
    expect(await shares((await app.make.user({ roleIds: [role.id] })).id)).toEqual([
      [null, null],
      [null, null],
    ])
  })
})
