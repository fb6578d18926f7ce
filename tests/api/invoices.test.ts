import type { InvoiceDetail } from '@crm/shared/contract/invoices'
import type { OrderDetail } from '@crm/shared/contract/orders'
import { eraseCustomer } from '@crm/server/modules/customers/erase'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Answer } from '../support/client.ts'
import { auditOf, expectRefusal } from '../support/refusal.ts'

let app: TestApp
let customerId: number
let n = 0
// One customer has it: a code is nobody else's.
const CODE = '914403001922038216'
type Person = 'sales1' | 'sales2' | 'head1' | 'finance' | 'admin'
const as = (who: Person) => app.as(who)
const users = () => app.ids.users
const refuses = (work: () => Promise<Answer>, status: number, field?: string) => expectRefusal(app, work, status, field)

const order = async (fen: number, more: object = {}): Promise<OrderDetail> => {
  const lines = [{ name: '轴承', qtyMilli: 1_000, priceFen: fen, taxRateBp: 600 }]
  const draft = (await as('sales1').post('/api/orders', { customerId, orderedOn: '2026-11-01', lines, ...more })).body
  return (await as('sales1').post(`/api/orders/${draft.id}/submit`, { version: draft.version })).body
}
const contract = async (amountFen: number) => {
  let made = (await as('sales1').post('/api/contracts', { customerId, title: `合同${n}`, amountFen })).body
  made = (await as('sales1').post(`/api/contracts/${made.id}/submit`, { version: made.version })).body
  const signed = { version: made.version, signedOn: '2026-11-20' }
  return (await as('admin').post(`/api/contracts/${made.id}/sign`, signed)).body
}
const apply = (of: object, amountFen: number, who: Person = 'sales1') =>
  as(who).post('/api/invoices', { ...of, amountFen })
const move = (row: Pick<InvoiceDetail, 'id' | 'version'>, name: string, more: object = {}, who: Person = 'finance') =>
  as(who).post(`/api/invoices/${row.id}/${name}`, { version: row.version, ...more })
const issue = (row: Pick<InvoiceDetail, 'id' | 'version'>, invoiceNumber = `NO-${n}-${row.id}`) =>
  move(row, 'issue', { invoiceNumber, issuedOn: '2026-11-21' })
const room = async (path: string) => (await as('sales1').get(`/api/${path}/invoicing`)).body.restFen
const get = async (id: number): Promise<InvoiceDetail> => (await as('finance').get(`/api/invoices/${id}`)).body

beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())
beforeEach(async () => {
  const name = `开票公司${++n}号`
  customerId = (await app.make.customer({ name, ownerId: users().sales1, creditCode: n === 1 ? CODE : null })).id
})

describe('申请开票', () => {
  it('抬头、税号、税率和可开金额从客户与订单带出', async () => {
    const { id } = await order(106_000)
    expect((await as('sales1').get(`/api/orders/${id}/invoicing`)).body).toEqual({
      customerId,
      customerName: `开票公司${n}号`,
      title: `开票公司${n}号`,
      creditCode: CODE,
      taxRateBp: 600,
      documentFen: 106_000,
      invoicedFen: 0,
      restFen: 106_000,
      toRed: [],
      contractNumber: null,
      isEffective: true,
    })
    const { body, status } = await apply({ orderId: id }, 106_000)
    expect(status).toBe(201)
    expect(body).toMatchObject({
      number: expect.stringMatching(/^FP202611-\d{4}$/),
      state: 'applied',
      kind: 'special',
      customerId,
      orderId: id,
      title: `开票公司${n}号`,
      creditCode: CODE,
      taxRateBp: 600,
      taxFen: 6_000,
      ownerId: users().sales1,
    })
    expect(await room(`orders/${id}`)).toBe(0)
    expect((await as('sales1').get(`/api/invoices?q=${body.number}`)).body.items).toHaveLength(1)
    expect((await as('sales2').get(`/api/invoices?q=${body.number}`)).body.items).toHaveLength(0)
  })

  it('税率:明细不止一种时取金额最多的;合同看它生效的订单,没有订单按常用税率', async () => {
    const rateOf = async (path: string) => (await as('sales1').get(`/api/${path}/invoicing`)).body.taxRateBp
    const line = (priceFen: number, taxRateBp: number) => ({ name: '件', qtyMilli: 1_000, priceFen, taxRateBp })
    const mixed = await order(0, { lines: [line(1_000, 1_300), line(3_000, 600), line(2_500, 1_300)] })
    expect(await rateOf(`orders/${mixed.id}`)).toBe(1_300)
    const { id } = await contract(50_000)
    expect(await rateOf(`contracts/${id}`)).toBe(1_300)
    await order(0, { contractId: id, lines: [line(9_000, 900), line(1_000, 1_300)] })
    expect(await rateOf(`contracts/${id}`)).toBe(900)
    expect((await apply({ contractId: id }, 10_000)).body.taxRateBp).toBe(900)
  })

  it('合计不超过订单金额,驳回和作废的不占', async () => {
    const { id } = await order(10_000)
    const first = (await apply({ orderId: id }, 6_000)).body
    await refuses(() => apply({ orderId: id }, 4_001), 409)
    const second = (await apply({ orderId: id }, 4_000)).body
    await move(first, 'reject', { reason: '抬头不对' })
    expect(await get(first.id)).toMatchObject({ state: 'rejected', reason: '抬头不对' })
    expect(await room(`orders/${id}`)).toBe(6_000)
    await move(second, 'void', { reason: '不开了' }, 'sales1')
    expect(await room(`orders/${id}`)).toBe(10_000)
  })

  it('合同和它的订单合在一起也不超', async () => {
    const { id } = await contract(50_000)
    const { id: orderId } = await order(30_000, { contractId: id })
    expect((await apply({ contractId: id }, 30_000)).status).toBe(201)
    expect(await room(`orders/${orderId}`)).toBe(20_000)
    await refuses(() => apply({ orderId }, 20_001), 409)
    expect((await apply({ orderId }, 20_000)).body).toMatchObject({ orderId, contractId: id })
    expect(await room(`contracts/${id}`)).toBe(0)
    await refuses(() => apply({ contractId: id }, 1), 409)
  })

  it('填错了指明哪一项;没生效的、看不到的不能开', async () => {
    const { id } = await order(10_000)
    for (const bad of [0, -1, 0.5, '100', 1e21, null])
      await refuses(() => apply({ orderId: id }, bad as number), 400, 'amountFen')
    await refuses(() => apply({}, 1), 400, 'orderId')
    const other = await contract(1_000)
    await refuses(() => apply({ orderId: id, contractId: other.id }, 1), 400, 'contractId')
    await refuses(() => apply({ orderId: id }, 1, 'sales2'), 404)
    const draft = (await as('sales1').post('/api/contracts', { customerId, title: '草稿', amountFen: 1_000 })).body
    await refuses(() => apply({ contractId: draft.id }, 1), 409)
  })

  it('十个人同时申请剩下的全部:一个成功,九个被拒绝', async () => {
    const { id } = await order(10_000)
    const answers = await Promise.all(Array.from({ length: 10 }, () => apply({ orderId: id }, 10_000)))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      201,
      ...Array.from({ length: 9 }, () => 409),
    ])
    expect(await room(`orders/${id}`)).toBe(0)
  })

  it('同一个幂等键只申请一次', async () => {
    const { id } = await order(10_000)
    const headers = { 'idempotency-key': `invoice-${n}-key-000000` }
    const once = () => as('sales1').post('/api/invoices', { orderId: id, amountFen: 4_000 }, headers)
    const [one, two] = [await once(), await once()]
    expect(two.body).toEqual(one.body)
    expect(await room(`orders/${id}`)).toBe(6_000)
  })
})

describe('批准与开具', () => {
  it('财务批准、登记号码;业务员不能;记进日志', async () => {
    const { id } = await order(10_000)
    const applied = (await apply({ orderId: id }, 10_000)).body
    await refuses(() => move(applied, 'approve', {}, 'sales1'), 403)
    const approved = (await move(applied, 'approve')).body
    expect(approved.state).toBe('approved')
    await refuses(() => move(applied, 'approve'), 409)
    await refuses(() => move(approved, 'reject', { reason: '晚了' }), 409)
    await refuses(() => move(approved, 'issue', { invoiceNumber: 'A', issuedOn: '2026-11-23' }), 400, 'issuedOn')
    const issued = (await issue(approved)).body
    expect(issued).toMatchObject({ state: 'issued', issuedOn: '2026-11-21', restFen: 10_000 })
    await refuses(() => move(issued, 'void', { reason: '晚了' }, 'sales1'), 409)
    expect((await auditOf(app, 'invoice', applied.id)).map(({ action }) => action)).toEqual([
      'create',
      'approve',
      'issue',
    ])
  })

  it('同类发票的号码只用一次,同时登记也只成一个', async () => {
    const { id } = await order(10_000)
    const [one, two, three] = [
      (await apply({ orderId: id }, 1_000)).body,
      (await apply({ orderId: id }, 1_000)).body,
      (await apply({ orderId: id, kind: 'normal' }, 1_000)).body,
    ]
    const answers = await Promise.all([issue(one, `SAME-${n}`), issue(two, `SAME-${n}`)])
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409])
    expect((await issue(three, `SAME-${n}`)).status).toBe(200)
    const left = answers[0]!.status === 409 ? one : two
    await refuses(() => issue(left, `SAME-${n}`), 409, 'invoiceNumber')
  })

  it('开票后应收的期次从开票日起算', async () => {
    const draft = (
      await as('sales1').post('/api/orders', {
        customerId,
        orderedOn: '2026-11-01',
        lines: [{ name: '轴承', qtyMilli: 1_000, priceFen: 10_000 }],
      })
    ).body
    const items = [{ amountFen: 10_000, trigger: 'invoice', terms: 'net', termsDays: 30 }]
    await as('sales1').put(`/api/orders/${draft.id}/plan`, { items })
    await as('sales1').post(`/api/orders/${draft.id}/submit`, { version: draft.version })
    const owed = async () => (await as('finance').get(`/api/receivables?orderId=${draft.id}`)).body.items[0]
    expect(await owed()).toMatchObject({ status: 'pending', dueOn: null })
    await issue((await apply({ orderId: draft.id }, 10_000)).body)
    expect(await owed()).toMatchObject({ activeOn: '2026-11-21', dueOn: '2026-12-21' })
  })

  it('设了流程就由审批人决定,财务不能绕过', async () => {
    const steps = [{ mode: 'any', approvers: [{ kind: 'user', userId: users().head1 }] }]
    await as('admin').put('/api/approval-flows/invoice', { steps })
    const { id } = await order(10_000)
    const [one, two] = [(await apply({ orderId: id }, 4_000)).body, (await apply({ orderId: id }, 4_000)).body]
    await refuses(() => move(one, 'approve'), 409)
    await refuses(() => issue(one), 409)
    const decide = async (of: InvoiceDetail, word: 'approve' | 'reject', body: object) =>
      as('head1').post(`/api/approvals/${(await get(of.id)).approvals[0]!.id}/${word}`, body)
    expect((await decide(one, 'approve', {})).status).toBe(200)
    expect((await decide(two, 'reject', { reason: '太早' })).status).toBe(200)
    expect([(await get(one.id)).state, (await get(two.id)).state]).toEqual(['approved', 'rejected'])
    await as('admin').put('/api/approval-flows/invoice', { steps: [] })
    expect((await issue(await get(one.id))).status).toBe(200)
  })
})

describe('冲红与作废', () => {
  it('最多冲掉还站着的部分,冲红的额度放回', async () => {
    const { id } = await order(10_000)
    const issued = (await issue((await apply({ orderId: id }, 10_000)).body)).body
    const red = await move(issued, 'red', { amountFen: 3_000, reason: '退货', invoiceNumber: `RED-${n}` })
    expect(red.status).toBe(201)
    expect(red.body).toMatchObject({ amountFen: -3_000, state: 'issued', redOfId: issued.id, issuedOn: '2026-11-22' })
    expect(await room(`orders/${id}`)).toBe(3_000)
    const now = await get(issued.id)
    expect(now).toMatchObject({ restFen: 7_000, reds: [{ id: red.body.id, amountFen: -3_000, reason: '退货' }] })
    await refuses(() => move(now, 'red', { amountFen: 7_001, reason: '多了' }), 400, 'amountFen')
    await refuses(() => move(red.body, 'red', { reason: '红字再冲' }), 409)
    await refuses(() => move(now, 'red', { reason: '早了', issuedOn: '2026-11-20' }), 400, 'issuedOn')
    const answers = await Promise.all([1, 2].map(() => move(now, 'red', { reason: '全退' })))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409])
    expect(await room(`orders/${id}`)).toBe(10_000)
    await refuses(() => get(issued.id).then((row) => move(row, 'red', { reason: '没了' })), 409)
  })

  it('有发票的订单和合同不能作废,冲红或作废申请以后可以', async () => {
    const { id: contractId, version } = await contract(50_000)
    const made = await order(10_000, { contractId })
    const issued = (await issue((await apply({ orderId: made.id }, 10_000)).body)).body
    const voidOrder = () => as('head1').post(`/api/orders/${made.id}/void`, { version: made.version, reason: '取消' })
    const voidContract = () => as('admin').post(`/api/contracts/${contractId}/void`, { version, reason: '取消' })
    await refuses(voidOrder, 409)
    await refuses(voidContract, 409)
    await move(issued, 'red', { reason: '取消' })
    expect((await voidOrder()).status).toBe(200)
    const applied = (await apply({ contractId }, 1_000)).body
    await refuses(voidContract, 409)
    await move(applied, 'void', { reason: '取消' }, 'sales1')
    expect((await voidContract()).status).toBe(200)
  })

  it('客户彻底删除时发票一起走,报销留下但不再指着它', async () => {
    const { id: orderId } = await order(10_000)
    const issued = (await issue((await apply({ orderId }, 10_000)).body)).body
    await move(issued, 'red', { reason: '取消' })
    const facts = { type: 'travel', amountFen: 100, spentOn: '2026-11-20', purpose: '拜访', orderId }
    const spent = (await as('sales1').post('/api/expenses', facts)).body
    await app.store.tx((tx) => eraseCustomer(tx, customerId))
    expect((await as('finance').get(`/api/invoices/${issued.id}`)).status).toBe(404)
    expect((await as('finance').get(`/api/expenses/${spent.id}`)).body).toMatchObject({
      customerId: null,
      orderId: null,
    })
  })
})
