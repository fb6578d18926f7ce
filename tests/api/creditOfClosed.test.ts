import type { Credit } from '@crm/shared/contract/credit'
import type { OrderDetail } from '@crm/shared/contract/orders'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { creditDesk } from '../support/creditDesk.ts'

let app: TestApp
let customerId: number
let n = 0
const { as, creditOf, openFlows, write, confirmed, submit } = creditDesk(() => ({ app, customerId }))
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())
beforeEach(async () => {
  customerId = (await app.make.customer({ name: `关单公司${++n}号`, ownerId: app.ids.users.sales1 })).id
  await openFlows()
})

const linesOf = ({ lines }: Credit) => Object.fromEntries(lines.map(({ fen, key }) => [key, fen]))
const exposure = async () => linesOf(await creditOf())
const hand = (order: OrderDetail, qtyMilli: number, kind: 'delivery' | 'return' = 'delivery') =>
  as('sales1').post('/api/deliveries', {
    orderId: order.id,
    kind,
    deliveredOn: '2026-11-22',
    lines: [{ orderLineId: order.lines[0]!.id, qtyMilli }],
  })
async function step(order: OrderDetail, name: 'close' | 'reopen') {
  const { version } = (await as('sales1').get(`/api/orders/${order.id}`)).body
  expect((await as('head1').post(`/api/orders/${order.id}/${name}`, { version })).status).toBe(200)
}
/** A contract in force whose plan says when its orders are paid for. */
async function planned(items: object[], amountFen = 50_000) {
  const made = (await as('sales1').post('/api/contracts', { customerId, title: '年度合同', amountFen })).body
  expect((await as('sales1').put(`/api/contracts/${made.id}/plan`, { items })).status).toBe(200)
  const ready = (await as('sales1').post(`/api/contracts/${made.id}/submit`, { version: made.version })).body
  const signing = { version: ready.version, signedOn: '2026-11-20' }
  expect((await as('admin').post(`/api/contracts/${made.id}/sign`, signing)).status).toBe(200)
  return { contractId: made.id as number }
}

describe('关闭的订单占用多少信用', () => {
  it('合同有回款计划:没交的不再占,交了还没到应收的照占,到了应收的只占应收', async () => {
    const of = await planned([
      { amountFen: 6_000, plannedOn: '2026-12-01' },
      { amountFen: 44_000, trigger: 'invoice' },
    ])
    const order = await confirmed(40_000, of)
    expect(await exposure()).toEqual({ receivable: 6_000, orders: 34_000, prepaid: 0 })
    await hand(order, 4_000)
    expect(await exposure()).toEqual({ receivable: 6_000, orders: 34_000, prepaid: 0 })
    await step(order, 'close')
    // 16,000 of goods are with the customer, 6,000 of them owed.
    expect(await exposure()).toEqual({ receivable: 6_000, orders: 10_000, prepaid: 0 })
    const next = await write(5_000, of)
    expect(linesOf(await creditOf(`?orderId=${next.id}`))).toMatchObject({ orders: 10_000, document: 5_000 })
    await submit(next)
    expect(await exposure()).toEqual({ receivable: 6_000, orders: 15_000, prepaid: 0 })
    await hand(order, 3_000, 'return')
    expect(await exposure()).toEqual({ receivable: 6_000, orders: 3_000, prepaid: 0 })
    await step(order, 'reopen')
    expect(await exposure()).toEqual({ receivable: 6_000, orders: 39_000, prepaid: 0 })
  })

  it('什么都没交就关闭:合同下的不占;开了票的按应收占', async () => {
    const of = await planned([{ amountFen: 50_000, trigger: 'invoice' }])
    const order = await confirmed(40_000, of)
    await step(order, 'close')
    expect(await exposure()).toEqual({ receivable: 0, orders: 0, prepaid: 0 })
    const invoice = (await as('sales1').post('/api/invoices', { contractId: of.contractId, amountFen: 50_000 })).body
    const paper = { version: invoice.version, invoiceNumber: `GD-${n}`, issuedOn: '2026-11-22' }
    expect((await as('finance').post(`/api/invoices/${invoice.id}/issue`, paper)).status).toBe(200)
    expect(await exposure()).toEqual({ receivable: 50_000, orders: 0, prepaid: 0 })
  })

  it('订单自己的计划:关闭后没到应收的期次只占货还在客户手里的那部分,一点没交就不占;已到应收的照占', async () => {
    const order = await write(40_000)
    const items = [
      { amountFen: 10_000, plannedOn: '2026-12-01' },
      { amountFen: 25_000, trigger: 'delivery' },
      { amountFen: 5_000, trigger: 'invoice' },
    ]
    await as('sales1').put(`/api/orders/${order.id}/plan`, { items })
    const sold = (await submit(order)).body
    expect(await exposure()).toEqual({ receivable: 10_000, orders: 30_000, prepaid: 0 })
    await step(order, 'close')
    expect(await exposure()).toEqual({ receivable: 10_000, orders: 0, prepaid: 0 })
    await step(order, 'reopen')
    // 12,000 of goods make the 25,000 owed: the customer owes more than it has, nothing more is to come.
    await hand(sold, 3_000)
    await step(order, 'close')
    expect(await exposure()).toEqual({ receivable: 35_000, orders: 0, prepaid: 0 })
  })

  it('订单自己的计划:货都交了才关闭,等开票的还会来;退了货的跟着少', async () => {
    const order = await write(40_000)
    const items = [
      { amountFen: 10_000, plannedOn: '2026-12-01' },
      { amountFen: 30_000, trigger: 'invoice' },
    ]
    await as('sales1').put(`/api/orders/${order.id}/plan`, { items })
    const sold = (await submit(order)).body
    await hand(sold, 10_000)
    await step(sold, 'close')
    expect(await exposure()).toEqual({ receivable: 10_000, orders: 30_000, prepaid: 0 })
    await hand(sold, 5_000, 'return')
    expect(await exposure()).toEqual({ receivable: 10_000, orders: 10_000, prepaid: 0 })
  })
})
