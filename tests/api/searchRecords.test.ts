import type { FoundRecord } from '@crm/shared/contract/customers'
import { indexTitle } from '@crm/server/modules/contracts/agreements/titled'
import { checkAll } from '@crm/server/modules/system/backup/check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { up } from '../../migrations/0055_contractSearch.ts'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Username } from '../support/office.ts'

let app: TestApp
const made = {} as Record<FoundRecord['kind'], { id: number; number: string }>
const found = async (q: string, who: Username | number = 'sales1'): Promise<readonly FoundRecord[]> => {
  const { body, status } = await app.as(who).get(`/api/search?q=${encodeURIComponent(q)}`)
  expect([q, status]).toEqual([q, 200])
  return body.records
}
const kindsOf = async (q: string, who?: Username | number) => (await found(q, who)).map(({ kind }) => kind)

beforeAll(async () => {
  app = await openTestApp()
  const sales = app.as('sales1')
  const post = async (path: string, body: object, who = sales) => {
    const answer = await who.post(path, body)
    expect([path, answer.status]).toEqual([path, 201])
    return answer.body
  }
  const customerId = (await app.make.customer({ name: '搜索公司', ownerId: app.ids.users.sales1 })).id
  const lines = [{ name: '轴承', qtyMilli: 10_000, priceFen: 10_000 }]
  made.product = await post(
    '/api/products',
    { name: '深沟球轴承', number: 'ZC-6204', spec: '20×47×14', priceFen: 1_250 },
    app.as('admin'),
  )
  made.contract = await post('/api/contracts', { customerId, title: '年度备件框架协议', amountFen: 100_000 })
  made.quote = await post('/api/quotes', { customerId, quotedOn: '2026-11-22', validUntil: '2026-12-22', lines })
  const draft = await post('/api/orders', { customerId, orderedOn: '2026-11-22', lines })
  const order = (await sales.post(`/api/orders/${draft.id}/submit`, { version: draft.version })).body
  made.order = order
  const delivered = [{ orderLineId: order.lines[0].id, qtyMilli: 1_000 }]
  made.delivery = await post('/api/deliveries', { orderId: order.id, deliveredOn: '2026-11-22', lines: delivered })
  const paid = { customerId, amountFen: 5_000, receivedOn: '2026-11-22' }
  made.receipt = await post('/api/receipts', paid, app.as('finance'))
  made.invoice = await post('/api/invoices', { orderId: order.id, amountFen: 1_000 })
  const spent = { type: 'travel', purpose: '拜访', amountFen: 8_000, spentOn: '2026-11-22', customerId }
  made.expense = await post('/api/expenses', spent)
})
afterAll(() => app.close())

const documents = ['contract', 'order', 'quote', 'delivery', 'receipt', 'invoice', 'expense'] as const

describe('上面的搜索框', () => {
  it.each(documents)('按单号找到,大小写、不带字母、只打开头都行:%s', async (kind) => {
    const { id, number } = made[kind]
    for (const q of [number, number.toLowerCase(), ` ${number} `, number.slice(0, 8)]) {
      const records = (await found(q)).filter((one) => one.kind === kind)
      expect([q, records]).toEqual([q, [expect.objectContaining({ id, number, customerName: '搜索公司' })]])
    }
    expect(await kindsOf(number.slice(2))).toContain(kind)
    expect(await kindsOf(number)).toEqual([kind])
  })

  it('合同按名称里的任何一段找到,一份只列一次', async () => {
    const { id, number } = made.contract
    const record = { kind: 'contract', id, number, title: '年度备件框架协议', customerName: '搜索公司' }
    for (const q of ['年度', '备件框架', '协议', number]) expect([q, await found(q)]).toEqual([q, [record]])
    for (const q of ['年', '%%', '备件协议']) expect([q, await found(q)]).toEqual([q, []])
  })

  it('改了名称的草稿、按变更改了名称的合同,按新名称找到,按旧名称找不到', async () => {
    const sales = app.as('sales1')
    const { customerId } = (await sales.get(`/api/contracts/${made.contract.id}`)).body
    const { body: draft } = await sales.post('/api/contracts', { customerId, title: '临时起的叫法', amountFen: 1_000 })
    const { body: named } = await sales.patch(`/api/contracts/${draft.id}`, { version: 1, title: '设备租赁 Lease A4' })
    expect(await kindsOf('临时起的')).toEqual([])
    for (const q of ['租赁', '赁 lea', 'LEASE A4', '备租']) expect([q, await kindsOf(q)]).toEqual([q, ['contract']])
    const { body: sent } = await sales.post(`/api/contracts/${draft.id}/submit`, { version: named.version })
    const signing = { version: sent.version, signedOn: '2026-11-22' }
    const { body: signed } = await app.as('head1').post(`/api/contracts/${draft.id}/sign`, signing)
    const change = { version: signed.version, reason: '换了标的', title: '仓库租赁' }
    const changed = await sales.post(`/api/contracts/${draft.id}/change`, change)
    expect(changed.body).toMatchObject({ title: '仓库租赁' })
    expect([await kindsOf('设备租赁'), await kindsOf('仓库')]).toEqual([[], ['contract']])
  })

  it('升级之前写下的合同,升级之后一样找到', async () => {
    const { customerId } = (await app.as('sales1').get(`/api/contracts/${made.contract.id}`)).body
    const titles = ['万科Ａ座 Lift 服务', '𠮷野家供货〇六', 'Ångström 测量', '3M胶带/二〇二六']
    for (const title of titles) await app.as('sales1').post('/api/contracts', { customerId, title, amountFen: 1 })
    const words = ['科Ａ', 'lift 服', '𠮷野', '货〇', 'ström', '3M', '3m胶', '带/二', '〇二六']
    const answers = async () => Promise.all(words.map(async (q) => [q, (await found(q)).map(({ title }) => title)]))
    const before = await answers()
    expect(before.filter(([, list]) => list!.length === 0)).toEqual([])
    await app.store.tx(async (tx) => {
      await tx.schema.dropTable('contractSearch').execute()
      await up(tx)
    })
    expect(await answers()).toEqual(before)
    expect((await checkAll(app.store, { filesDir: '/nowhere' })).filter(({ code }) => code === 'search_index')).toEqual(
      [],
    )
  })

  it('产品按名称、拼音首字母、编号、规格找到', async () => {
    const { id, number } = made.product
    const record = { kind: 'product', id, number, title: '深沟球轴承 20×47×14', customerName: null }
    for (const q of ['球轴承', 'sgq', 'ZC-6204', 'zc-62', '20×47']) expect([q, await found(q)]).toEqual([q, [record]])
  })

  it('别人客户的单据、没有权限的一类,用什么词都找不到', async () => {
    const words = [...documents.map((kind) => made[kind].number), '年度备件']
    for (const q of words) expect([q, await found(q, 'sales2')]).toEqual([q, []])
    const role = await app.make.role({ permissions: ['order.read'], reach: 'all' })
    const { id } = await app.make.user({ roleIds: [role.id] })
    const seen = await Promise.all([...words, 'ZC-6204', '轴承'].map((q) => kindsOf(q, id)))
    expect([...new Set(seen.flat())]).toEqual(['order'])
  })

  it('删除的合同找不到;多得数不清的名称,列最新的五份', async () => {
    const { customerId } = await app.store.read
      .selectFrom('contracts')
      .select('customerId')
      .where('id', '=', made.contract.id)
      .executeTakeFirstOrThrow()
    const written = { customerId, title: '不要的补充协议', amountFen: 1 }
    const { body: gone } = await app.as('sales1').post('/api/contracts', written)
    expect(await kindsOf('不要的')).toEqual(['contract'])
    await app.as('head1').delete(`/api/contracts/${gone.id}?version=${gone.version}`)
    expect(await kindsOf('不要的')).toEqual([])

    await app.store.tx(async (tx) => {
      const row = await tx
        .selectFrom('contracts')
        .selectAll()
        .where('id', '=', made.contract.id)
        .executeTakeFirstOrThrow()
      const { id: _, ...facts } = row
      const add = async (title: string, number: string) => {
        const { id } = await tx
          .insertInto('contracts')
          .values({ ...facts, number, title })
          .returning('id')
          .executeTakeFirstOrThrow()
        await indexTitle(tx, id, title, true)
      }
      for (let n = 1; n <= 1_001; n++) await add(`批量合同${n}`, `HT-M-${n}`)
    })
    expect((await found('批量合同')).map(({ number }) => number)).toEqual(
      [1_001, 1_000, 999, 998, 997].map((n) => `HT-M-${n}`),
    )
    expect(await found('批量合同', 'sales2')).toEqual([])
    // In every title, but apart from each other; and in one only.
    expect(await found('量批')).toEqual([])
    expect(await found('批合同')).toEqual([])
    expect((await found('合同1001')).map(({ number }) => number)).toEqual(['HT-M-1001'])
  })
})
