import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { type BrowserApp, flaws, openBrowserApp, screens, visit } from '../support/browser.ts'

/** What no test of its module looks at: papers before they are printed, and lists beside the main ones. */
const paths: string[] = ['/products/categories', '/deliveries/notes', '/settings/handovers/new']
let app: BrowserApp
beforeAll(async () => {
  app = await openBrowserApp()
  const admin = app.as('admin')
  const made = async (path: string, body: object) => {
    const { body: row, status } = await admin.post(path, body)
    expect([path, status]).toEqual([path, 201])
    return row
  }
  const { id: customerId } = await app.make.customer({ name: '要打印的公司', ownerId: app.ids.users.sales1 })
  await made('/api/product-categories', { name: '轴承' })
  const lines = [{ name: '深沟球轴承', spec: '6204', qtyMilli: 20_000, priceFen: 1_850 }]
  const quote = await made('/api/quotes', { customerId, quotedOn: '2026-11-22', terms: '款到发货', lines })
  const contract = await made('/api/contracts', {
    customerId,
    title: '供货合同',
    amountFen: 37_000,
    body: '第一条 供货',
  })
  const receipt = await made('/api/receipts', { customerId, amountFen: 37_000, receivedOn: '2026-11-20' })
  const draft = await made('/api/orders', { customerId, orderedOn: '2026-11-20', lines })
  const { body: order } = await admin.post(`/api/orders/${draft.id}/submit`, { version: draft.version })
  const goods = [{ orderLineId: order.lines[0].id, qtyMilli: 5_000 }]
  const sent = { orderId: order.id, kind: 'delivery', deliveredOn: '2026-11-21', lines: goods }
  const delivery = await made('/api/deliveries', sent)
  paths.push(
    `/quotes/new?customerId=${customerId}`,
    `/print/quotes/${quote.id}`,
    `/print/contracts/${contract.id}`,
    `/print/receipts/${receipt.id}`,
    `/print/deliveries/${delivery.id}`,
    `/print/statements?customers=${customerId}&from=2026-11-01&to=2026-11-22`,
  )
})
afterAll(() => app.close())
afterEach(() => app.refuseTroubles())

it.each(['desk', 'phone'] as const)('打印前的样子和旁边的列表没有无障碍问题,也不横向滚动:%s', async (screen) => {
  const page = await app.open('admin', '/customers', { screen: screens[screen] })
  for (const path of paths) {
    await visit(page, path)
    expect(await flaws(page), path).toEqual([])
  }
  await page.context().close()
})
