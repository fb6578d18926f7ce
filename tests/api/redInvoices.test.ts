import type { MoneyFact } from '@crm/shared/contract/customerMoney'
import type { InvoiceDetail } from '@crm/shared/contract/invoices'
import type { OrderDetail } from '@crm/shared/contract/orders'
import type { Receivable } from '@crm/shared/contract/receivables'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { checkMoney } from '../support/moneyChecks.ts'

let app: TestApp
let customerId: number
let n = 0
const as = (who: 'sales1' | 'finance') => app.as(who)
const apply = (orderId: number, amountFen: number) => as('sales1').post('/api/invoices', { orderId, amountFen })
const move = (row: Pick<InvoiceDetail, 'id' | 'version'>, name: string, more: object) =>
  as('finance').post(`/api/invoices/${row.id}/${name}`, { version: row.version, ...more })
const issue = (row: Pick<InvoiceDetail, 'id' | 'version'>) =>
  move(row, 'issue', { invoiceNumber: `NO-${row.id}`, issuedOn: '2026-11-21' })
const get = async (id: number): Promise<InvoiceDetail> => (await as('finance').get(`/api/invoices/${id}`)).body

beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())
beforeEach(async () => {
  customerId = (await app.make.customer({ name: `冲红公司${++n}号`, ownerId: app.ids.users.sales1 })).id
})

describe('冲红收回开票后应收的期次', () => {
  const planned = async (items: object[], fen = 10_000): Promise<OrderDetail> => {
    const lines = [{ name: '轴承', qtyMilli: 1_000, priceFen: fen }]
    const draft = (await as('sales1').post('/api/orders', { customerId, orderedOn: '2026-11-01', lines })).body
    await as('sales1').put(`/api/orders/${draft.id}/plan`, { items })
    return (await as('sales1').post(`/api/orders/${draft.id}/submit`, { version: draft.version })).body
  }
  const issued = async (orderId: number, fen: number): Promise<InvoiceDetail> =>
    (await issue((await apply(orderId, fen)).body)).body
  const plan = async (orderId: number) =>
    (await as('finance').get(`/api/orders/${orderId}/plan`)).body.items as Receivable[]
  const received = async () => (await as('sales1').get(`/api/customers/${customerId}/money`)).body.facts as MoneyFact[]
  const invoiced = (label: string, amountFen: number) => ({
    label,
    amountFen,
    trigger: 'invoice',
    terms: 'net',
    termsDays: 30,
  })

  it('全部冲红回到待生效,已收的变成预收,一分不少;重开又生效', async () => {
    const { id } = await planned([invoiced('全款', 10_000)])
    const paper = await issued(id, 10_000)
    const [owed] = await plan(id)
    const receipt = { customerId, amountFen: 4_000, receivedOn: '2026-11-22' }
    const paid = (await as('finance').post('/api/receipts', receipt)).body
    expect(paid.allocations).toMatchObject([{ receivableId: owed!.id, amountFen: 4_000 }])
    await move(await get(paper.id), 'red', { amountFen: 3_000, reason: '退一部分' })
    expect(await plan(id)).toMatchObject([{ status: 'partial', receivedFen: 4_000 }])
    const red = await move(await get(paper.id), 'red', { reason: '开错了' })
    expect(red.status).toBe(201)
    expect(await plan(id)).toMatchObject([{ id: owed!.id, status: 'pending', activeOn: null, receivedFen: 0 }])
    expect((await received()).find(({ key }) => key === 'prepaid')?.value).toBe(4_000)
    await checkMoney(app)
    await issued(id, 10_000)
    expect(await plan(id)).toMatchObject([{ status: 'due', activeOn: '2026-11-21', receivedFen: 0 }])
    await checkMoney(app)
  })

  it('只收回这张发票带出的那一期,别的发票带出的还在;都冲红了才全部收回', async () => {
    const { id } = await planned([invoiced('首付', 3_000), invoiced('尾款', 7_000)])
    const [first, second] = [await issued(id, 3_000), await issued(id, 7_000)]
    const states = async () => (await plan(id)).map(({ status }) => status)
    expect(await states()).toEqual(['due', 'due'])
    await move(await get(second.id), 'red', { reason: '改抬头' })
    expect(await states()).toEqual(['due', 'pending'])
    await move(await get(first.id), 'red', { reason: '改抬头' })
    expect(await states()).toEqual(['pending', 'pending'])
    const again = await planned([])
    await issued(again.id, 10_000)
    await as('sales1').put(`/api/orders/${again.id}/plan`, { items: [invoiced('全款', 10_000)] })
    expect(await plan(again.id)).toMatchObject([{ activeOn: '2026-11-21' }])
    await checkMoney(app)
  })

  it('冲红后再设的计划不因作废了的发票而生效', async () => {
    const { id } = await planned([])
    const paper = await issued(id, 10_000)
    await move(await get(paper.id), 'red', { reason: '开错了' })
    await as('sales1').put(`/api/orders/${id}/plan`, { items: [invoiced('全款', 10_000)] })
    expect(await plan(id)).toMatchObject([{ status: 'pending', activeOn: null }])
  })
})
