import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
let customerId: number
let n = 0
const admin = () => app.as('admin')
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())
beforeEach(async () => {
  customerId = (await app.make.customer({ name: `变更公司${++n}号`, ownerId: app.ids.users.sales1 })).id
})

const contractNow = async (id: number) => (await admin().get(`/api/contracts/${id}`)).body
async function contract(amountFen = 100_000) {
  const made = (await admin().post('/api/contracts', { customerId, title: '供货', amountFen })).body
  const ready = (await admin().post(`/api/contracts/${made.id}/submit`, { version: made.version })).body
  const { body } = await admin().post(`/api/contracts/${made.id}/sign`, {
    version: ready.version,
    signedOn: '2026-11-20',
  })
  return body as { id: number; version: number }
}
async function order(contractId: number | null, priceFen: number, items: object[] = []) {
  const lines = [{ name: '轴承', qtyMilli: 10_000, priceFen: priceFen / 10 }]
  const draft = (await admin().post('/api/orders', { customerId, contractId, orderedOn: '2026-11-20', lines })).body
  if (items.length > 0) await admin().put(`/api/orders/${draft.id}/plan`, { items })
  const { body, status } = await admin().post(`/api/orders/${draft.id}/submit`, { version: draft.version })
  expect(status).toBe(200)
  return body
}
const pay = async (amountFen: number) =>
  expect((await admin().post('/api/receipts', { customerId, amountFen, receivedOn: '2026-11-21' })).status).toBe(201)
const hand = async (
  of: { id: number; lines: { id: number }[] },
  qtyMilli: number,
  kind: 'delivery' | 'return' = 'delivery',
) => {
  const lines = [{ orderLineId: of.lines[0]!.id, qtyMilli }]
  const body = { orderId: of.id, kind, deliveredOn: '2026-11-21', lines }
  expect((await admin().post('/api/deliveries', body)).status).toBe(201)
}
const change = async (id: number, amountFen: number) =>
  admin().post(`/api/contracts/${id}/change`, {
    version: (await contractNow(id)).version,
    reason: '减量',
    amountFen,
  })
async function refused(id: number, amountFen: number, words: string) {
  const { body, status } = await change(id, amountFen)
  expect([status, body.detail, body.errors]).toEqual([409, words, [{ field: 'amountFen', message: words }]])
}

describe('合同额改少', () => {
  it('不能少于已收到的(核销的也算),刚好等于的可以;说出合同额和已收多少', async () => {
    const { id } = await contract()
    await admin().put(`/api/contracts/${id}/plan`, { items: [{ amountFen: 100_000, plannedOn: '2026-11-21' }] })
    await pay(60_000)
    const plan = (await admin().get(`/api/contracts/${id}/plan`)).body.items[0]
    await admin().post(`/api/receivables/${plan.id}/write-off`, {
      version: plan.version,
      amountFen: 1_000,
      reason: '零头',
    })
    await refused(
      id,
      60_999,
      '合同已回款 600.00 元、核销 10.00 元,合同额不能改为 609.99 元:先退款、作废回款或改核销到别处',
    )
    expect((await change(id, 61_000)).body.amountFen).toBe(61_000)
  })

  it('合同下订单收到的也算,订单已退的货不再算订货', async () => {
    const { id } = await contract()
    const made = await order(id, 80_000)
    await refused(id, 79_999, '合同下的订单成交 800.00 元,合同额不能改为 799.99 元:先作废订单或登记退货')
    await hand(made, 10_000)
    await pay(50_000)
    await hand(made, 2_000, 'return')
    await refused(id, 63_999, '合同下的订单成交 640.00 元,合同额不能改为 639.99 元:先作废订单或登记退货')
    expect((await change(id, 64_000)).status).toBe(200)
    await hand(made, 2_000, 'return')
    await refused(id, 47_999, '合同已回款 480.00 元,合同额不能改为 479.99 元:先退款、作废回款或改核销到别处')
  })

  it('等批准的时候收到了钱,批准时再被拒绝,合同额不变', async () => {
    const { id } = await contract()
    await admin().put(`/api/contracts/${id}/plan`, { items: [{ amountFen: 100_000, plannedOn: '2026-11-21' }] })
    const approvers = [{ kind: 'user', userId: app.ids.users.head1 }]
    const flow = (steps: object[]) => admin().put('/api/approval-flows/contractChange', { minAmountFen: null, steps })
    await flow([{ mode: 'any', approvers }])
    expect((await change(id, 50_000)).status).toBe(200)
    await pay(70_000)
    const asked = await app.store.read
      .selectFrom('approvals')
      .select('id')
      .where('subject', '=', 'contractChange')
      .where('subjectId', '=', id)
      .executeTakeFirstOrThrow()
    const { body, status } = await app.as('head1').post(`/api/approvals/${asked.id}/approve`, {})
    expect([status, body.detail]).toEqual([
      409,
      '合同已回款 700.00 元,合同额不能改为 500.00 元:先退款、作废回款或改核销到别处',
    ])
    expect((await contractNow(id)).amountFen).toBe(100_000)
    await flow([])
  })
})

describe('回款计划改少', () => {
  it('一期不能少于已收的、不能去掉已收的:说出是哪一期、已收多少', async () => {
    const { id } = await order(null, 100_000, [
      { amountFen: 40_000, plannedOn: '2026-11-20', label: '预付' },
      { amountFen: 60_000, plannedOn: '2026-12-20', label: '尾款' },
    ])
    await pay(30_000)
    const [first, last] = (await admin().get(`/api/orders/${id}/plan`)).body.items
    const keep = ({ id: rowId, version, amountFen, plannedOn, label }: Record<string, unknown>) => ({
      id: rowId,
      version,
      amountFen,
      plannedOn,
      label,
    })
    const put = (items: object[]) => admin().put(`/api/orders/${id}/plan`, { items })
    const less = await put([{ ...keep(first), amountFen: 29_999 }, keep(last)])
    const words = '“预付”已收 300.00 元,不能改为 299.99 元'
    expect([less.status, less.body.detail, less.body.errors]).toEqual([
      409,
      words,
      [{ field: 'items.0.amountFen', message: words }],
    ])
    const gone = await put([keep(last)])
    expect([gone.status, gone.body.detail]).toEqual([409, '“预付”已有回款 300.00 元,不能从计划中去掉'])
    expect((await put([{ ...keep(first), amountFen: 30_000 }, keep(last)])).status).toBe(200)
  })
})

it('已确认的订单改不了明细,交了、开了票、收了钱的作废不了', async () => {
  const made = await order(null, 100_000)
  const patch = await admin().patch(`/api/orders/${made.id}`, {
    version: made.version,
    lines: [{ name: '轴承', qtyMilli: 1_000, priceFen: 100 }],
  })
  expect([patch.status, patch.body.detail]).toEqual([409, '订单已确认,不能再修改'])
  await hand(made, 10_000)
  const { version } = (await admin().get(`/api/orders/${made.id}`)).body
  const gone = await admin().post(`/api/orders/${made.id}/void`, { version, reason: '不要了' })
  expect([gone.status, gone.body.detail]).toEqual([409, '订单已有交货,先退货或作废交货单'])
})
