import type { ExpenseDetail } from '@crm/shared/contract/expenses'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Answer } from '../support/client.ts'
import { auditOf, expectRefusal } from '../support/refusal.ts'

let app: TestApp
let customerId: number
let n = 0
type Person = 'sales1' | 'sales2' | 'head1' | 'finance' | 'admin'
const as = (who: Person) => app.as(who)
const users = () => app.ids.users
const refuses = (work: () => Promise<Answer>, status: number, field?: string) => expectRefusal(app, work, status, field)

const facts = { type: 'travel', amountFen: 12_300, spentOn: '2026-11-20', purpose: '拜访客户' }
const create = (more: object = {}, who: Person = 'sales1') => as(who).post('/api/expenses', { ...facts, ...more })
const written = async (more: object = {}): Promise<ExpenseDetail> => (await create(more)).body
const move = (row: Pick<ExpenseDetail, 'id' | 'version'>, name: string, more: object = {}, who: Person = 'sales1') =>
  as(who).post(`/api/expenses/${row.id}/${name}`, { version: row.version, ...more })
const get = async (id: number): Promise<ExpenseDetail> => (await as('finance').get(`/api/expenses/${id}`)).body
const decide = async (id: number, word: 'approve' | 'reject', who: Person = 'head1') =>
  as(who).post(
    `/api/approvals/${(await get(id)).approvals[0]!.id}/${word}`,
    word === 'reject' ? { reason: '没有发票' } : {},
  )
const counted = async () =>
  (
    await app.store.read
      .selectFrom('effectiveExpenses')
      .select('amountFen')
      .where('customerId', '=', customerId)
      .execute()
  ).map(({ amountFen }) => amountFen)

beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())
beforeEach(async () => {
  customerId = (await app.make.customer({ name: `招待公司${++n}号`, ownerId: users().sales1 })).id
})

describe('填写', () => {
  it('自动编号,报销人是自己;只有自己、上级和财务看得到', async () => {
    const { body, status } = await create({ customerId })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      number: expect.stringMatching(/^BX202611-\d{4}$/),
      state: 'draft',
      ownerId: users().sales1,
      teamId: app.ids.teams.D1,
      customerId,
    })
    const sees = async (who: Person) => (await as(who).get(`/api/expenses/${body.id}`)).status
    expect([await sees('sales1'), await sees('head1'), await sees('finance'), await sees('sales2')]).toEqual([
      200, 200, 200, 404,
    ])
    const found = (await as('sales1').get(`/api/expenses?q=${body.number}&totals=1`)).body
    expect(found.items).toHaveLength(1)
  })

  it('填了订单或合同就带出客户,对不上的拒绝,看不到的客户不能填', async () => {
    const order = (
      await as('sales1').post('/api/orders', {
        customerId,
        orderedOn: '2026-11-20',
        lines: [{ name: '轴承', qtyMilli: 1_000, priceFen: 100 }],
      })
    ).body
    const made = await written({ orderId: order.id })
    expect(made).toMatchObject({ orderId: order.id, customerId })
    const other = (await app.make.customer({ name: `别家${n}`, ownerId: users().sales1 })).id
    await refuses(() => create({ orderId: order.id, customerId: other }), 400, 'orderId')
    const patch = { version: made.version, customerId: other }
    await refuses(() => as('sales1').patch(`/api/expenses/${made.id}`, patch), 400, 'orderId')
    await refuses(() => create({ customerId }, 'sales2'), 404)
    await refuses(() => create({ orderId: order.id }, 'sales2'), 404)
  })

  it('填错了指明哪一项', async () => {
    for (const bad of [0, -1, 0.5, '1', 1e21, null]) await refuses(() => create({ amountFen: bad }), 400, 'amountFen')
    await refuses(() => create({ spentOn: '2026-11-23' }), 400, 'spentOn')
    await refuses(() => create({ spentOn: '2023-02-29' }), 400, 'spentOn')
    await refuses(() => create({ type: 'nothing' }), 400, 'type')
    await refuses(() => create({ ownerId: users().sales2 }), 400, 'ownerId')
    expect((await create({ ownerId: users().sales1 }, 'head1')).status).toBe(201)
  })
})

describe('提交到付款', () => {
  it('没有流程时上级批准,批准后才算进费用,付款由财务登记', async () => {
    const draft = await written({ customerId })
    const submitted = (await move(draft, 'submit')).body
    expect(submitted.state).toBe('approving')
    expect(await counted()).toEqual([])
    await refuses(
      () => as('sales1').patch(`/api/expenses/${draft.id}`, { version: submitted.version, notes: 'x' }),
      409,
    )
    await refuses(() => as('sales1').delete(`/api/expenses/${draft.id}?version=${submitted.version}`), 409)
    expect((await decide(draft.id, 'approve')).status).toBe(200)
    const approved = await get(draft.id)
    expect(approved.state).toBe('approved')
    expect(await counted()).toEqual([12_300])
    await refuses(() => move(approved, 'pay', { paidOn: '2026-11-21' }), 403)
    await refuses(() => move(approved, 'pay', { paidOn: '2026-11-23' }, 'finance'), 400, 'paidOn')
    await refuses(() => move(approved, 'pay', { paidOn: '2026-11-19' }, 'finance'), 400, 'paidOn')
    const paid = (await move(approved, 'pay', { paidOn: '2026-11-21' }, 'finance')).body
    expect(paid).toMatchObject({ state: 'paid', paidOn: '2026-11-21' })
    expect(await counted()).toEqual([12_300])
    expect((await auditOf(app, 'expense', draft.id)).map(({ action }) => action)).toEqual([
      'create',
      'submit',
      'approve',
      'pay',
    ])
  })

  it('驳回和撤回都回到草稿,可以改了再提', async () => {
    const draft = await written()
    await move(draft, 'submit')
    expect((await decide(draft.id, 'reject')).status).toBe(200)
    const back = await get(draft.id)
    expect(back.state).toBe('draft')
    const patched = (await as('sales1').patch(`/api/expenses/${draft.id}`, { version: back.version, amountFen: 9_900 }))
      .body
    const again = (await move(patched, 'submit')).body
    const withdrawn = (await move(again, 'withdraw')).body
    expect(withdrawn).toMatchObject({ state: 'draft', amountFen: 9_900 })
    expect(withdrawn.approvals[0].state).toBe('withdrawn')
    expect((await as('sales1').delete(`/api/expenses/${draft.id}?version=${withdrawn.version}`)).status).toBe(204)
  })

  it('批准后不付的可以作废,不再算进费用', async () => {
    const draft = await written({ customerId })
    await move(draft, 'submit')
    await decide(draft.id, 'approve')
    const gone = (await move(await get(draft.id), 'void', { reason: '重复报销' }, 'finance')).body
    expect(gone.state).toBe('void')
    expect(await counted()).toEqual([])
    await refuses(() => move(gone, 'pay', { paidOn: '2026-11-21' }, 'finance'), 409)
  })

  it('付了款的也可以作废:要原因、要付款权限,从此不算进费用,说得出为什么', async () => {
    const draft = await written({ customerId })
    await move(draft, 'submit')
    await decide(draft.id, 'approve')
    const paid = (await move(await get(draft.id), 'pay', { paidOn: '2026-11-21' }, 'finance')).body
    await refuses(() => move(paid, 'void', { reason: '付错了' }), 403)
    await refuses(() => move(paid, 'void', { reason: '' }, 'finance'), 400, 'reason')
    expect(await counted()).toEqual([12_300])
    const gone = (await move(paid, 'void', { reason: '付错了,钱已收回' }, 'finance')).body
    expect(gone).toMatchObject({ state: 'void', paidOn: '2026-11-21', voidReason: '付错了,钱已收回' })
    expect(await counted()).toEqual([])
    await refuses(() => move(gone, 'void', { reason: '再来一次' }, 'finance'), 409)
    expect((await auditOf(app, 'expense', draft.id)).at(-1)).toMatchObject({ action: 'void', note: '付错了,钱已收回' })
  })

  it('同时登记付款只成一次', async () => {
    const draft = await written({ customerId })
    await move(draft, 'submit')
    await decide(draft.id, 'approve')
    const row = await get(draft.id)
    const answers = await Promise.all([1, 2, 3].map(() => move(row, 'pay', { paidOn: '2026-11-21' }, 'finance')))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409])
  })
})
