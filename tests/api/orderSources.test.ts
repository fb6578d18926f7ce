import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Answer } from '../support/client.ts'
import { expectRefusal } from '../support/refusal.ts'

let app: TestApp
let customerId: number
beforeAll(async () => {
  app = await openTestApp()
  customerId = (await app.make.customer({ name: '来处公司', ownerId: app.ids.users.sales1 })).id
})
afterAll(() => app.close())

const sales1 = () => app.as('sales1')
/** Refused, and nothing changed; in these words. */
async function refuses(work: () => Promise<Answer>, words = ''): Promise<void> {
  let said = ''
  await expectRefusal(
    app,
    async () => {
      const answer = await work()
      said = answer.body?.detail
      return answer
    },
    409,
  )
  expect(said).toContain(words)
}
const TODAY = '2026-11-22'
const line = (more: object = {}) => ({ name: '轴承', qtyMilli: 3_000, priceFen: 3_350, ...more })
const made = async (path: string, body: object) => {
  const answer = await sales1().post(path, body)
  expect([path, answer.status, answer.body.detail]).toEqual([path, 201, undefined])
  return answer.body
}
const order = (more: object = {}) => made('/api/orders', { customerId, orderedOn: TODAY, lines: [line()], ...more })
const contract = () => made('/api/contracts', { customerId, title: '供货合同', amountFen: 100_00 })
async function acceptedQuote(lines = [line()]) {
  const quote = await made('/api/quotes', { customerId, quotedOn: TODAY, lines })
  await sales1().post(`/api/quotes/${quote.id}/send`, { version: 1 })
  return (await sales1().post(`/api/quotes/${quote.id}/accept`, { version: 2 })).body
}
const toOrder = (quote: { id: number; version: number }) =>
  made(`/api/quotes/${quote.id}/order`, { version: quote.version })
const submit = ({ id, version }: { id: number; version: number }) =>
  sales1().post(`/api/orders/${id}/submit`, { version })
const throwAway = ({ id, version }: { id: number; version: number }) =>
  sales1().delete(`/api/orders/${id}?version=${version}`)

describe('由报价转来的订单', () => {
  it('扔掉后又转了一张的,扔掉的那张不能恢复:一张报价只有一张订单', async () => {
    const quote = await acceptedQuote()
    const first = await toOrder(quote)
    await throwAway(first)
    const second = await toOrder(quote)
    await refuses(() => sales1().post(`/api/orders/${first.id}/restore`), second.number)
    await throwAway(second)
    expect((await sales1().post(`/api/orders/${first.id}/restore`)).body.state).toBe('draft')
  })

  it('报价改了版,按旧版转的订单不能恢复', async () => {
    const quote = await acceptedQuote()
    const first = await toOrder(quote)
    await throwAway(first)
    await made(`/api/quotes/${quote.id}/revise`, { version: quote.version })
    await refuses(() => sales1().post(`/api/orders/${first.id}/restore`), '新版')
  })
})

describe('产品进了回收站', () => {
  it('已写在单据上的照样改、提交、转订单,成本也在;新写的不能再用它', async () => {
    const product = await app.make.product({ name: '旧型号', priceFen: 10_00, costFen: 6_00 })
    const lines = [line({ productId: product.id })]
    const [draft, quote] = [await order({ lines }), await acceptedQuote(lines)]
    await app.as('admin').delete(`/api/products/${product.id}?version=${product.version}`)

    const noted = await sales1().patch(`/api/orders/${draft.id}`, { version: draft.version, notes: '客户催' })
    expect(noted.status).toBe(200)
    const more = await sales1().patch(`/api/orders/${draft.id}`, {
      version: noted.body.version,
      lines: [...lines, line()],
    })
    expect(more.body.lines.map((each: { name: string }) => each.name)).toEqual(['轴承', '轴承'])
    const submitted = await submit(more.body)
    expect([submitted.status, submitted.body.state]).toEqual([200, 'confirmed'])
    const costs = (await app.as('head1').get(`/api/orders/${draft.id}`)).body.lines
    expect(costs.map((each: { costFen: number | null }) => each.costFen)).toEqual([6_00, null])
    expect((await toOrder(quote)).lines[0].productId).toBe(product.id)
    const fresh = { customerId, orderedOn: TODAY, lines }
    await expectRefusal(app, () => sales1().post('/api/orders', fresh), 400, 'lines.0.productId')
  })
})

describe('所属合同', () => {
  it('草稿写好以后合同作废了,提交被拒绝,改掉所属合同就行', async () => {
    const agreed = await contract()
    const draft = await order({ contractId: agreed.id })
    await app.as('head1').post(`/api/contracts/${agreed.id}/void`, { version: agreed.version, reason: '客户不签了' })
    await refuses(() => submit(draft), '合同')
    const moved = await sales1().patch(`/api/orders/${draft.id}`, { version: draft.version, contractId: null })
    expect((await submit(moved.body)).body.state).toBe('confirmed')
  })

  it('审批中合同作废了,同意也被拒绝,订单仍在审批中', async () => {
    const steps = [{ mode: 'any', approvers: [{ kind: 'user', userId: app.ids.users.head1 }] }]
    await app.as('admin').put('/api/approval-flows/order', { steps })
    const agreed = await contract()
    const asked = (await submit(await order({ contractId: agreed.id }))).body
    await app.as('admin').put('/api/approval-flows/order', { steps: [] })
    expect(asked.state).toBe('approving')
    await app.as('head1').post(`/api/contracts/${agreed.id}/void`, { version: agreed.version, reason: '客户不签了' })
    const [round] = (await sales1().get(`/api/orders/${asked.id}`)).body.approvals
    await refuses(() => app.as('head1').post(`/api/approvals/${round.id}/approve`, {}), '合同')
    expect((await sales1().get(`/api/orders/${asked.id}`)).body.state).toBe('approving')
  })

  it('下面还有订单的草稿合同不能删', async () => {
    const agreed = await contract()
    const draft = await order({ contractId: agreed.id })
    const remove = () => sales1().delete(`/api/contracts/${agreed.id}?version=${agreed.version}`)
    await refuses(remove, draft.number)
    await throwAway(draft)
    expect((await remove()).status).toBe(204)
  })
})
