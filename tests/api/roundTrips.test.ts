import { exports as api, type ExportName } from '@crm/shared/contract/exports'
import type { ImportEntity } from '@crm/shared/contract/imports'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { downloaded, imported } from '../support/importing.ts'

/** One office is filled, its files fill an empty one. */
let [from, to]: TestApp[] = []
beforeAll(async () => {
  ;[from, to] = [await openTestApp(), await openTestApp()]
  const { make } = from!
  const customer = await make.customer({
    name: '往返公司',
    number: '0001',
    phone: '0755-26509999',
    regionCode: '440305',
    creditFen: 1_000_001,
    terms: 'net',
    termsDays: 30,
    ownerId: from!.ids.users.sales1,
    notes: '=1+1\n第二行, "引号"',
  })
  await make.customer({ name: '+第二家', number: 'KH-2', creditCode: '914403001922038216' })
  const contact = await make.contact({
    customerId: customer.id,
    name: '-张三',
    mobile: '13800000001',
    birthday: '1990-02-28',
  })
  const product = await make.product({
    name: '@轴承',
    number: '00012',
    spec: '20×47',
    priceFen: 1_255,
    costFen: 700,
    barcode: '6901234567892',
  })
  const admin = from!.as('admin')
  const lines = [
    { productId: product.id, qtyMilli: 1_500, priceFen: 1_255, discountBp: 250, promisedOn: '2026-12-01' },
    { name: '运费', qtyMilli: 1_000, priceFen: 3_333, taxRateBp: 600, notes: '到付' },
  ]
  const order = { customerId: customer.id, contactId: contact.id, orderedOn: '2026-11-01' }
  const agreed = {
    customerId: customer.id,
    title: '年度合同',
    amountFen: 9_999_999,
    contactId: contact.id,
    startOn: '2026-01-01',
    endOn: '2026-12-31',
  }
  await admin.post('/api/contracts', agreed)
  // Of two that are called the same.
  const contract = (await admin.post('/api/contracts', { ...agreed, amountFen: 5_000_000, endOn: '2026-06-30' })).body
  await admin.post('/api/orders', {
    ...order,
    lines,
    discountFen: 101,
    address: '深圳',
    terms: '款到发货\n运费自理',
    contractId: contract.id,
  })
  const done = (await admin.post('/api/orders', { ...order, lines })).body
  const sent = (await admin.post(`/api/orders/${done.id}/submit`, { version: done.version })).body
  const goods = [{ orderLineId: sent.lines[0].id, qtyMilli: 1_000 }]
  await admin.post('/api/deliveries', { orderId: done.id, deliveredOn: '2026-11-20', lines: goods })
  await admin.post('/api/receipts', {
    customerId: customer.id,
    amountFen: 1_234,
    receivedOn: '2026-11-21',
    bankNumber: '00001',
  })
})
afterAll(async () => {
  await from?.close()
  await to?.close()
})

const file = async (app: TestApp, name: ExportName, format: 'csv' | 'xlsx', more = '') => {
  const path = `${api[name].path}?format=${format}&sort=createdAt${more}`
  return (await downloaded(app, await app.signIn('admin'), path, 'POST')).bytes
}
const text = async (app: TestApp, name: ExportName) => Buffer.from(await file(app, name, 'csv')).toString()

const KINDS: readonly [ExportName, ImportEntity, 'csv' | 'xlsx'][] = [
  ['customers', 'customer', 'xlsx'],
  ['contacts', 'contact', 'csv'],
  ['products', 'product', 'xlsx'],
  ['contracts', 'contract', 'csv'],
  ['orders', 'order', 'xlsx'],
  ['receipts', 'receipt', 'csv'],
]

describe('导出的文件导入空的一家,再导出一模一样', () => {
  it.each(KINDS)('%s', async (name, entity, format) => {
    const bytes = Buffer.from(await file(from!, name, format))
    // Orders and their lines on two sheets; the same on one brings nothing new afterwards.
    const first = name === 'orders' ? Buffer.from(await file(from!, name, format, '&layout=sheets')) : bytes
    const batch = await imported(to!.as('admin'), first, { entity, fileName: `导出.${format}` })
    const rows = (await to!.as('admin').get(`/api/imports/${batch.id}/rows`)).body.items
    expect(rows.filter(({ status }: { status: string }) => status !== 'created')).toEqual([])
    expect(await text(to!, name)).toBe(await text(from!, name))
    expect(await imported(to!.as('admin'), bytes, { entity, fileName: `导出.${format}` })).toMatchObject({
      created: 0,
      failed: 0,
    })
  })
})
