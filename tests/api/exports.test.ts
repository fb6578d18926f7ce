import { exports as api } from '@crm/shared/contract/exports'
import { modules } from '@crm/server/modules/index'
import type { Module } from '@crm/server/core/http/module'
import { exporting } from '@crm/server/core/exports/exportList'
import { customer } from '@crm/shared/entities/customer'
import { endpoint } from '@crm/shared/kernel/endpoint'
import { readXlsx } from 'hucre'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { bareCustomer, insertCustomers } from '../support/bulk.ts'
import { downloaded } from '../support/importing.ts'
import { expectRefusal } from '../support/refusal.ts'

let app: TestApp
let customerId = 0
beforeAll(async () => {
  app = await openTestApp()
  const { id } = await app.make.customer({
    name: '=导出公司',
    number: '0000012345678901234567',
    phone: '13812342041',
    ownerId: app.ids.users.sales1,
    creditFen: 123_456_789,
    regionCode: '440305',
  })
  customerId = id
})
afterAll(() => app.close())

const text = async (path: string, who: Parameters<TestApp['as']>[0] = 'admin') =>
  ((await app.as(who).post(path)).body as string)
    .replace(/^\uFEFF/, '')
    .trimEnd()
    .split('\r\n')
async function sheet(path: string) {
  const { bytes, headers } = await downloaded(app, await app.signIn('admin'), path, 'POST')
  const { sheets } = await readXlsx(Uint8Array.from(bytes))
  return { type: headers['content-type'], name: headers['content-disposition'], rows: sheets[0]!.rows }
}

describe('导出', () => {
  it('每张列表都导得出,表头是字段的名称,导出记入日志并写明行数', async () => {
    for (const { path } of Object.values(api)) {
      const [head] = await text(path)
      expect([path, head]).toEqual([path, expect.stringMatching(/\p{Script=Han}/u)])
    }
    const logged = await app.store.read
      .selectFrom('auditLog')
      .select(['entity', 'after'])
      .where('action', '=', 'export')
      .orderBy('id')
      .execute()
    expect(logged.map(({ entity }) => entity)).toEqual([
      'customer',
      'contact',
      'product',
      'quote',
      'order',
      'delivery',
      'contract',
      'receivable',
      'receipt',
      'invoice',
      'expense',
      'interaction',
      'audit',
      'feedback',
    ])
    expect(JSON.parse(logged[0]!.after!)).toEqual({ format: 'csv', rows: 1 })
  })

  it('Excel 里长编号是文字、金额是两位小数的数、公式不会执行', async () => {
    const { name, rows, type } = await sheet(`/api/customers/export?format=xlsx&q=${encodeURIComponent('导出公司')}`)
    expect(type).toContain('spreadsheetml')
    expect(decodeURIComponent(String(name))).toContain('客户-2026-11-22.xlsx')
    const at = (label: string) => rows[0]!.indexOf(label)
    expect(rows[1]![at('客户名称')]).toBe('=导出公司')
    expect(rows[1]![at('客户编号')]).toBe('0000012345678901234567')
    expect(rows[1]![at('信用额度')]).toBe(1_234_567.89)
    expect(rows[1]![at('地区')]).toContain('南山区')
    const [, line] = await text(`/api/customers/export?q=${encodeURIComponent('导出公司')}`)
    expect(line).toContain("'=导出公司")
    expect(line).toContain(',1234567.89,')
  })

  it('和列表一样的范围和脱敏:经理看得到号码,没有导出权限的不能导', async () => {
    const role = await app.make.role({ reach: 'all', permissions: ['customer.export', 'customer.read'] })
    const clerk = app.as((await app.make.user({ roleIds: [role.id] })).id)
    expect((await clerk.post('/api/customers/export')).body).toContain('138****2041')
    expect((await clerk.post('/api/contacts/export')).status).toBe(403)
    expect((await text('/api/customers/export', 'head1')).join()).toContain('13812342041')
    expect((await app.as('sales1').post('/api/customers/export')).status).toBe(403)
  })

  it('按列表的顺序,几页也一样;可以只要几列;不认得的列和排序被拒绝', async () => {
    const names = Array.from({ length: 250 }, (_, n) => `X-${String(n).padStart(3, '0')}`)
    await insertCustomers(
      app.store,
      names.map((number, n) => bareCustomer(n, { number })),
    )
    const asked = '/api/customers/export?fields=number&sort='
    const up = (await text(`${asked}number`)).slice(1).filter((number) => number.startsWith('X-'))
    expect(up).toEqual(names)
    const down = (await text(`${asked}-number`)).slice(1).filter((number) => number.startsWith('X-'))
    expect(down).toEqual(names.toReversed())
    // A column that may be empty has no cursor.
    expect((await text(`${asked}level`)).length).toBe((await text(asked.replace('&sort=', ''))).length)
    await expectRefusal(app, () => app.as('admin').post('/api/customers/export?fields=ownerName'), 400, 'fields')
    await expectRefusal(app, () => app.as('admin').post('/api/customers/export?fields=number,haha'), 400, 'fields')
    await expectRefusal(app, () => app.as('admin').post('/api/customers/export?sort=phone'), 400, 'sort')
    await expectRefusal(app, () => app.as('admin').post('/api/customers/export?format=pdf'), 400, 'format')
  })

  it('导到一半被停用,后面的就没有了', async () => {
    const { id } = await app.make.user({ roleIds: [(await app.make.role({ permissions: ['customer.read'] })).id] })
    let pages = 0
    const long: Module = {
      name: 'long',
      routes: ({ open }) =>
        open(
          endpoint<unknown>()('POST', '/api/long/export', 'customer.read', { summary: '很长的导出', query: {} }),
          exporting(
            { store: app.store, words: async () => ({ zone: 'Asia/Shanghai', label: (_, code) => code }) },
            {
              entity: customer,
              noun: '很长',
              async page() {
                pages++
                if (pages === 3)
                  await app.store.tx((tx) =>
                    tx.updateTable('users').set({ disabled: 1 }).where('id', '=', id).execute(),
                  )
                return {
                  items: Array.from({ length: 100 }, () => ({})),
                  total: 5_000,
                  totalCapped: false,
                  nextCursor: 'x',
                }
              },
              columns: () => [{ key: 'name', header: '名称', kind: 'text', cell: () => '甲' }],
            },
          ) as never,
        ),
    }
    const server = await app.second({ modules: [...modules, long] })
    const cookie = await app.signIn(id)
    await server
      .with({ cookie })
      .post('/api/long/export')
      .catch(() => null)
    expect(pages).toBe(10)
  })

  it('单据一行一条明细,带产品编号;没有成本', async () => {
    const product = await app.make.product({ name: '导出的轴承', number: 'EX-1', priceFen: 100, costFen: 60 })
    const lines = [
      { productId: product.id, qtyMilli: 2_500, priceFen: 12_345 },
      { name: '运费', qtyMilli: 1_000, priceFen: 5_000, taxRateBp: 600 },
    ]
    await app.as('sales1').post('/api/orders', { customerId, orderedOn: '2026-11-22', lines })
    await app.as('sales1').post('/api/quotes', { customerId, quotedOn: '2026-11-22', lines })
    for (const path of ['/api/orders/export', '/api/quotes/export']) {
      const { rows } = await sheet(`${path}?format=xlsx`)
      const at = (label: string) => rows[0]!.indexOf(label)
      expect(
        rows.slice(1).map((row) => ['产品编号', '品名', '数量', '单价', '金额', '税率'].map((l) => row[at(l)])),
      ).toEqual([
        ['EX-1', '导出的轴承', 2.5, 123.45, 308.63, '13%'],
        [null, '运费', 1, 50, 50, '6%'],
      ])
      expect(rows[0]!.join()).not.toContain('成本')
    }
  })

  it('看到的列:挑的列按挑的顺序,列表里算出来的数也在;没有权限看的列是空的或没有', async () => {
    const { id } = await app.make.customer({ name: '欠款公司', number: 'QK-1', ownerId: app.ids.users.sales1 })
    await app.make.contact({ customerId: id, name: '王首要', isPrimary: true })
    const lines = [{ name: '货', qtyMilli: 1_000, priceFen: 12_300 }]
    const draft = (await app.as('admin').post('/api/orders', { customerId: id, orderedOn: '2026-11-01', lines })).body
    await app
      .as('admin')
      .put(`/api/orders/${draft.id}/plan`, { items: [{ amountFen: 12_300, plannedOn: '2026-11-10' }] })
    await app.as('admin').post(`/api/orders/${draft.id}/submit`, { version: draft.version })

    const seen = '/api/customers/export?number=QK-1&fields=overdue,name,primaryContact,receivable,deals,updatedAt'
    const [head, line] = await text(seen)
    expect(head).toBe('其中逾期,客户名称,首要联系人,应收余额,累计成交,更新时间')
    expect(line).toMatch(/^123\.00,欠款公司,王首要,123\.00,123\.00,2026-11-22 /)
    expect((await text('/api/customers/export'))[0]).not.toContain('逾期')
    const role = await app.make.role({ reach: 'all', permissions: ['customer.export', 'customer.read'] })
    const clerk = app.as((await app.make.user({ roleIds: [role.id] })).id)
    expect((await clerk.post(seen)).body).toContain('客户名称,更新时间')
    // In sight as a customer, but not his money.
    const team = await app.make.role({ reach: 'own', permissions: ['receivable.read'] })
    const half = app.as((await app.make.user({ roleIds: [role.id, team.id] })).id)
    expect((await half.post('/api/customers/export?number=QK-1&fields=name,overdue')).body).toContain('欠款公司,\r\n')

    const rows = await text(
      '/api/orders/export?layout=rows&fields=amountFen,number,promisedOn,updatedAt&sort=-amountFen',
    )
    expect(rows[0]).toBe('订单金额,订单号,要求交货期,更新时间')
    expect(rows).toHaveLength(3)
    expect((await text('/api/receivables/export?fields=source,status'))[1]).toBe(`${draft.number},逾期`)
    expect((await text('/api/products/export?fields=margin,name', 'sales1'))[0]).toBe('产品名称')
  })

  it('订单和明细两个工作表:订单只写一次,明细带订单号;只有 xlsx 有,列不能挑', async () => {
    const { bytes } = await downloaded(
      app,
      await app.signIn('admin'),
      '/api/orders/export?format=xlsx&layout=sheets',
      'POST',
    )
    const { sheets } = await readXlsx(Uint8Array.from(bytes))
    expect(sheets.map(({ name }) => name)).toEqual(['订单', '订单明细'])
    const [orders, lines] = sheets.map(({ rows }) => rows)
    const numbers = orders!.slice(1).map((row) => row[0])
    expect(new Set(numbers).size).toBe(numbers.length)
    expect(lines![0]!.slice(0, 3)).toEqual(['订单号', '产品编号', '品名'])
    expect(new Set(lines!.slice(1).map((row) => row[0]))).toEqual(new Set(numbers))
    expect(lines!.length).toBeGreaterThan(orders!.length)
    await expectRefusal(app, () => app.as('admin').post('/api/orders/export?layout=sheets'), 400, 'format')
    const picked = '/api/orders/export?layout=sheets&format=xlsx&fields=number'
    await expectRefusal(app, () => app.as('admin').post(picked), 400, 'fields')
    await expectRefusal(app, () => app.as('admin').post('/api/products/export?layout=rows'), 400, 'layout')
  })
})
