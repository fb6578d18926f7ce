import type { Release } from '@crm/shared/contract/deliveries'
import type { OrderDetail } from '@crm/shared/contract/orders'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { expectRefusal } from '../support/refusal.ts'

let app: TestApp
let customerId: number
let n = 0
type Person = 'sales1' | 'sales2' | 'head1' | 'finance' | 'admin'
const as = (who: Person) => app.as(who)
const refuses = (work: () => ReturnType<typeof ask>, status: number) => expectRefusal(app, work, status)
const rules = (outcome: string) => as('admin').put('/api/settings/credit', { graceDays: 0, outcome, levels: [] })
const limit = async (creditFen: number | null) => {
  const { version } = (await as('finance').get(`/api/customers/${customerId}/credit`)).body
  await as('finance').put(`/api/customers/${customerId}/credit`, { version, creditFen })
}
const confirmed = async (priceFen: number): Promise<OrderDetail> => {
  const lines = [{ name: '轴承', qtyMilli: 10_000, priceFen }]
  const draft = (await as('sales1').post('/api/orders', { customerId, orderedOn: '2026-11-01', lines })).body
  return (await as('sales1').post(`/api/orders/${draft.id}/submit`, { version: draft.version })).body
}
const deliver = (order: OrderDetail, who: Person = 'sales1') =>
  as(who).post('/api/deliveries', {
    orderId: order.id,
    deliveredOn: '2026-11-22',
    lines: [{ orderLineId: order.lines[0]!.id, qtyMilli: 1_000 }],
  })
const release = async ({ id }: OrderDetail, who: Person = 'sales1'): Promise<Release> =>
  (await as(who).get(`/api/orders/${id}/release`)).body
const ask = ({ id }: OrderDetail, who: Person = 'sales1') =>
  as(who).post(`/api/orders/${id}/release`, { note: '客户答应周五付款' })
const decide = async (order: OrderDetail, word: 'approve' | 'reject') => {
  const { round } = await release(order)
  return as('head1').post(`/api/approvals/${round!.id}/${word}`, word === 'reject' ? { reason: '先收钱' } : {})
}

beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())
beforeEach(async () => {
  const ownerId = app.ids.users.sales1
  customerId = (await app.make.customer({ name: `放行公司${++n}号`, ownerId, level: null })).id
  await rules('approve')
})

describe('交货时要审批', () => {
  it('申请放行,上级同意后这张订单就能交;批之前交不了,只问一次', async () => {
    const order = await confirmed(6_000)
    expect(await release(order)).toEqual({ outcome: 'free', messages: [], round: null })
    await limit(50_000)
    const said = '客户占用 600.00 元,超过信用额度 500.00 元,超 100.00 元'
    expect(await release(order)).toEqual({ outcome: 'ask', messages: [said], round: null })
    expect((await deliver(order)).body.detail).toBe(`${said},请先申请放行`)
    const asked = await ask(order)
    expect(asked.status).toBe(200)
    expect(asked.body).toMatchObject({ outcome: 'pending', round: { state: 'pending', applicantName: '王业务' } })
    expect((await ask(order)).body.round.id).toBe(asked.body.round.id)
    await refuses(() => deliver(order), 409)
    const todo = (await as('head1').get(`/api/approvals/${asked.body.round.id}`)).body
    expect(todo).toMatchObject({ title: `交货放行 ${order.number} · 放行公司${n}号`, link: `/orders/${order.id}` })
    expect(todo.facts).toContainEqual({ label: '申请说明', value: '客户答应周五付款' })
    expect((await decide(order, 'approve')).status).toBe(200)
    expect(await release(order)).toEqual({ outcome: 'free', messages: [said], round: null })
    const gone = await deliver(order)
    expect(gone.status).toBe(201)
    expect(gone.body.warnings).toEqual([said])
    expect((await as('sales1').get(`/api/orders/${order.id}`)).body).toMatchObject({ state: 'partial' })
  })

  it('驳回了仍交不了,可以再申请;订单作废或关闭时申请一起撤回', async () => {
    const order = await confirmed(6_000)
    await limit(50_000)
    await ask(order)
    await decide(order, 'reject')
    expect(await release(order)).toMatchObject({ outcome: 'ask', round: { state: 'refused' } })
    await refuses(() => deliver(order), 409)
    expect((await ask(order)).body.outcome).toBe('pending')
    const { version } = (await as('sales1').get(`/api/orders/${order.id}`)).body
    expect((await as('head1').post(`/api/orders/${order.id}/close`, { version })).status).toBe(200)
    expect((await as('sales1').get(`/api/orders/${order.id}`)).body.approvals[0].state).toBe('withdrawn')
    await refuses(() => ask(order), 409)
  })

  it('禁止的不能申请;看不到的订单没有;管信用的人不用申请', async () => {
    const order = await confirmed(6_000)
    await limit(50_000)
    expect((await ask(order, 'sales2')).status).toBe(404)
    expect((await release(order, 'admin')).outcome).toBe('free')
    expect((await ask(order, 'admin')).body).toMatchObject({ outcome: 'free', round: null })
    await rules('refuse')
    expect((await release(order)).outcome).toBe('refused')
    await refuses(() => ask(order), 409)
  })

  it('两个人同时申请:只有一份审批', async () => {
    const order = await confirmed(6_000)
    await limit(50_000)
    const answers = await Promise.all([ask(order), ask(order), ask(order, 'head1')])
    expect(new Set(answers.map(({ body }) => body.round?.id ?? body.code)).size).toBe(1)
  })
})
