import type { Home, HomeBlock } from '@crm/shared/contract/home'
import type { TimelinePage } from '@crm/shared/contract/timeline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
let customerId: number
let orderId: number
type Person = 'sales1' | 'sales2' | 'head1' | 'finance' | 'admin'
const as = (who: Person) => app.as(who)
const block = async (who: Person, key: string, query = ''): Promise<HomeBlock | undefined> =>
  ((await as(who).get(`/api/home${query}`)).body as Home).blocks.find((one) => one.key === key)
const rowsOf = async (who: Person, { link }: HomeBlock) =>
  (await as(who).get(`${link.list}?${new URLSearchParams({ ...link.query, size: '200' })}`)).body.items as Record<
    string,
    number
  >[]
const sum = (rows: readonly Record<string, number>[], key: string) => rows.reduce((all, row) => all + row[key]!, 0)

beforeAll(async () => {
  app = await openTestApp()
  customerId = (await app.make.customer({ name: '工作台公司', ownerId: app.ids.users.sales1 })).id
  const lines = [{ name: '轴承', qtyMilli: 1_000, priceFen: 100_000 }]
  const draft = (await as('sales1').post('/api/orders', { customerId, orderedOn: '2026-10-01', lines })).body
  orderId = draft.id
  await as('sales1').put(`/api/orders/${orderId}/plan`, {
    items: [
      { amountFen: 40_000, plannedOn: '2026-11-01' },
      { amountFen: 35_000, plannedOn: '2026-11-25' },
      { amountFen: 25_000, plannedOn: '2027-11-25' },
    ],
  })
  await as('sales1').post(`/api/orders/${orderId}/submit`, { version: draft.version })
  const pay = (amountFen: number, receivedOn: string) =>
    as('finance').post('/api/receipts', { customerId, amountFen, receivedOn })
  for (const [fen, day] of [
    [1_234, '2026-10-31'],
    [5_678, '2026-11-01'],
    [9_012, '2026-11-22'],
  ] as const)
    await pay(fen, day)
  const wrong = (await pay(77, '2026-11-02')).body
  await as('finance').post(`/api/receipts/${wrong.id}/void`, { version: wrong.version, reason: '登记错了' })
})
afterAll(() => app.close())

describe('工作台上的钱', () => {
  it('本月回款是金额,打开的正是这几笔:上月的、作废的不算', async () => {
    for (const [who, query] of [
      ['sales1', ''],
      ['head1', '?circle=team'],
      ['finance', '?circle=all'],
    ] as const) {
      const month = (await block(who, 'receipts', query))!
      expect([who, month.count, month.amountFen]).toEqual([who, 2, 14_690])
      expect(sum(await rowsOf(who, month), 'amountFen')).toBe(14_690)
    }
    expect(await block('sales2', 'receipts')).toBe(undefined)
  })

  it('财务的工作台先是钱,业务员的先是待办', async () => {
    const yesterday = new Date(Date.parse(app.clock.now()) - 86_400_000).toISOString()
    for (const who of ['sales1', 'finance'] as const)
      for (const dueAt of [yesterday, app.clock.now()]) await as(who).post('/api/reminders', { title: '对账', dueAt })
    const keys = async (who: Person, query = '') =>
      ((await as(who).get(`/api/home${query}`)).body as Home).blocks.map(({ key }) => key)
    expect((await keys('finance', '?circle=all')).slice(0, 3)).toEqual(['owedLate', 'dueSoon', 'receipts'])
    const mine = await keys('sales1')
    expect(mine[0]).toBe('today')
    // 逾期待办 and 已逾期应收 are two blocks: each is moved and hidden by its own key.
    expect(mine).toContain('owedLate')
    expect(new Set(mine).size).toBe(mine.length)
  })

  it('已逾期和 7 天内到期的是还没收的金额', async () => {
    const late = (await block('sales1', 'owedLate'))!
    expect([late.count, late.amountFen]).toEqual([1, 40_000 - 1_234 - 14_690])
    const soon = (await block('sales1', 'dueSoon'))!
    expect([soon.count, soon.amountFen]).toEqual([1, 35_000])
    for (const one of [late, soon]) expect(sum(await rowsOf('sales1', one), 'openFen')).toBe(one.amountFen)
  })

  it('待开的发票给财务看,待付款的报销给付款的人看;客户的时间线说出发票', async () => {
    const applied = (await as('sales1').post('/api/invoices', { orderId, amountFen: 30_000 })).body
    const waiting = (await block('finance', 'invoicesWaiting'))!
    expect([waiting.count, waiting.amountFen]).toEqual([1, 30_000])
    expect(sum(await rowsOf('finance', waiting), 'amountFen')).toBe(30_000)
    expect(await block('sales1', 'invoicesWaiting')).toBe(undefined)
    const number = { invoiceNumber: 'NO-1', issuedOn: '2026-11-21' }
    await as('finance').post(`/api/invoices/${applied.id}/issue`, { version: applied.version, ...number })
    expect(await block('finance', 'invoicesWaiting')).toBe(undefined)
    const told = (await as('sales1').get(`/api/customers/${customerId}/timeline?kinds=invoice`)).body as TimelinePage
    expect(told.items).toMatchObject([
      { title: `申请开票 300.00 元(${applied.number})`, text: '增值税专用发票 · 2026-11-21 开具 NO-1' },
    ])

    const facts = { type: 'travel', amountFen: 4_500, spentOn: '2026-11-20', purpose: '拜访', customerId }
    const { id, version } = (await as('sales1').post('/api/expenses', facts)).body
    const asked = (await as('sales1').post(`/api/expenses/${id}/submit`, { version })).body
    expect(await block('finance', 'expensesWaiting')).toBe(undefined)
    await as('head1').post(`/api/approvals/${asked.approvals[0].id}/approve`, {})
    expect(await block('finance', 'expensesWaiting')).toMatchObject({ count: 1, amountFen: 4_500 })
    expect(await block('sales1', 'expensesWaiting')).toBe(undefined)
  })
})
