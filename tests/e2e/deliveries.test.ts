import type { OrderDetail } from '@crm/shared/contract/orders'
import { addDays } from '@crm/shared/days'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { type BrowserApp, flaws, openBrowserApp, screens } from '../support/browser.ts'
import { pdfText } from '../support/pdf.ts'

let app: BrowserApp
let order: OrderDetail
const line = (name: string, promisedOn: string) => ({
  name,
  spec: '20×47×14',
  unit: '个',
  qtyMilli: 5_000,
  priceFen: 1_250,
  promisedOn,
})

async function ordered(customerId: number, names: readonly string[], days: readonly number[]): Promise<OrderDetail> {
  const lines = names.map((name, at) => line(name, addDays(app.clock.today(), days[at]!)))
  const { body } = await app.as('sales1').post('/api/orders', {
    customerId,
    orderedOn: app.clock.today(),
    address: '高新区科技路 8 号',
    lines,
  })
  return (await app.as('sales1').post(`/api/orders/${body.id}/submit`, { version: body.version })).body
}
beforeAll(async () => {
  app = await openBrowserApp()
  const made = { ownerId: app.ids.users.sales1 }
  const { id } = await app.make.customer({ ...made, name: '上海申诺精密机械有限公司' })
  const other = await app.make.customer({ ...made, name: '杭州钱塘泵业' })
  order = await ordered(id, ['轴承 6204', '滚珠'], [-2, 3])
  await ordered(other.id, ['叶轮', '密封圈', '泵壳'], [0, 1, 30])
})
afterAll(() => app.close())
afterEach(() => app.refuseTroubles())

it('从看板登记交货:两次点击,未交的已填好;交完的不在了,各栏的数跟着变', async () => {
  const page = await app.open('sales1', '/deliveries')
  const tabs = page.getByRole('navigation', { name: '要求交货期' })
  await tabs.getByRole('link', { name: '逾期 1' }).waitFor()
  expect(await tabs.getByRole('link').allTextContents()).toEqual([
    '逾期\u00a01',
    '今天\u00a01',
    '明天\u00a01',
    '7 天内\u00a03',
    '全部未交',
  ])
  await page.getByRole('button', { name: `登记交货 ${order.number} 轴承 6204` }).click()
  const drawer = page.getByRole('dialog', { name: new RegExp(`登记交货 · ${order.number}`) })
  expect(await drawer.getByLabel('本次交货:轴承 6204').inputValue()).toBe('5')
  expect(await drawer.getByLabel('本次交货:滚珠').inputValue()).toBe('')
  expect(await drawer.getByLabel('送货地址').inputValue()).toBe('高新区科技路 8 号')
  await drawer.getByRole('button', { name: '登记交货', exact: true }).click()
  await page.getByText(/^已登记交货 SH/).waitFor()
  await page.getByText('还没有未交的订单明细').waitFor()
  await page.getByText(/^本月准时率 \d+%/).waitFor()
  await tabs.getByRole('link', { name: '逾期 0' }).waitFor()
  await page.context().close()
})

it('订单页的交货记录:少交一点、看不过的数量被指出、退货、作废', async () => {
  const page = await app.open('head1', `/orders/${order.id}`)
  const panel = page.getByRole('region', { name: '交货记录' })
  await panel.getByRole('button', { name: '登记交货', exact: true }).click()
  const quantity = page.getByLabel('本次交货:滚珠')
  await quantity.fill('6')
  const submit = page.getByRole('dialog').getByRole('button', { name: '登记交货', exact: true })
  await submit.click()
  await page.getByText('滚珠:最多还能交 5').first().waitFor()
  app.forgive(/409/)
  await quantity.fill('1.5')
  await submit.click()
  await panel.getByRole('listitem').nth(1).waitFor()
  const rowOf = async () => (await app.as('head1').get(`/api/orders/${order.id}`)).body
  expect(await rowOf()).toMatchObject({ state: 'partial', lines: [{}, { deliveredMilli: 1_500 }] })
  await panel
    .getByRole('button', { name: /^查看交货单/ })
    .first()
    .click()
  await page
    .getByRole('dialog', { name: /^交货单/ })
    .getByRole('button', { name: '作废', exact: true })
    .click()
  await page.getByLabel('作废原因').fill('登记错了')
  await page.getByRole('dialog', { name: /^作废/ }).getByRole('button', { name: '作废', exact: true }).click()
  await panel.getByText('已作废').waitFor()
  expect((await rowOf()).lines[1]).toMatchObject({ deliveredMilli: 0 })
  await page.context().close()
})

it('送货单默认不印单价,选了才印;看板与登记没有无障碍问题,手机上也不横向滚动', async () => {
  const mixed = await app.as('sales1').post('/api/orders', {
    customerId: order.customerId,
    orderedOn: app.clock.today(),
    lines: ['个', '箱', '个', '公斤', '个', '个'].map((unit, at) => ({
      name: `六行之${at + 1}`,
      unit,
      qtyMilli: 1_500,
      priceFen: 100,
    })),
  })
  const sent = await app.as('sales1').post(`/api/orders/${mixed.body.id}/submit`, { version: mixed.body.version })
  const note = await app.as('sales1').post('/api/deliveries', {
    orderId: mixed.body.id,
    deliveredOn: app.clock.today(),
    lines: sent.body.lines.map(({ id }: { id: number }) => ({ orderLineId: id, qtyMilli: 1_500 })),
  })
  const half = await app.open('sales1', `/print/deliveries/${note.body.id}`)
  await half.getByText('合计:共 6 项,6 个、1.5 箱、1.5 公斤').waitFor()
  const paper = await pdfText(half)
  expect([paper.pages, paper.text.split('合计:共6项,6个、1.5箱、1.5公斤').length]).toEqual([1, 2])
  await half.context().close()
  const { body } = await app.as('sales1').get(`/api/deliveries?orderId=${order.id}&sort=createdAt`)
  const print = await app.open('sales1', `/print/deliveries/${body.items[0].id}`)
  await print.getByRole('cell', { name: '轴承 6204' }).waitFor()
  expect(await print.getByText('12.50').count()).toBe(0)
  await print.getByLabel('印单价').check()
  await print.getByRole('cell', { name: '12.50' }).waitFor()
  await print.context().close()
  for (const screen of [screens.desk, screens.phone]) {
    const page = await app.open('sales1', '/deliveries?when=week', { screen })
    await page.getByText('叶轮').first().waitFor()
    expect(await flaws(page)).toEqual([])
    await page.getByRole('button', { name: /^登记交货 .* 叶轮$/ }).click()
    await page.getByLabel('本次交货:叶轮').waitFor()
    expect(await flaws(page)).toEqual([])
    await page.context().close()
  }
})
