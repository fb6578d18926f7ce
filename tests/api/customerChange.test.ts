import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { TestApp } from '../support/app.ts'
import type { Answer } from '../support/client.ts'
import { type DocumentsApp, openDocumentsApp, uploaded } from '../support/documents.ts'
import { expectRefusal } from '../support/refusal.ts'

let desk: DocumentsApp
let app: TestApp
let customerId: number
let customer: { customerId: number }
let contactId: number
let strangerId: number
let n = 0
const sales1 = () => app.as('sales1')
const refuses = (work: () => Promise<Answer>, field: string) => expectRefusal(app, work, 400, field)
const lines = [{ name: '轴承', qtyMilli: 3_000, priceFen: 3_350 }]
const order = async (more: object = {}) =>
  (await sales1().post('/api/orders', { customerId, orderedOn: '2026-11-22', lines, ...more })).body
const quote = async (more: object = {}) =>
  (await sales1().post('/api/quotes', { customerId, quotedOn: '2026-11-22', lines, ...more })).body
const contract = async () =>
  (await sales1().post('/api/contracts', { customerId, title: '框架协议', amountFen: 100 })).body
const changing =
  (path: string, { id, version }: { id: number; version: number }) =>
  (more: object) =>
    sales1().patch(`/api/${path}/${id}`, { version, ...more })

beforeAll(async () => {
  desk = await openDocumentsApp()
  app = desk.app
})
afterAll(() => desk.close())
beforeEach(async () => {
  const ownerId = app.ids.users.sales1
  customerId = (await app.make.customer({ name: `原来的公司${++n}号`, ownerId })).id
  customer = { customerId: (await app.make.customer({ name: `换到的公司${n}号`, ownerId })).id }
  contactId = (await app.make.contact({ customerId, name: '老王' })).id
  strangerId = (await app.make.contact({ ...customer, name: '小李' })).id
})

describe('单据换客户', () => {
  it('订单:原客户的联系人、合同不能留下,新客户的可以', async () => {
    const { id: contractId } = await contract()
    const change = changing('orders', await order({ contactId, contractId }))
    await refuses(() => change(customer), 'contactId')
    await refuses(() => change({ ...customer, contactId, contractId: null }), 'contactId')
    await refuses(() => change({ ...customer, contactId: strangerId }), 'contractId')
    await refuses(() => change({ contactId: strangerId }), 'contactId')
    const wanted = { ...customer, contactId: strangerId, contractId: null }
    expect((await change(wanted)).body).toMatchObject({ ...wanted, version: 2, lines: [{ name: '轴承' }] })
  })

  it('报价:原客户的联系人不能留下', async () => {
    const change = changing('quotes', await quote({ contactId }))
    await refuses(() => change(customer), 'contactId')
    await refuses(() => change({ contactId: strangerId }), 'contactId')
    const wanted = { ...customer, contactId: null }
    expect((await change(wanted)).body).toMatchObject({ ...wanted, lines: [{ name: '轴承' }] })
  })

  it('合同:联系人同样;下面已有订单的不能换', async () => {
    const made = await contract()
    const change = changing('contracts', made)
    await refuses(() => change({ ...customer, contactId }), 'contactId')
    await order({ contractId: made.id })
    await refuses(() => change(customer), 'customerId')
  })

  it('已有回款计划的、由报价单转来的订单不能换', async () => {
    const planned = await order()
    const items = [{ label: '全款', percentBp: 10_000, plannedOn: '2026-12-10' }]
    expect((await sales1().put(`/api/orders/${planned.id}/plan`, { items })).status).toBe(200)
    await refuses(() => changing('orders', planned)(customer), 'customerId')
    let from = await quote()
    for (const step of ['send', 'accept'])
      from = (await sales1().post(`/api/quotes/${from.id}/${step}`, { version: from.version })).body
    const { body: quoted } = await sales1().post(`/api/quotes/${from.id}/order`, { version: from.version })
    await refuses(() => changing('orders', quoted)(customer), 'customerId')
  })

  it('附件跟着单据到新客户', async () => {
    const made = { orders: await order(), quotes: await quote() }
    const files = [
      await uploaded(sales1(), '订单附件', { order: made.orders.id }),
      await uploaded(sales1(), '报价附件', { quote: made.quotes.id }),
    ]
    expect(files.map((one) => one.customerId)).toEqual([customerId, customerId])
    for (const path of ['orders', 'quotes'] as const)
      expect((await changing(path, made[path])(customer)).status).toBe(200)
    for (const { id } of files)
      expect((await sales1().get(`/api/documents/${id}`)).body).toMatchObject({ ...customer, version: 1 })
  })
})
