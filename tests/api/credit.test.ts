import type { Credit } from '@crm/shared/contract/credit'
import type { OrderDetail } from '@crm/shared/contract/orders'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Answer } from '../support/client.ts'
import { creditDesk, type CreditPerson } from '../support/creditDesk.ts'
import { auditOf, expectRefusal } from '../support/refusal.ts'

let app: TestApp
let customerId: number
let n = 0
const { as, creditOf, limit, rules, flow, openFlows, write, submit, confirmed, approve, approvalOf } = creditDesk(
  () => ({ app, customerId }),
)
const users = () => app.ids.users
const refuses = (work: () => Promise<Answer>, status: number, field?: string) => expectRefusal(app, work, status, field)

const plan = (path: string, items: object[]) => as('sales1').put(`/api/${path}/plan`, { items })
const deliver = (order: OrderDetail, qtyMilli: number, more: object = {}, who: CreditPerson = 'sales1') =>
  as(who).post('/api/deliveries', {
    orderId: order.id,
    deliveredOn: '2026-11-22',
    lines: [{ orderLineId: order.lines[0]!.id, qtyMilli }],
    ...more,
  })
const pay = (amountFen: number) =>
  as('finance').post('/api/receipts', { customerId, amountFen, receivedOn: '2026-11-20' })
const linesOf = ({ lines }: Credit) => Object.fromEntries(lines.map(({ fen, key }) => [key, fen]))

beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())
beforeEach(async () => {
  customerId = (await app.make.customer({ name: `授信公司${++n}号`, ownerId: users().sales1, level: null })).id
  await openFlows()
})

describe('信用占用', () => {
  it('逐行相加:未收应收、还没成为应收的订单、本单,减预收', async () => {
    await limit(100_000)
    const order = await confirmed(40_000)
    expect(linesOf(await creditOf())).toEqual({ receivable: 0, orders: 40_000, prepaid: 0 })
    await deliver(order, 4_000)
    expect(linesOf(await creditOf())).toEqual({ receivable: 16_000, orders: 24_000, prepaid: 0 })
    await pay(20_000)
    expect(linesOf(await creditOf())).toEqual({ receivable: 0, orders: 24_000, prepaid: -4_000 })
    const draft = await write(10_000)
    const credit = await creditOf(`?orderId=${draft.id}`)
    expect(linesOf(credit)).toEqual({ receivable: 0, orders: 24_000, document: 10_000, prepaid: -4_000 })
    expect(credit).toMatchObject({ exposureFen: 30_000, limitFen: 100_000, leftFen: 70_000, findings: [] })
    // Counts already: not a second time.
    expect(linesOf(await creditOf(`?orderId=${order.id}`))).toEqual({ receivable: 0, orders: 24_000, prepaid: -4_000 })
  })

  it('有回款计划的订单和合同,同一笔钱只算一次', async () => {
    const order = await write(40_000)
    await plan(`orders/${order.id}`, [
      { percentBp: 3_000, plannedOn: '2026-12-01' },
      { percentBp: 7_000, trigger: 'delivery' },
    ])
    await submit(order)
    expect(linesOf(await creditOf())).toEqual({ receivable: 12_000, orders: 28_000, prepaid: 0 })
    const contract = (await as('sales1').post('/api/contracts', { customerId, title: '框架', amountFen: 50_000 })).body
    await plan(`contracts/${contract.id}`, [{ amountFen: 50_000, plannedOn: '2026-12-01' }])
    const ready = (await as('sales1').post(`/api/contracts/${contract.id}/submit`, { version: contract.version })).body
    const signed = await as('admin').post(`/api/contracts/${contract.id}/sign`, {
      version: ready.version,
      signedOn: '2026-11-20',
    })
    expect(signed.status).toBe(200)
    expect(linesOf(await creditOf())).toEqual({ receivable: 62_000, orders: 28_000, prepaid: 0 })
    const of = await write(30_000, { contractId: contract.id })
    expect(linesOf(await creditOf(`?orderId=${of.id}`))['document']).toBe(0)
    await submit(of)
    expect(linesOf(await creditOf())).toEqual({ receivable: 62_000, orders: 28_000, prepaid: 0 })
    const more = await write(30_000, { contractId: contract.id })
    expect(linesOf(await creditOf(`?orderId=${more.id}`))['document']).toBe(10_000)
  })

  it('关闭的订单不再占用没交的部分,作废的什么都不占', async () => {
    const order = await confirmed(40_000)
    await deliver(order, 1_000)
    const { version } = (await as('sales1').get(`/api/orders/${order.id}`)).body
    expect((await as('head1').post(`/api/orders/${order.id}/close`, { version })).status).toBe(200)
    expect(linesOf(await creditOf())).toEqual({ receivable: 4_000, orders: 0, prepaid: 0 })
    const other = await confirmed(5_000)
    expect((await creditOf()).exposureFen).toBe(9_000)
    await as('head1').post(`/api/orders/${other.id}/void`, { version: other.version, reason: '取消' })
    expect((await creditOf()).exposureFen).toBe(4_000)
  })

  it('看不到客户的人得到不存在,别家的订单不能算进来', async () => {
    await refuses(() => as('sales2').get(`/api/customers/${customerId}/credit`), 404)
    const order = await write(1_000)
    customerId = (await app.make.customer({ name: `别家${n}`, ownerId: users().sales1 })).id
    await refuses(() => as('sales1').get(`/api/customers/${customerId}/credit?orderId=${order.id}`), 400, 'orderId')
  })
})

describe('设置额度', () => {
  it('财务设额度、临时额度与账期,记进日志;业务员不能', async () => {
    const body = { creditFen: 5_000, temporaryCreditFen: 90_000, temporaryCreditUntil: '2026-11-22', termsDays: 45 }
    const { body: credit, status } = await limit(5_000, body)
    expect(status).toBe(200)
    expect(credit).toMatchObject({ ...body, limitFen: 90_000, isTemporary: true, leftFen: 90_000 })
    const entries = await auditOf(app, 'customer', customerId)
    expect(entries.map(({ action }) => action)).toContain('credit')
    await refuses(
      () => as('sales1').put(`/api/customers/${customerId}/credit`, { version: credit.version, creditFen: 1 }),
      403,
    )
    await refuses(
      () => as('finance').put(`/api/customers/${customerId}/credit`, { version: credit.version - 1, creditFen: 1 }),
      409,
    )
  })

  it('业务员改客户资料时改不了额度,不动它可以照常保存', async () => {
    await limit(5_000)
    const { version } = await creditOf()
    const patch = (body: object) => as('sales1').patch(`/api/customers/${customerId}`, { version, ...body })
    await refuses(() => patch({ creditFen: 900_000 }), 403)
    await refuses(() => patch({ creditFen: null }), 403)
    expect((await patch({ creditFen: 5_000, notes: '照常' })).status).toBe(200)
  })

  it('临时额度与截止日期要一起填,截止日不能已过', async () => {
    await refuses(() => limit(1, { temporaryCreditFen: 5 }), 400, 'temporaryCreditUntil')
    await refuses(() => limit(1, { temporaryCreditUntil: '2026-12-01' }), 400, 'temporaryCreditFen')
    await refuses(
      () => limit(1, { temporaryCreditFen: 5, temporaryCreditUntil: '2026-11-21' }),
      400,
      'temporaryCreditUntil',
    )
    for (const bad of [-1, 0.5, '100', 1e21]) await refuses(() => limit(bad as number), 400, 'creditFen')
  })
})

describe('提交时', () => {
  it('没有额度不拦,0 是现结,超了按规则提示', async () => {
    expect((await submit(await write(1_000_000))).body.warnings).toEqual([])
    await limit(0)
    const { body } = await submit(await write(20_000))
    expect(body).toMatchObject({ state: 'confirmed', warnings: ['客户是现结,还差 10,200.00 元没有到账'] })
    await pay(1_030_000)
    expect((await submit(await write(10_000))).body.warnings).toEqual([])
  })

  it('正好等于额度可以,多一分就超', async () => {
    await rules({ outcome: 'refuse' })
    await limit(50_000)
    expect((await submit(await write(50_000))).status).toBe(200)
    const over = await write(10)
    const answer = await submit(over)
    expect(answer.status).toBe(409)
    expect(answer.body.detail).toBe('客户占用 500.10 元,超过信用额度 500.00 元,超 0.10 元')
    expect((await as('sales1').get(`/api/orders/${over.id}`)).body.state).toBe('draft')
    await limit(50_000, { temporaryCreditFen: 60_000, temporaryCreditUntil: '2026-12-31' })
    expect((await submit(over)).status).toBe(200)
  })

  it('不同等级不同处理', async () => {
    await rules({ outcome: 'refuse', levels: [{ level: 'a', outcome: 'warn' }] })
    await app.store.tx((tx) => tx.updateTable('customers').set({ level: 'a' }).where('id', '=', customerId).execute())
    await limit(0)
    expect((await submit(await write(1_000))).body).toMatchObject({ state: 'confirmed' })
    const twice = { graceDays: 0, outcome: 'warn', levels: [1, 2].map(() => ({ level: 'a', outcome: 'warn' })) }
    await refuses(() => as('admin').put('/api/settings/credit', twice), 400, 'levels.1.level')
    await refuses(() => as('finance').put('/api/settings/credit', { ...twice, levels: [] }), 403)
  })

  it('逾期超过宽限天数也算不过', async () => {
    const order = await write(10_000)
    await plan(`orders/${order.id}`, [{ amountFen: 10_000, plannedOn: '2026-11-12' }])
    await submit(order)
    expect((await submit(await write(1_000))).body.warnings).toEqual(['客户有 1 笔应收逾期,最长 10 天'])
    await rules({ graceDays: 10, outcome: 'refuse' })
    expect((await submit(await write(1_000))).status).toBe(200)
    await rules({ graceDays: 9, outcome: 'refuse' })
    expect((await submit(await write(1_000))).body.detail).toBe('客户有 1 笔应收逾期,最长 10 天,超过宽限的 9 天')
  })
})

describe('审批与交货时', () => {
  it('需审批:超了找上级批,批准才确认,交货时不再问一遍', async () => {
    await rules({ outcome: 'approve' })
    await limit(50_000)
    const order = (await submit(await write(60_000))).body as OrderDetail
    expect(order).toMatchObject({ state: 'approving' })
    const asked = await approvalOf(order.id)
    expect(asked.subject).toBe('credit')
    expect((await approve(asked.id, 'head1')).status).toBe(200)
    expect((await as('sales1').get(`/api/orders/${order.id}`)).body.state).toBe('confirmed')
    const gone = await deliver((await as('sales1').get(`/api/orders/${order.id}`)).body, 1_000)
    expect(gone.status).toBe(201)
    expect(gone.body.warnings).toEqual(['客户占用 600.00 元,超过信用额度 500.00 元,超 100.00 元'])
  })

  it('确认后额度收紧:交货被拦,管信用的人可以放行;禁止时谁都不行', async () => {
    await rules({ outcome: 'approve' })
    const order = await confirmed(60_000)
    await limit(50_000)
    await refuses(() => deliver(order, 1_000), 409)
    expect((await deliver(order, 1_000, {}, 'admin')).status).toBe(201)
    await rules({ outcome: 'refuse' })
    await refuses(() => deliver(order, 1_000, {}, 'admin'), 409)
    await limit(60_000)
    expect((await deliver(order, 1_000)).status).toBe(201)
  })

  it('提交时够,批准时不够:批准被拒绝,订单留在审批中', async () => {
    await rules({ outcome: 'refuse' })
    await flow('order', [users().head1])
    await limit(50_000)
    const orders = [await write(40_000), await write(40_000)]
    for (const order of orders) expect((await submit(order)).body.state).toBe('approving')
    expect((await approve((await approvalOf(orders[0]!.id)).id, 'head1')).status).toBe(200)
    expect((await approve((await approvalOf(orders[1]!.id)).id, 'head1')).status).toBe(409)
    expect((await as('sales1').get(`/api/orders/${orders[1]!.id}`)).body.state).toBe('approving')
  })
})
