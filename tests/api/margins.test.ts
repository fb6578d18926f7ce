import type { MoneyFact } from '@crm/shared/contract/customerMoney'
import type { Margin } from '@crm/shared/contract/margins'
import type { OrderDetail } from '@crm/shared/contract/orders'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
let customerId: number
let productId: number
let n = 0
type Person = 'sales1' | 'sales2' | 'head1' | 'finance' | 'admin'
const as = (who: Person) => app.as(who)
const margin = async (path: string, who: Person = 'admin'): Promise<Margin> => (await as(who).get(path)).body
/** 113.00 with tax, 100.00 without; the product costs 60.00. */
const order = async (more: object = {}): Promise<OrderDetail> => {
  const lines = [{ productId, name: '轴承', qtyMilli: 1_000, priceFen: 11_300, taxRateBp: 1_300 }]
  const body = { customerId, orderedOn: '2026-11-01', lines, ...more }
  const draft = (await as('sales1').post('/api/orders', body)).body
  return (await as('sales1').post(`/api/orders/${draft.id}/submit`, { version: draft.version })).body
}
/** Approved at once: whoever sets flows up is asked by no one. */
const spend = async (amountFen: number, about: object) => {
  const facts = { type: 'travel', amountFen, spentOn: '2026-11-20', purpose: '拜访', ...about }
  const { id, version } = (await as('admin').post('/api/expenses', facts)).body
  const { body } = await as('admin').post(`/api/expenses/${id}/submit`, { version })
  expect(body.state).toBe('approved')
  return body
}
const factOf = async (key: string, who: Person = 'admin'): Promise<MoneyFact | undefined> =>
  (await as(who).get(`/api/customers/${customerId}/money`)).body.facts.find((fact: MoneyFact) => fact.key === key)

beforeAll(async () => {
  app = await openTestApp()
  productId = (await as('admin').post('/api/products', { name: '轴承', priceFen: 11_300, costFen: 6_000 })).body.id
})
afterAll(() => app.close())
beforeEach(async () => {
  customerId = (await app.make.customer({ name: `毛利公司${++n}号`, ownerId: app.ids.users.sales1 })).id
})

describe('毛利', () => {
  it('订单:不含税金额减当时的成本减生效的费用;没批准的、作废的费用不减', async () => {
    const { id } = await order()
    const path = `/api/orders/${id}/margin`
    expect(await margin(path)).toEqual({
      netFen: 10_000,
      costFen: 6_000,
      expenseFen: 0,
      marginFen: 4_000,
      marginBp: 4_000,
    })
    await as('sales1').post('/api/expenses', {
      type: 'travel',
      amountFen: 900,
      spentOn: '2026-11-20',
      purpose: '草稿',
      orderId: id,
    })
    expect((await margin(path)).expenseFen).toBe(0)
    const spent = await spend(1_500, { orderId: id })
    expect(await margin(path)).toMatchObject({ expenseFen: 1_500, marginFen: 2_500, marginBp: 2_500 })
    const voided = { version: spent.version, reason: '不报了' }
    await as('admin').post(`/api/expenses/${spent.id}/void`, voided)
    expect((await margin(path)).marginFen).toBe(4_000)
  })

  it('合同:它的生效订单之和,减花在合同和它订单上的费用', async () => {
    const made = (await as('sales1').post('/api/contracts', { customerId, title: '框架', amountFen: 50_000 })).body
    const ready = (await as('sales1').post(`/api/contracts/${made.id}/submit`, { version: made.version })).body
    await as('admin').post(`/api/contracts/${made.id}/sign`, { version: ready.version, signedOn: '2026-11-20' })
    const path = `/api/contracts/${made.id}/margin`
    expect(await margin(path)).toMatchObject({ netFen: 0, marginBp: null })
    const { id } = await order({ contractId: made.id })
    await order({ contractId: made.id })
    await spend(1_000, { orderId: id })
    await spend(2_000, { contractId: made.id })
    expect(await margin(path)).toMatchObject({ netFen: 20_000, costFen: 12_000, expenseFen: 3_000, marginBp: 2_500 })
  })

  it('客户十二个月的毛利率也减费用,并说出由什么组成;有一行不知道成本就没有毛利率', async () => {
    const { id } = await order()
    await spend(1_500, { orderId: id })
    await spend(500, { customerId })
    expect(await factOf('margin')).toMatchObject({
      value: 2_000,
      parts: [{ value: 10_000 }, { value: 6_000 }, { value: 2_000 }],
    })
    await order({ lines: [{ name: '没有成本的货', qtyMilli: 1_000, priceFen: 1_000 }] })
    expect((await factOf('margin'))?.value).toBe(null)
  })

  it('没有成本权限的人只看到不含税金额;看不到的订单没有', async () => {
    const { id } = await order()
    const hidden = { netFen: 10_000, costFen: null, expenseFen: null, marginFen: null, marginBp: null }
    expect(await margin(`/api/orders/${id}/margin`, 'sales1')).toEqual(hidden)
    expect(await factOf('margin', 'sales1')).toBe(undefined)
    expect((await as('sales2').get(`/api/orders/${id}/margin`)).status).toBe(404)
  })
})

describe('信用额度余', () => {
  it('临时额度也算,减去占用;没有额度就不说', async () => {
    expect((await factOf('creditLeft', 'sales1'))?.value).toBe(null)
    const set = async (body: object) => {
      const { version } = (await as('finance').get(`/api/customers/${customerId}/credit`)).body
      await as('finance').put(`/api/customers/${customerId}/credit`, { version, ...body })
    }
    await set({ creditFen: 20_000 })
    await order()
    expect((await factOf('creditLeft', 'sales1'))?.value).toBe(8_700)
    await set({ temporaryCreditFen: 10_000, temporaryCreditUntil: '2026-11-30' })
    expect((await factOf('creditLeft', 'sales1'))?.value).toBe(-1_300)
    const group = (await as('finance').post('/api/credit-groups', { name: `余额集团${n}`, creditFen: 11_000 })).body
    await set({ groupId: group.id, temporaryCreditFen: null, temporaryCreditUntil: null })
    expect((await factOf('creditLeft', 'sales1'))?.value).toBe(-300)
  })
})
