import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
let customerId: number
const products: number[] = []
const on = '2026-11-22'
const ask = (body: object, who: 'sales1' | 'sales2' = 'sales1') => app.as(who).post('/api/products/prices', body)
const fens = ({ body }: { body: { prices: ({ priceFen: number } | null)[][] } }) =>
  body.prices.map((row) => row.map((found) => found?.priceFen ?? null))

beforeAll(async () => {
  app = await openTestApp()
  const admin = app.as('admin')
  customerId = (await app.make.customer({ name: '一次问价公司', ownerId: app.ids.users.sales1 })).id
  for (let n = 0; n < 300; n++)
    products.push((await admin.post('/api/products', { name: `问价产品${n}`, priceFen: 1_000 + n })).body.id)
  const [first, second] = products as [number, number]
  await admin.post('/api/product-prices', { productId: first, customerId, priceFen: 900 })
  await admin.post('/api/product-prices', { productId: first, minQtyMilli: 10_000, priceFen: 950 })
  await admin.post('/api/product-prices', { productId: second, priceFen: 800, fromOn: '2026-12-01' })
})
afterAll(() => app.close())

describe('一次问许多行的价格', () => {
  it('几百行一次回答,顺序照问的;与逐个问的一样', async () => {
    const items = products.map((productId) => ({ productId, qtyMilli: 10_000 }))
    const answer = await ask({ asked: [{ customerId, on: '2026-12-01' }], items })
    expect(answer.status).toBe(200)
    expect(fens(answer)[0]).toHaveLength(300)
    expect(fens(answer)[0]!.slice(0, 3)).toEqual([900, 800, 1_002])
    for (const [at, productId] of products.slice(0, 5).entries()) {
      const query = `qtyMilli=10000&customerId=${customerId}&on=2026-12-01`
      const { body } = await app.as('sales1').get(`/api/products/${productId}/price?${query}`)
      expect(answer.body.prices[0][at]).toEqual(body)
    }
  })

  it('换客户、换日期:前后两份价格一次问完;没有的产品答不出', async () => {
    const [first, second] = products as [number, number]
    const items = [
      { productId: first, qtyMilli: 1_000 },
      { productId: second, qtyMilli: 1_000 },
      { productId: 999_999_999, qtyMilli: 1_000 },
    ]
    expect(fens(await ask({ asked: [{ on }, { customerId, on }], items }))).toEqual([
      [1_000, 1_001, null],
      [900, 1_001, null],
    ])
    const days = [{ on: '2026-11-30' }, { on: '2026-12-01' }]
    expect(fens(await ask({ asked: days, items }))).toEqual([
      [1_000, 1_001, null],
      [1_000, 800, null],
    ])
  })

  it('看不到的客户是不存在;问得太多、数量不对的被拒', async () => {
    const items = [{ productId: products[0], qtyMilli: 1_000 }]
    expect((await ask({ asked: [{ customerId, on }], items }, 'sales2')).status).toBe(404)
    for (const bad of [
      { asked: [], items },
      { asked: [{}], items },
      { asked: [{ on }, { on }, { on }], items },
      { asked: [{ on }], items: [] },
      { asked: [{ on }], items: Array.from({ length: 501 }, () => items[0]) },
      { asked: [{ on }], items: [{ productId: products[0], qtyMilli: 0 }] },
    ])
      expect((await ask(bad)).status).toBe(400)
  })
})
