import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Client } from '../support/client.ts'
import { csv, imported, rowsOf, type Sheet, upload } from '../support/importing.ts'

let app: TestApp
let admin: Client
let customerId = 0
beforeAll(async () => {
  app = await openTestApp()
  admin = app.as('admin')
  customerId = (await app.make.customer({ name: '回款导入公司', number: 'KH-8', ownerId: app.ids.users.sales1 })).id
  await app.make.customer({ name: '别的公司', ownerId: app.ids.users.sales1 })
  const orders = [
    ['订单编号', '客户', '下单日期', '状态', '交货日期', '品名', '数量', '单价'],
    ['R-1', 'KH-8', '2026-01-01', '已交货', '2026-01-05', '件', '1', '100'],
    ['R-2', 'KH-8', '2026-02-01', '已交货', '2026-02-05', '件', '1', '200'],
    ['R-3', '别的公司', '2026-02-01', '已交货', '2026-02-05', '件', '1', '50'],
  ]
  await imported(admin, csv(orders), { entity: 'order' })
})
afterAll(() => app.close())

const load = (rows: Sheet, by = admin) => imported(by, csv(rows), { entity: 'receipt' })
const messages = async (id: number) => (await rowsOf(admin, id)).map(({ message }) => message)
const receipts = async () => (await admin.get(`/api/receipts?customerId=${customerId}&sort=id`)).body.items
const open = async () =>
  (await admin.get(`/api/receivables?customerId=${customerId}&sort=activeOn`)).body.items.map(
    ({ openFen }: { openFen: number }) => openFen,
  )
const HEAD = ['回款单号', '客户', '金额', '到账日期', '方式', '银行流水号', '订单号']

describe('导入回款', () => {
  it('写了订单号的核销那张订单,没写的先到期的先收,多的是预收;再导一次不重复', async () => {
    const rows = [
      HEAD,
      ['', 'KH-8', '150.00', '2026-03-01', '银行转账', 'BK-1', 'R-2'],
      ['SK-7', '回款导入公司', '60', '2026/3/2', '', '', ''],
      ['', 'KH-8', '300', '2026-03-03', '', '', ''],
      ['', 'KH-8', '300', '2026-03-03', '', '', ''],
    ]
    const batch = await load(rows)
    expect(batch).toMatchObject({ created: 3, skipped: 1, failed: 0 })
    expect((await messages(batch.id))[3]).toContain('不是同一笔就写上流水号')
    expect(await open()).toEqual([0, 0])
    expect(await receipts()).toMatchObject([
      { number: expect.stringMatching(/^HK202611-/), bankNumber: 'BK-1', allocatedFen: 15_000, state: 'confirmed' },
      { number: 'SK-7', allocatedFen: 6_000 },
      { allocatedFen: 9_000, prepaidFen: 21_000 },
    ])
    const [first] = await receipts()
    const { allocations } = (await admin.get(`/api/receipts/${first.id}`)).body
    expect(allocations).toMatchObject([{ orderNumber: 'R-2', amountFen: 15_000 }])
    expect(await load(rows)).toMatchObject({ created: 0, skipped: 4 })
  })

  it('不通的说清楚:别人的订单、已经收清、日期在以后、退款写了订单号、金额是零', async () => {
    const batch = await load([
      HEAD,
      ['', 'KH-8', '1', '2026-03-01', '', 'X-1', 'R-3'],
      ['', 'KH-8', '1', '2026-03-01', '', 'X-2', 'R-1'],
      ['', 'KH-8', '1', '2027-03-01', '', 'X-3', ''],
      ['', 'KH-8', '-1', '2026-03-01', '', 'X-4', 'R-1'],
      ['', 'KH-8', '0', '2026-03-01', '', 'X-5', ''],
      ['', '没有的公司', '5', '2026-03-01', '', 'X-6', ''],
    ])
    expect(batch).toMatchObject({ created: 0, failed: 6 })
    expect(await messages(batch.id)).toEqual([
      expect.stringContaining('这个客户没有订单“R-3”'),
      expect.stringContaining('订单“R-1”没有还没收的应收款'),
      expect.stringContaining('到账日期不能晚于今天'),
      expect.stringContaining('退款不能写订单编号'),
      expect.stringContaining('金额不能是零'),
      expect.stringContaining('找不到客户'),
    ])
  })

  it('几份合同同名的不猜是哪一份,要写合同号;作废的那份不算同名', async () => {
    const signed = async (title: string, amountFen: number) => {
      const { body } = await admin.post('/api/contracts', { customerId, title, amountFen })
      await admin.post(`/api/contracts/${body.id}/submit`, { version: 1 })
      return (await admin.post(`/api/contracts/${body.id}/sign`, { version: 2, signedOn: '2026-01-01' })).body
    }
    const [old, current] = [await signed('年度供货合同', 5_000), await signed('年度供货合同', 6_000)]
    const head = ['客户', '金额', '到账日期', '银行流水号', '合同号']
    const batch = await load([
      head,
      ['KH-8', '50', '2026-04-01', 'Y-1', '年度供货合同'],
      ['KH-8', '60', '2026-04-01', 'Y-2', current.number],
      ['KH-8', '1', '2026-04-01', 'Y-3', '没有的合同'],
    ])
    expect(await messages(batch.id)).toEqual([
      '这个客户有几份合同都叫“年度供货合同”,请改写合同号',
      expect.not.stringContaining('几份'),
      '这个客户没有合同“没有的合同”',
    ])
    await admin.post(`/api/contracts/${old.id}/void`, { version: old.version, reason: '重签' })
    const again = await upload(admin, csv([head, ['KH-8', '50', '2026-04-01', 'Y-4', '年度供货合同']]), {
      entity: 'receipt',
    })
    expect((await messages(again.body.id))[0] ?? '').not.toContain('几份')
  })

  it('撤销就是作废,账回到原来;编号空出来可以再导;没有权限的不能导', async () => {
    const rows = [HEAD, ['SK-9', '别的公司', '50', '2026-03-01', '', '', 'R-3']]
    const batch = await load(rows)
    expect(batch).toMatchObject({ created: 1 })
    expect((await admin.post(`/api/imports/${batch.id}/undo`)).body).toMatchObject({ undone: 1, left: 0 })
    const voided = (await admin.get('/api/receipts?state=void')).body.items
    expect(voided).toMatchObject([{ number: expect.stringContaining('SK-9(撤销'), allocatedFen: 0 }])
    expect(await load(rows)).toMatchObject({ created: 1 })
    expect((await upload(app.as('sales1'), csv(rows), { entity: 'receipt' })).status).toBe(403)
    expect((await upload(app.as('finance'), csv(rows), { entity: 'receipt' })).status).toBe(201)
  })
})
