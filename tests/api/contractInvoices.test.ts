import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
let customerId: number
let n = 0
const sales = () => app.as('sales1')
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())
beforeEach(async () => {
  customerId = (await app.make.customer({ name: `合同开票公司${++n}号`, ownerId: app.ids.users.sales1 })).id
})

const draft = async (amountFen: number) =>
  (await sales().post('/api/contracts', { customerId, title: `合同${n}`, amountFen })).body
async function sign({ id, version }: { id: number; version: number }) {
  const submitted = (await sales().post(`/api/contracts/${id}/submit`, { version })).body
  const signing = { version: submitted.version, signedOn: '2026-11-20' }
  return (await app.as('admin').post(`/api/contracts/${id}/sign`, signing)).body
}
const contract = async (amountFen: number) => sign(await draft(amountFen))
async function order(fen: number, contractId: number) {
  const lines = [{ name: '轴承', qtyMilli: 1_000, priceFen: fen }]
  const facts = { customerId, contractId, orderedOn: '2026-11-01', lines }
  const made = (await sales().post('/api/orders', facts)).body
  return (await sales().post(`/api/orders/${made.id}/submit`, { version: made.version })).body
}
const apply = (of: object, amountFen: number) => sales().post('/api/invoices', { ...of, amountFen })
const room = async (path: string) => (await sales().get(`/api/${path}/invoicing`)).body
const issue = ({ id, version }: { id: number; version: number }) =>
  app.as('finance').post(`/api/invoices/${id}/issue`, {
    version,
    invoiceNumber: `KP-${id}`,
    issuedOn: '2026-11-21',
  })

describe('合同下的订单开票', () => {
  it('订单合计超过合同时,所有发票加起来也不超过合同额,说得出是哪份合同', async () => {
    const { id, number } = await contract(50_000)
    const [one, two] = [await order(40_000, id), await order(20_000, id)]
    expect((await apply({ orderId: one.id }, 40_000)).status).toBe(201)
    expect(await room(`orders/${two.id}`)).toMatchObject({ restFen: 10_000, contractNumber: number })
    const refused = await apply({ orderId: two.id }, 10_001)
    expect([refused.status, refused.body.detail]).toEqual([409, `合同 ${number} 还可开票 100.00 元,不能开 100.01 元`])
    expect((await apply({ orderId: two.id }, 10_000)).status).toBe(201)
    expect([(await room(`orders/${two.id}`)).restFen, (await room(`contracts/${id}`)).restFen]).toEqual([0, 0])
    expect((await apply({ contractId: id }, 1)).status).toBe(409)
  })

  it('十个人同时各按自己的订单申请:加起来不超过合同额', async () => {
    const { id } = await contract(50_000)
    const orders: { id: number }[] = []
    for (let each = 0; each < 10; each++) orders.push(await order(20_000, id))
    const answers = await Promise.all(orders.map((each) => apply({ orderId: each.id }, 20_000)))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      201,
      201,
      ...Array.from({ length: 8 }, () => 409),
    ])
    expect((await room(`contracts/${id}`)).restFen).toBe(10_000)
  })

  it('合同还没生效时按订单;生效以后,多申请的开不出来', async () => {
    const before = await draft(30_000)
    const { id } = await order(40_000, before.id)
    expect(await room(`orders/${id}`)).toMatchObject({ restFen: 40_000, contractNumber: null })
    const { body: applied } = await apply({ orderId: id }, 40_000)
    await sign(before)
    const refused = await issue(applied)
    expect([refused.status, refused.body.detail]).toEqual([409, '已申请的发票比可开金额多 100.00 元,先作废多出的'])
  })

  it('金额为零的框架合同不设上限,按订单开', async () => {
    const { id } = await contract(0)
    const { id: orderId } = await order(40_000, id)
    expect((await apply({ orderId }, 40_000)).status).toBe(201)
  })

  it('变更不能把合同额改得比已开的发票少;冲红以后可以', async () => {
    const { id, version } = await contract(50_000)
    const { id: orderId, lines } = await order(40_000, id)
    const { body: issued } = await issue((await apply({ orderId }, 40_000)).body)
    const change = (of: number, amountFen: number) =>
      sales().post(`/api/contracts/${id}/change`, { version: of, amountFen, reason: '少买一些' })
    const refused = await change(version, 39_999)
    expect([refused.status, refused.body.detail]).toEqual([
      409,
      '已申请或开具发票 400.00 元,合同额不能少于它,先作废申请或冲红发票',
    ])
    const changed = await change(version, 40_000)
    expect(changed.status).toBe(200)
    const red = { version: issued.version, amountFen: 10_000, reason: '退货' }
    expect((await app.as('finance').post(`/api/invoices/${issued.id}/red`, red)).status).toBe(201)
    // The order still stands for all of it until the goods are back.
    expect((await change(changed.body.version, 30_000)).status).toBe(409)
    for (const [kind, qtyMilli] of [
      ['delivery', 1_000],
      ['return', 250],
    ]) {
      const moved = [{ orderLineId: lines[0].id, qtyMilli }]
      const goods = { orderId, kind, deliveredOn: '2026-11-21', lines: moved }
      expect((await sales().post('/api/deliveries', goods)).status).toBe(201)
    }
    expect((await change(changed.body.version, 30_000)).status).toBe(200)
    expect(await room(`contracts/${id}`)).toMatchObject({ invoicedFen: 30_000, restFen: 0 })
  })
})
