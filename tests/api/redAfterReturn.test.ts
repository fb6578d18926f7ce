import type { Invoicing } from '@crm/shared/contract/invoices'
import type { OrderDetail } from '@crm/shared/contract/orders'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
let customerId: number
let n = 0
const finance = () => app.as('finance')
const admin = () => app.as('admin')
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())
beforeEach(async () => {
  customerId = (await app.make.customer({ name: `红字公司${++n}号`, ownerId: app.ids.users.sales1 })).id
})
const ordered = async (contractId: number | null = null): Promise<OrderDetail> => {
  const lines = [{ name: '轴承', qtyMilli: 10_000, priceFen: 10_000 }]
  const facts = { customerId, contractId, orderedOn: '2026-11-01', lines }
  const draft = (await admin().post('/api/orders', facts)).body
  return (await admin().post(`/api/orders/${draft.id}/submit`, { version: draft.version })).body
}
const hand = async ({ id, lines }: OrderDetail, qtyMilli: number, kind: 'delivery' | 'return' = 'delivery') => {
  const body = { orderId: id, kind, deliveredOn: '2026-11-20', lines: [{ orderLineId: lines[0]!.id, qtyMilli }] }
  const answer = await admin().post('/api/deliveries', body)
  expect(answer.status).toBe(201)
  return answer.body as { id: number; version: number; number: string }
}
let paper = 0
async function issued(of: object, amountFen: number) {
  const { body: asked, status } = await admin().post('/api/invoices', { ...of, amountFen })
  expect(status).toBe(201)
  const said = { version: asked.version, invoiceNumber: `HZ-${++paper}`, issuedOn: '2026-11-20' }
  return (await finance().post(`/api/invoices/${asked.id}/issue`, said)).body
}
const invoicing = async (path: string): Promise<Invoicing> => (await finance().get(`/api/${path}/invoicing`)).body
const red = ({ amountFen, id, reason, version }: Invoicing['toRed'][number]) =>
  finance().post(`/api/invoices/${id}/red`, { version, amountFen, reason })

it('开了票的货退回来:说出哪张票该冲红多少、因为哪张退货单;冲红以后不再提', async () => {
  const order = await ordered()
  const path = `orders/${order.id}`
  await hand(order, 10_000)
  const one = await issued({ orderId: order.id }, 60_000)
  const two = await issued({ orderId: order.id }, 30_000)
  expect((await invoicing(path)).toRed).toEqual([])
  await hand(order, 500, 'return')
  // 950.00 are sold, 900.00 invoiced.
  expect(await invoicing(path)).toMatchObject({ restFen: 5_000, toRed: [] })
  const back = await hand(order, 4_500, 'return')
  const { restFen, toRed } = await invoicing(path)
  expect(restFen).toBe(-40_000)
  expect(toRed).toMatchObject([
    { id: two.id, invoiceNumber: two.invoiceNumber, restFen: 30_000, amountFen: 30_000 },
    { id: one.id, invoiceNumber: one.invoiceNumber, restFen: 60_000, amountFen: 10_000 },
  ])
  expect(toRed[0]!.reason).toContain(`退货 ${back.number}`)
  const made = await red(toRed[0]!)
  expect([made.status, made.body.amountFen, made.body.redOfId]).toEqual([201, -30_000, two.id])
  expect((await invoicing(path)).toRed).toMatchObject([{ id: one.id, amountFen: 10_000 }])
  expect((await red({ ...toRed[1]!, amountFen: 60_001 })).status).toBe(400)
  expect((await red(toRed[1]!)).status).toBe(201)
  expect(await invoicing(path)).toMatchObject({ invoicedFen: 50_000, restFen: 0, toRed: [] })
})

it('退货单作废就不用冲红了;没退货、多开的不提;只申请没开的票不冲红,开不出来', async () => {
  const order = await ordered()
  const path = `orders/${order.id}`
  await hand(order, 10_000)
  await issued({ orderId: order.id }, 70_000)
  const { body: asked } = await admin().post('/api/invoices', { orderId: order.id, amountFen: 30_000 })
  const back = await hand(order, 4_000, 'return')
  expect((await invoicing(path)).toRed).toMatchObject([{ amountFen: 10_000 }])
  const said = { version: asked.version, invoiceNumber: `HZ-${++paper}`, issuedOn: '2026-11-20' }
  const refused = await finance().post(`/api/invoices/${asked.id}/issue`, said)
  expect([refused.status, refused.body.detail]).toEqual([409, '已申请的发票比可开金额多 400.00 元,先作废多出的'])
  await admin().post(`/api/deliveries/${back.id}/void`, { version: back.version, reason: '登记错了' })
  expect(await invoicing(path)).toMatchObject({ restFen: 0, toRed: [] })
})

it('按合同开的票,合同下的订单退了货也提示;已在订单上提示的不提第二次', async () => {
  const made = (await admin().post('/api/contracts', { customerId, title: '供货', amountFen: 300_000 })).body
  const ready = (await admin().post(`/api/contracts/${made.id}/submit`, { version: made.version })).body
  await admin().post(`/api/contracts/${made.id}/sign`, { version: ready.version, signedOn: '2026-11-01' })
  const [one, two] = [await ordered(made.id), await ordered(made.id)]
  for (const order of [one, two]) await hand(order, 10_000)
  const whole = await issued({ contractId: made.id }, 100_000)
  const own = await issued({ orderId: two.id }, 100_000)
  await hand(one, 3_000, 'return')
  expect((await invoicing(`contracts/${made.id}`)).toRed).toMatchObject([{ id: whole.id, amountFen: 30_000 }])
  await hand(two, 2_000, 'return')
  expect((await invoicing(`contracts/${made.id}`)).toRed).toMatchObject([{ id: whole.id, amountFen: 30_000 }])
  expect((await invoicing(`orders/${two.id}`)).toRed).toMatchObject([{ id: own.id, amountFen: 20_000 }])
  expect((await invoicing(`orders/${one.id}`)).toRed).toEqual([])
})
