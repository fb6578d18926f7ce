import { exports as exported } from '@crm/shared/contract/exports'
import { permissionNames } from '@crm/shared/permissions'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { addressOf, promised } from '../support/endpoints.ts'

let app: TestApp
/** 什么都能看、唯独不能看成本的人。 */
let nosy: number
const at: Record<string, number> = {}
// Costs nobody would come upon by chance; half a year's worth of the second is the cost of the order.
const COSTS = [
  '7777731',
  '77777.31',
  '77,777.31',
  '8888841',
  '88888.41',
  '88,888.41',
  '17777682',
  '177776.82',
  '177,776.82',
]
const leaksIn = (text: string) => COSTS.filter((cost) => text.includes(cost))

beforeAll(async () => {
  app = await openTestApp()
  const permissions = permissionNames.filter((name) => name !== 'product.cost')
  const role = await app.make.role({ name: '除了成本', reach: 'all', permissions })
  nosy = (await app.make.user({ teamId: app.ids.teams.D1, roleIds: [role.id] })).id
  const customer = await app.make.customer({ name: '成本公司', ownerId: app.ids.users.sales1, level: 'A' })
  const made = await app.make.product({ name: '有成本的', priceFen: 12_000_000, costFen: 7_777_731 })
  const admin = app.as('admin')
  await admin.patch(`/api/products/${made.id}`, { version: 1, costFen: 8_888_841 })
  const gone = await app.make.product({ name: '删掉的', priceFen: 12_000_000, costFen: 7_777_731 })
  await admin.delete(`/api/products/${gone.id}?version=1`)
  await admin.post('/api/price-moves', { productId: made.id, direction: 'up', customerId: customer.id })
  const contract = (await admin.post('/api/contracts', { customerId: customer.id, title: '合同', amountFen: 100 })).body
  const facts = { customerId: customer.id, contractId: contract.id, orderedOn: '2026-11-22', promisedOn: '2026-11-22' }
  const lines = [{ productId: made.id, qtyMilli: 2_000, priceFen: 12_000_000 }]
  const order = (await admin.post('/api/orders', { ...facts, lines })).body
  await admin.post(`/api/orders/${order.id}/submit`, { version: 1 })
  Object.assign(at, { product: made.id, gone: gone.id, order: order.id, contract: contract.id, customer: customer.id })
})
afterAll(() => app.close())

describe('没有成本权限的人', () => {
  it('走遍所有读取接口与导出,看不到一个成本', async () => {
    const by = app.as(nosy)
    const asked = promised
      .filter(({ method, path }) => method === 'GET' && !path.endsWith('/stream') && !path.includes(':file'))
      .flatMap(({ path }) =>
        path.includes(':id')
          ? [...new Set(Object.values(at))].map((id) => addressOf(path, id))
          : ['', '?deleted=only', '?fields=costFen', '?entity=product', '?count=exact', '?q=成本'].map(
              (more) => path + more,
            ),
      )
    const leaks: string[] = []
    let seen = 0
    for (const url of asked) {
      const answer = await by.get(url)
      if (answer.status === 200) seen += 1
      leaks.push(...leaksIn(JSON.stringify(answer.body)).map((cost) => `${url} ${cost}`))
    }
    for (const { path } of Object.values(exported)) {
      const answer = await by.post(path)
      if (answer.status === 200) seen += 1
      leaks.push(...leaksIn(String(answer.body)).map((cost) => `${path} ${cost}`))
    }
    expect(leaks).toEqual([])
    expect(seen).toBeGreaterThan(100)
    // 看得到的人看得到,所以上面的不是空查。
    expect(leaksIn(JSON.stringify((await app.as('admin').get('/api/audit')).body))).toContain('8888841')
    expect((await app.as('admin').get(`/api/orders/${at['order']}`)).body.costFen).toBe(17_777_682)
  })
})
