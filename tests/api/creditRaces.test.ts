import type { OrderDetail } from '@crm/shared/contract/orders'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { creditDesk } from '../support/creditDesk.ts'

let app: TestApp
let customerId: number
let n = 0
const { as, creditOf, limit, rules, flow, openFlows, write, submit, approve, approvalOf } = creditDesk(() => ({
  app,
  customerId,
}))
const users = () => app.ids.users

beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())
beforeEach(async () => {
  customerId = (await app.make.customer({ name: `授信公司${++n}号`, ownerId: users().sales1, level: null })).id
  await openFlows()
})

describe('同时发生', () => {
  it('十张订单同时提交,额度只够一张:正好一张确认', async () => {
    await rules({ outcome: 'refuse' })
    await limit(50_000)
    const orders: OrderDetail[] = []
    for (let i = 0; i < 10; i++) orders.push(await write(30_000))
    const answers = await Promise.all(orders.map(submit))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      200,
      ...Array.from({ length: 9 }, () => 409),
    ])
    expect((await creditOf()).exposureFen).toBe(30_000)
  })

  it('两张同时批准,额度只够一张:一张确认,一张被拒绝', async () => {
    await rules({ outcome: 'refuse' })
    await flow('order', [users().head1])
    await limit(50_000)
    const orders = [await write(40_000), await write(40_000)]
    for (const order of orders) await submit(order)
    const ids = [await approvalOf(orders[0]!.id), await approvalOf(orders[1]!.id)]
    const answers = await Promise.all(ids.map(({ id }) => approve(id, 'head1')))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409])
    expect((await creditOf()).exposureFen).toBe(40_000)
  })

  it('需审批时两张同时批准:一张确认,另一张转去问超额', async () => {
    await rules({ outcome: 'approve' })
    await flow('order', [users().head1])
    await limit(50_000)
    const orders = [await write(40_000), await write(40_000)]
    for (const order of orders) await submit(order)
    const ids = [await approvalOf(orders[0]!.id), await approvalOf(orders[1]!.id)]
    await Promise.all(ids.map(({ id }) => approve(id, 'head1')))
    const states: string[] = []
    for (const { id } of orders) states.push((await as('sales1').get(`/api/orders/${id}`)).body.state)
    expect(states.toSorted()).toEqual(['approving', 'confirmed'])
    const waiting = orders[states.indexOf('approving')]!
    expect((await approvalOf(waiting.id)).subject).toBe('credit')
  })
})
