import type { CustomerSums, MoneyFact } from '@crm/shared/contract/customerMoney'
import type { PermissionName } from '@crm/shared/permissions'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
type Person = 'sales1' | 'sales2' | 'head1' | 'finance' | 'admin'
const as = (who: Person) => app.as(who)
const ids: Record<'late' | 'paid' | 'idle' | 'foreign', number> = {} as never

const sumsOf = async (who: Person, asked: readonly number[], more = ''): Promise<CustomerSums[]> =>
  (await as(who).get(`/api/customers/receivables?ids=${asked.join()}${more}`)).body.items
const stripOf = async (id: number): Promise<(key: MoneyFact['key']) => MoneyFact> => {
  const { facts } = (await as('admin').get(`/api/customers/${id}/money`)).body as { facts: MoneyFact[] }
  return (key) => facts.find((fact) => fact.key === key)!
}
async function order(customerId: number, instalments: readonly object[], lines = [{ fen: 10_000 }]) {
  const bought = lines.map(({ fen }) => ({ name: '轴承', qtyMilli: 1_000, priceFen: fen }))
  const draft = (await as('admin').post('/api/orders', { customerId, orderedOn: '2026-11-01', lines: bought })).body
  await as('admin').put(`/api/orders/${draft.id}/plan`, { items: instalments })
  return (await as('admin').post(`/api/orders/${draft.id}/submit`, { version: draft.version })).body
}
async function contract(customerId: number, amountFen: number) {
  const made = (await as('admin').post('/api/contracts', { customerId, title: '年度合同', amountFen })).body
  const asked = (await as('admin').post(`/api/contracts/${made.id}/submit`, { version: made.version })).body
  const body = { version: asked.version, signedOn: '2026-11-03' }
  return (await as('admin').post(`/api/contracts/${made.id}/sign`, body)).body
}

beforeAll(async () => {
  app = await openTestApp()
  const { sales1, sales2 } = app.ids.users
  const made = async (name: string, ownerId: number) => (await app.make.customer({ name, ownerId })).id
  Object.assign(ids, {
    late: await made('欠款的公司', sales1),
    paid: await made('付清的公司', sales1),
    idle: await made('没有往来的公司', sales1),
    foreign: await made('别组的公司', sales2),
  })
  // Today is 2026-11-22: one instalment late, one due today, one to come.
  await order(ids.late, [
    { amountFen: 3_000, plannedOn: '2026-11-21' },
    { amountFen: 2_000, plannedOn: '2026-11-22' },
    { amountFen: 5_000, plannedOn: '2026-12-01' },
  ])
  await order(ids.late, [{ amountFen: 10_000, plannedOn: '2026-11-02' }])
  await as('admin').post('/api/receipts', { customerId: ids.late, amountFen: 9_000, receivedOn: '2026-11-20' })
  await contract(ids.late, 77_700)
  const draft = await as('admin').post('/api/orders', {
    customerId: ids.late,
    orderedOn: '2026-11-01',
    lines: [{ name: '没确认的', qtyMilli: 1_000, priceFen: 99_900 }],
  })
  if (draft.status !== 201) throw new Error(`the draft was refused: ${draft.status}`)
  await order(ids.paid, [{ amountFen: 10_000, plannedOn: '2026-11-01' }])
  await as('admin').post('/api/receipts', { customerId: ids.paid, amountFen: 10_000, receivedOn: '2026-11-20' })
  await order(ids.foreign, [{ amountFen: 10_000, plannedOn: '2026-11-10' }])
})
afterAll(() => app.close())

describe('客户列表的应收与逾期', () => {
  it('与客户页资金条、与点开的应收列表是同一个数', async () => {
    const all = Object.values(ids)
    const sums = await sumsOf('admin', all, '&deals=true')
    expect(sums.map(({ customerId }) => customerId).toSorted((a, b) => a - b)).toEqual(all.toSorted((a, b) => a - b))
    for (const { customerId, deals, openFen, overdueCount, overdueFen } of sums) {
      const fact = await stripOf(customerId)
      expect({ openFen, overdueFen, overdueCount, dealsFen: deals!.ordersFen + deals!.contractsFen }).toEqual({
        openFen: fact('receivable').value,
        overdueFen: fact('overdue').value,
        overdueCount: fact('overdue').count,
        dealsFen: fact('deals').value,
      })
      const { list, query } = fact('receivable').link!
      const { body } = await as('admin').get(`${list}?${new URLSearchParams(query)}`)
      expect(body.items.reduce((sum: number, row: { openFen: number }) => sum + row.openFen, 0)).toBe(openFen)
    }
    const late = sums.find(({ customerId }) => customerId === ids.late)!
    expect(late).toMatchObject({ openFen: 11_000, overdueFen: 4_000, overdueCount: 2 })
    expect(late.deals).toEqual({ ordersFen: 20_000, contractsFen: 77_700, isOpen: true })
  })

  it('没有往来的客户是 0,没问累计成交就不给', async () => {
    expect(await sumsOf('sales1', [ids.idle])).toEqual([
      { customerId: ids.idle, openFen: 0, overdueFen: 0, overdueCount: 0 },
    ])
  })

  it('到期当天不算逾期,过了午夜才算', async () => {
    const one = (await app.make.customer({ name: '明天到期的公司', ownerId: app.ids.users.sales1 })).id
    await order(one, [{ amountFen: 10_000, plannedOn: '2026-11-22' }])
    expect((await sumsOf('sales1', [one]))[0]!.overdueFen).toBe(0)
    app.clock.advance(24 * 3_600_000)
    try {
      expect((await sumsOf('sales1', [one]))[0]!.overdueFen).toBe(10_000)
      expect((await stripOf(one))('overdue').value).toBe(10_000)
    } finally {
      app.clock.advance(-24 * 3_600_000)
    }
  })

  it('业务员问别人的客户得不到数,经理得到本部门的,协作人得到分享给他的', async () => {
    const of = async (who: Person) => (await sumsOf(who, Object.values(ids))).map(({ customerId }) => customerId)
    const own = [ids.late, ids.paid, ids.idle]
    expect((await of('sales1')).toSorted((a, b) => a - b)).toEqual(own.toSorted((a, b) => a - b))
    expect((await of('head1')).toSorted((a, b) => a - b)).toEqual(own.toSorted((a, b) => a - b))
    expect(await of('sales2')).toEqual([ids.foreign])
    expect(await of('finance')).toHaveLength(4)
    await as('admin').put(`/api/customers/${ids.foreign}/collaborators`, {
      items: [{ userId: app.ids.users.sales1, access: 'read' }],
    })
    expect(await of('sales1')).toContain(ids.foreign)
  })

  it('没有应收权限的人被拒,看不见客户的人有应收权限也得不到数', async () => {
    const path = `/api/customers/receivables?ids=${ids.late}`
    const person = async (permissions: PermissionName[]) => {
      const role = await app.make.role({ reach: 'all', permissions })
      return app.as((await app.make.user({ teamId: app.ids.teams.D1, roleIds: [role.id] })).id)
    }
    expect((await (await person(['customer.read'])).get(path)).status).toBe(403)
    const blind = await (await person(['receivable.read'])).get(path)
    expect([blind.status, blind.body]).toEqual([200, { items: [] }])
  })

  it('回收站里的、不存在的客户没有数;一个都不问就一个都没有;问得太多被拒', async () => {
    const gone = await app.make.customer({ name: '要删的公司', ownerId: app.ids.users.sales1 })
    await as('admin').delete(`/api/customers/${gone.id}?version=1`)
    expect(await sumsOf('admin', [gone.id, 999_999_999])).toEqual([])
    expect((await as('admin').get('/api/customers/receivables')).body).toEqual({ items: [] })
    const many = Array.from({ length: 201 }, (_, at) => at + 1)
    expect((await as('admin').get(`/api/customers/receivables?ids=${many.join()}`)).status).toBe(400)
  })
})

describe('按应收和逾期找客户、排序', () => {
  const found = async (who: Person, query: string) =>
    (await as(who).get(`/api/customers?size=200&${query}`)).body.items.map(({ name }: { name: string }) => name)

  it('有逾期的、有应收的,合起来是有应收的', async () => {
    expect((await found('admin', 'owing=overdue&sort=-overdue')).slice(0, 2)).toEqual(['别组的公司', '欠款的公司'])
    expect(await found('head1', 'owing=overdue')).toEqual(['欠款的公司'])
    expect((await found('head1', 'owing=open')).toSorted()).toEqual(['明天到期的公司', '欠款的公司'].toSorted())
    expect(await found('head1', 'owing=open,overdue&sort=-receivable')).toEqual(['欠款的公司', '明天到期的公司'])
    expect((await as('admin').get('/api/customers?owing=none')).status).toBe(400)
  })

  it('按逾期、按应收余额排序一家不少,没有的当作 0;每页接着上一页', async () => {
    const all = await found('admin', 'sort=-overdue')
    expect(all.slice(0, 2)).toEqual(['别组的公司', '欠款的公司'])
    expect(all.toSorted()).toEqual((await found('admin', 'sort=name')).toSorted())
    expect((await found('admin', 'sort=overdue')).toReversed()).toEqual(all)
    const pages = await Promise.all(
      [1, 2].map((page) => as('admin').get(`/api/customers?sort=-receivable&size=2&page=${page}`)),
    )
    const names = pages.flatMap(({ body }) => body.items.map(({ name }: { name: string }) => name))
    expect(names).toEqual((await found('admin', 'sort=-receivable')).slice(0, 4))
    expect(names.slice(0, 2)).toEqual(['欠款的公司', '明天到期的公司'])
    const behind = await as('admin').get(`/api/customers?sort=-receivable&size=2&cursor=${pages[0]!.body.nextCursor}`)
    expect(behind.body.items).toEqual(pages[1]!.body.items)
    expect(Object.keys(behind.body.items[0]).filter((key) => key.startsWith('#'))).toEqual([])
  })

  it('没有应收权限的不能按它筛选、排序;只看得到自己应收的,别人的当作没有', async () => {
    const rights = { reach: 'all', permissions: ['customer.read'] as PermissionName[] } as const
    const blind = app.as((await app.make.user({ roleIds: [(await app.make.role(rights)).id] })).id)
    expect((await blind.get('/api/customers?owing=overdue')).status).toBe(403)
    expect((await blind.get('/api/customers?sort=-overdue')).status).toBe(400)
    const own = await app.make.role({ reach: 'own', permissions: ['receivable.read'] })
    const { id } = await app.make.user({ roleIds: [(await app.make.role(rights)).id, own.id] })
    const half = app.as(id)
    expect((await half.get('/api/customers?owing=overdue')).body.items).toEqual([])
    const { body } = await half.get('/api/customers?sort=-overdue&size=200')
    const ordered: number[] = body.items.map((row: { id: number }) => row.id)
    expect(ordered).toEqual(ordered.toSorted((a, b) => b - a))
  })
})

describe('客户列表的首要联系人', () => {
  it('一次问一页客户:每家只有首要的一位,别人的客户没有,只要姓名时不带号码', async () => {
    const mobile = '13812345678'
    await app.make.contact({ customerId: ids.late, name: '王建国', isPrimary: true, mobile })
    await app.make.contact({ customerId: ids.late, name: '李助理', mobile })
    await app.make.contact({ customerId: ids.foreign, name: '陈别组', isPrimary: true, mobile })
    const query = `customerId=${Object.values(ids).join()}&isPrimary=true&fields=name,customerId`
    const { body } = await as('sales2').get(`/api/contacts?${query}`)
    expect(body.items.map(({ name }: { name: string }) => name)).toEqual(['陈别组'])
    const all = await as('finance').get(`/api/contacts?${query}`)
    expect(all.body.items.map(({ name }: { name: string }) => name).toSorted()).toEqual(['王建国', '陈别组'].toSorted())
    expect(JSON.stringify(all.body)).not.toContain('5678')
  })
})
