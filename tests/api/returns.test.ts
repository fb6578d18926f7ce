import type { CustomerSums, MoneyFact } from '@crm/shared/contract/customerMoney'
import type { BoughtProduct, OrderDetail } from '@crm/shared/contract/orders'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { bearing, deliveryDesk } from '../support/deliveryDesk.ts'

let app: TestApp
let customerId: number
let productId: number
let n = 0
const admin = () => app.as('admin')
const { confirmed, orderNow, hand, cancel } = deliveryDesk(() => ({ app, customerId }))
const facts = async (key: string): Promise<MoneyFact> =>
  (await admin().get(`/api/customers/${customerId}/money`)).body.facts.find((fact: MoneyFact) => fact.key === key)
const bought = async (): Promise<BoughtProduct[]> =>
  (await admin().get(`/api/customers/${customerId}/bought`)).body.items
const dealsOfList = async () => {
  const { body } = await admin().get(`/api/customers/receivables?ids=${customerId}&deals=true`)
  return (body.items as CustomerSums[])[0]!.deals!.ordersFen
}
const taken = (order: OrderDetail, qtyMilli: number) => hand(order, [qtyMilli], { kind: 'return' })

beforeAll(async () => {
  app = await openTestApp()
  const product = { name: '退货轴承', priceFen: 11_300, costFen: 6_000 }
  productId = (await admin().post('/api/products', product)).body.id
})
afterAll(() => app.close())
beforeEach(async () => {
  customerId = (await app.make.customer({ name: `退货公司${++n}号`, ownerId: app.ids.users.sales1 })).id
})
/** Ten at 113.00 with tax, 100.00 without; each costs 60.00. */
const ten = () =>
  confirmed({ lines: [{ productId, name: '退货轴承', qtyMilli: 10_000, priceFen: 11_300, taxRateBp: 1_300 }] })

describe('退了货的', () => {
  it('累计成交、买过的产品、订单列表、毛利都减去退回的,是同一个数', async () => {
    const order = await ten()
    await hand(order, [10_000])
    expect((await facts('deals')).value).toBe(113_000)
    await taken(order, 3_000)
    const deals = await facts('deals')
    expect(deals.value).toBe(79_100)
    expect(await dealsOfList()).toBe(79_100)
    expect(await bought()).toMatchObject([{ qtyMilli: 7_000, returnedMilli: 3_000, amountFen: 79_100, orders: 1 }])
    const { list, query } = deals.link!
    const { body } = await admin().get(`${list}?${new URLSearchParams({ ...query, totals: '1' })}`)
    expect(body.totals).toMatchObject({ amountFen: 113_000, netFen: 79_100 })
    expect((await admin().get(`/api/orders/${order.id}/margin`)).body).toMatchObject({
      netFen: 70_000,
      costFen: 42_000,
      marginFen: 28_000,
    })
    expect(await facts('margin')).toMatchObject({ value: 4_000, parts: [{ value: 70_000 }, { value: 42_000 }, {}] })
  })

  it('退货单作废、补交退回的以后,又和没退过一样', async () => {
    const order = await ten()
    await hand(order, [10_000])
    const back = await taken(order, 4_000)
    expect((await facts('deals')).value).toBe(67_800)
    await cancel(back.body)
    expect((await facts('deals')).value).toBe(113_000)
    await taken(order, 4_000)
    await hand(order, [1_000])
    expect((await facts('deals')).value).toBe(79_100)
    await hand(order, [3_000])
    expect((await facts('deals')).value).toBe(113_000)
    expect(await bought()).toMatchObject([{ qtyMilli: 10_000, returnedMilli: 0, amountFen: 113_000 }])
  })

  it('还没交完就退的,只减退回的;关闭以后退的也减;超交的退回来不减', async () => {
    const part = await confirmed({ lines: [bearing({ qtyMilli: 10_000, priceFen: 1_000 })] })
    await hand(part, [6_000])
    await taken(part, 2_000)
    expect((await facts('deals')).value).toBe(8_000)
    const now = await orderNow(part.id)
    await app.as('head1').post(`/api/orders/${part.id}/close`, { version: now.version })
    await taken(part, 4_000)
    expect(await orderNow(part.id)).toMatchObject({ state: 'closed', amountFen: 10_000, netFen: 4_000 })
    expect((await facts('deals')).value).toBe(4_000)
  })

  it('读不到成本的人看不到减去退货的成本', async () => {
    const order = await ten()
    await hand(order, [10_000])
    await taken(order, 3_000)
    expect((await app.as('sales1').get(`/api/orders/${order.id}`)).body).toMatchObject({
      netFen: 79_100,
      netCostFen: null,
    })
    expect(await orderNow(order.id)).toMatchObject({ netTaxFen: 9_100 })
  })
})
