import type { Credit, CreditRules } from '@crm/shared/contract/credit'
import type { OrderDetail } from '@crm/shared/contract/orders'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
let app: TestApp
let customerId: number
let n = 0
type Person = 'sales1' | 'sales2' | 'head1' | 'finance' | 'admin'
const as = (who: Person) => app.as(who)
const users = () => app.ids.users
const creditOf = async (query = '', who: Person = 'sales1'): Promise<Credit> => {
  const { body, status } = await as(who).get(`/api/customers/${customerId}/credit${query}`)
  expect(status).toBe(200)
  return body
}
const limit = async (creditFen: number | null, more: object = {}) => {
  const { version } = await creditOf()
  return as('finance').put(`/api/customers/${customerId}/credit`, { version, creditFen, ...more })
}
const rules = async (set: Partial<CreditRules>) => {
  const body = { graceDays: 0, outcome: 'warn', levels: [], ...set }
  expect((await as('admin').put('/api/settings/credit', body)).status).toBe(200)
}
const flow = async (subject: 'order' | 'credit', userIds: readonly number[]) => {
  const approvers = userIds.map((userId) => ({ kind: 'user', userId }))
  const steps = approvers.length > 0 ? [{ mode: 'any', approvers }] : []
  expect((await as('admin').put(`/api/approval-flows/${subject}`, { steps })).status).toBe(200)
}
const write = async (fen: number, more: object = {}): Promise<OrderDetail> =>
  (
    await as('sales1').post('/api/orders', {
      customerId,
      orderedOn: '2026-11-01',
      lines: [{ name: '轴承', qtyMilli: 10_000, priceFen: fen / 10 }],
      ...more,
    })
  ).body
const submit = ({ id, version }: Pick<OrderDetail, 'id' | 'version'>) =>
  as('sales1').post(`/api/orders/${id}/submit`, { version })
const approve = (id: number, who: Person) => as(who).post(`/api/approvals/${id}/approve`, {})
const approvalOf = async (orderId: number): Promise<{ id: number; subject: string }> =>
  app.store.read
    .selectFrom('approvals')
    .select(['id', 'subject'])
    .where('subjectId', '=', orderId)
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow()

beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())
beforeEach(async () => {
  customerId = (await app.make.customer({ name: `授信公司${++n}号`, ownerId: users().sales1, level: null })).id
  await rules({})
  await flow('order', [])
  await flow('credit', [])
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
