import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Answer } from '../support/client.ts'
import { auditOf, expectRefusal } from '../support/refusal.ts'
import { checkMoney } from '../support/moneyChecks.ts'

let app: TestApp
let customerId: number
let n = 0
const users = () => app.ids.users
type Person = 'sales1' | 'sales2' | 'head1' | 'finance' | 'admin'
const as = (who: Person) => app.as(who)
const refuses = (work: () => Promise<Answer>, status: number, field?: string) => expectRefusal(app, work, status, field)

/** An order that counts, with a plan of these amounts due on these days. */
async function owed(...parts: readonly (readonly [fen: number, dueOn: string])[]): Promise<number[]> {
  const sum = parts.reduce((total, [fen]) => total + fen, 0)
  const order = (
    await as('sales1').post('/api/orders', {
      customerId,
      orderedOn: '2026-11-01',
      lines: [{ name: '轴承', qtyMilli: 1_000, priceFen: sum }],
    })
  ).body
  const items = parts.map(([amountFen, plannedOn]) => ({ amountFen, plannedOn }))
  expect((await as('sales1').put(`/api/orders/${order.id}/plan`, { items })).status).toBe(200)
  await as('sales1').post(`/api/orders/${order.id}/submit`, { version: order.version })
  const plan = (await as('sales1').get(`/api/orders/${order.id}/plan`)).body
  return plan.items.map(({ id }: { id: number }) => id)
}
const pay = (amountFen: number, more: object = {}, who: Person = 'finance') =>
  as(who).post('/api/receipts', { customerId, amountFen, receivedOn: '2026-11-20', ...more })
const owes = async (id: number) => (await as('finance').get(`/api/receivables/${id}`)).body
const paid = async (id: number) => (await owes(id)).receivedFen
const prepaid = async () =>
  (await as('finance').get(`/api/customers/${customerId}/money`)).body.facts.find(
    ({ key }: { key: string }) => key === 'prepaid',
  ).value

beforeAll(async () => void (app = await openTestApp()))
afterAll(async () => {
  await checkMoney(app)
  await app.close()
})
beforeEach(async () => {
  customerId = (await app.make.customer({ name: `付款公司${++n}号`, ownerId: users().sales1 })).id
})

describe('登记回款', () => {
  it('自动编号,先到期的先付;业务员与部门是当天的', async () => {
    const [late, early] = await owed([50_000, '2026-12-31'], [30_000, '2026-11-10'])
    const { body, status } = await pay(40_000, { bankNumber: 'LS-1', payer: '付款人' }, 'sales1')
    expect(status).toBe(201)
    expect(body).toMatchObject({
      number: expect.stringMatching(/^HK202611-\d{4}$/),
      state: 'confirmed',
      amountFen: 40_000,
      allocatedFen: 40_000,
      prepaidFen: 0,
      ownerId: users().sales1,
      teamId: app.ids.teams.D1,
      allocations: [
        { receivableId: early, amountFen: 30_000, openFen: 0 },
        { receivableId: late, amountFen: 10_000, openFen: 40_000 },
      ],
    })
    expect(await owes(early!)).toMatchObject({ status: 'done', openFen: 0, receivedFen: 30_000 })
    expect(await owes(late!)).toMatchObject({ status: 'partial', openFen: 40_000 })
    expect((await as('sales1').get(`/api/receipts/${body.id}`)).body).toEqual(body)
    expect((await as('finance').get('/api/receipts?q=LS-1')).body.items.map(({ id }: { id: number }) => id)).toEqual([
      body.id,
    ])
    expect((await as('finance').get(`/api/receipts?receivableId=${late}`)).body.total).toBe(1)
  })

  it('自己指定付哪几笔;没指定的部分是预收', async () => {
    const [one, two] = await owed([10_000, '2026-11-10'], [20_000, '2026-11-11'])
    const made = await pay(25_000, { allocations: [{ receivableId: two, amountFen: 15_000 }] })
    expect(made.body).toMatchObject({ allocatedFen: 15_000, prepaidFen: 10_000 })
    expect([await paid(one!), await paid(two!)]).toEqual([0, 15_000])
    expect(await prepaid()).toBe(10_000)
    expect((await pay(5_000, { allocations: [] })).body.prepaidFen).toBe(5_000)
  })

  it('填错了指明哪一项,什么都不留下', async () => {
    const [one] = await owed([10_000, '2026-11-10'])
    await refuses(() => pay(0), 400, 'amountFen')
    for (const bad of [0.5, 1e21, '100', null]) await refuses(() => pay(bad as number), 400, 'amountFen')
    await refuses(() => pay(1, { receivedOn: '2026-11-23' }), 400, 'receivedOn')
    await refuses(() => pay(1, { receivedOn: '2023-02-29' }), 400, 'receivedOn')
    const lines = (...allocations: object[]) => pay(9_000, { allocations })
    await refuses(() => lines({ receivableId: 999_999, amountFen: 1 }), 400, 'allocations.0.receivableId')
    await refuses(() => lines({ receivableId: one, amountFen: -1 }), 400, 'allocations.0.amountFen')
    await refuses(() => lines({ receivableId: one, amountFen: 9_001 }), 400, 'allocations')
    await refuses(
      () => lines({ receivableId: one, amountFen: 1 }, { receivableId: one, amountFen: 1 }),
      400,
      'allocations.1.receivableId',
    )
    const mine = customerId
    customerId = (await app.make.customer({ name: `别家${n}`, ownerId: users().sales1 })).id
    await refuses(() => lines({ receivableId: one, amountFen: 1 }), 400, 'allocations.0.receivableId')
    customerId = mine
    await refuses(() => pay(1, {}, 'sales2'), 404, 'customerId')
  })

  it('核销超过未收的被拒绝', async () => {
    const [one] = await owed([10_000, '2026-11-10'], [5_000, '2026-11-10'])
    await refuses(() => pay(12_000, { allocations: [{ receivableId: one, amountFen: 10_001 }] }), 409)
  })
})

describe('退款', () => {
  it('从预收退,预收不够就拒绝;也可以从指明的应收退', async () => {
    const [one] = await owed([10_000, '2026-11-10'])
    await pay(13_000)
    await refuses(() => pay(-3_001), 409)
    expect((await pay(-3_000)).body).toMatchObject({ amountFen: -3_000, allocatedFen: 0, prepaidFen: -3_000 })
    expect(await prepaid()).toBe(0)
    const back = await pay(-4_000, { allocations: [{ receivableId: one, amountFen: -4_000 }] })
    expect(back.body).toMatchObject({ allocatedFen: -4_000, prepaidFen: 0 })
    expect(await owes(one!)).toMatchObject({ receivedFen: 6_000, openFen: 4_000, status: 'overdue' })
    await refuses(() => pay(-9_000, { allocations: [{ receivableId: one, amountFen: -9_000 }] }), 409)
  })

  it('用过的预收不能连回款一起作废', async () => {
    const { body } = await pay(5_000)
    await pay(-2_000)
    const voiding = () => as('finance').post(`/api/receipts/${body.id}/void`, { version: body.version, reason: '记错' })
    await refuses(voiding, 409)
  })
})

describe('调整核销与作废', () => {
  it('改到别的应收去,只有变了的重新记;合计不能超过回款', async () => {
    const [one, two] = await owed([10_000, '2026-11-10'], [20_000, '2026-11-11'])
    const made = (await pay(15_000)).body
    expect([await paid(one!), await paid(two!)]).toEqual([10_000, 5_000])
    const allocate = (allocations: object[], version = made.version, who: Person = 'finance') =>
      as(who).post(`/api/receipts/${made.id}/allocate`, { version, allocations })
    await refuses(() => allocate([{ receivableId: two, amountFen: 15_001 }]), 400, 'allocations')
    await refuses(() => allocate([{ receivableId: two, amountFen: 1 }], made.version, 'sales1'), 403)
    const after = (await allocate([{ receivableId: two, amountFen: 12_000 }])).body
    expect(after).toMatchObject({ allocatedFen: 12_000, prepaidFen: 3_000 })
    expect([await paid(one!), await paid(two!)]).toEqual([0, 12_000])
    await refuses(() => allocate([]), 409)
    expect((await allocate([], after.version)).body).toMatchObject({ allocations: [], prepaidFen: 15_000 })
    const entries = (await owes(two!)).entries.filter(({ kind }: { kind: string }) => kind === 'allocation')
    expect(entries.map(({ openFen }: { openFen: number }) => openFen)).toEqual([-5_000, 5_000, -12_000, 12_000])
    expect(new Set(entries.map(({ effectiveOn }: { effectiveOn: string }) => effectiveOn))).toEqual(
      new Set(['2026-11-20']),
    )
  })

  it('作废:好像从没来过,日志里前后都在;作废的不能再作废', async () => {
    const [one] = await owed([10_000, '2026-11-10'])
    const made = (await pay(12_000)).body
    const voiding = (version: number) =>
      as('finance').post(`/api/receipts/${made.id}/void`, { version, reason: '重复登记' })
    await refuses(() => as('sales1').post(`/api/receipts/${made.id}/void`, { version: 1, reason: 'x' }), 403)
    const gone = (await voiding(made.version)).body
    expect(gone).toMatchObject({
      state: 'void',
      voidReason: '重复登记',
      allocatedFen: 0,
      prepaidFen: 0,
      allocations: [],
    })
    expect(await owes(one!)).toMatchObject({ receivedFen: 0, openFen: 10_000 })
    expect(await prepaid()).toBe(0)
    await refuses(() => voiding(gone.version), 409)
    expect((await auditOf(app, 'receipt', made.id)).map(({ action }) => action)).toEqual(['create', 'void'])
  })
})

describe('回款规则', () => {
  const rules = (body: object, who: Person = 'admin') => as(who).put('/api/settings/receipts', body)
  it('须财务确认时,登记的先不算数,确认后按登记时的意思核销', async () => {
    await rules({ needsConfirm: true, overPayment: 'prepay' })
    const [one, two] = await owed([10_000, '2026-11-10'], [20_000, '2026-11-11'])
    const made = (await pay(8_000, { allocations: [{ receivableId: two, amountFen: 8_000 }] }, 'sales1')).body
    expect(made).toMatchObject({ state: 'pending', allocatedFen: 0, prepaidFen: 0 })
    expect(await paid(two!)).toBe(0)
    const confirm = (who: Person) => as(who).post(`/api/receipts/${made.id}/confirm`, { version: made.version })
    await refuses(() => confirm('sales1'), 403)
    expect((await confirm('finance')).body).toMatchObject({ state: 'confirmed', allocatedFen: 8_000 })
    expect([await paid(one!), await paid(two!)]).toEqual([0, 8_000])
    await refuses(() => confirm('finance'), 409)
    await rules({ needsConfirm: false, overPayment: 'prepay' })
    expect((await as('sales1').get('/api/settings/receipts')).body).toEqual({
      needsConfirm: false,
      overPayment: 'prepay',
    })
    await refuses(() => rules({ needsConfirm: false, overPayment: 'prepay' }, 'finance'), 403)
  })

  it('不接受多收时,多出来的整笔被拒绝', async () => {
    await rules({ needsConfirm: false, overPayment: 'refuse' })
    await owed([10_000, '2026-11-10'])
    await refuses(() => pay(10_001), 409)
    expect((await pay(10_000)).status).toBe(201)
    await rules({ needsConfirm: false, overPayment: 'prepay' })
  })
})

describe('十人同时登记', () => {
  const sorted = (answers: readonly Answer[]) => answers.map(({ status }) => status).toSorted((a, b) => a - b)
  it.each(['严格', '指明应收'])('%s:全额只成一笔,其余九笔 409', async (how) => {
    const [one] = await owed([10_000, '2026-11-10'])
    const more = how === '严格' ? { strict: true } : { allocations: [{ receivableId: one, amountFen: 10_000 }] }
    const answers = await Promise.all(Array.from({ length: 10 }, () => pay(10_000, more)))
    expect(sorted(answers)).toEqual([201, ...Array.from({ length: 9 }, () => 409)])
    expect(await owes(one!)).toMatchObject({ receivedFen: 10_000, openFen: 0 })
  })

  it('同一个 Idempotency-Key 只成一笔,答复相同', async () => {
    const [one] = await owed([10_000, '2026-11-10'])
    const body = { customerId, amountFen: 10_000, receivedOn: '2026-11-20' }
    const key = { 'idempotency-key': `once-${n}` }
    const answers = await Promise.all(Array.from({ length: 10 }, () => as('finance').post('/api/receipts', body, key)))
    expect(new Set(answers.map(({ body: { id } }) => id)).size).toBe(1)
    expect(answers.every(({ status }) => status === 201)).toBe(true)
    expect(await owes(one!)).toMatchObject({ receivedFen: 10_000 })
  })
})
