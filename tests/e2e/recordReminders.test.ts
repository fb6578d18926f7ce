import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { axeProblems, type BrowserApp, isTooWide, openBrowserApp, screens, type Visit } from '../support/browser.ts'
import { countClicks } from '../support/customers.ts'

let app: BrowserApp
let order: { id: number; number: string; version: number }
// The office's clock stands at Sunday 2026-11-22 09:00 in Shanghai; the browser's goes on from there.
beforeAll(async () => {
  app = await openBrowserApp()
  const { id: customerId } = await app.make.customer({
    name: '上海申诺精密机械有限公司',
    ownerId: app.ids.users.sales1,
  })
  const lines = [{ name: '轴承', qtyMilli: 2_000, priceFen: 12_345 }]
  order = (await app.as('sales1').post('/api/orders', { customerId, orderedOn: '2026-11-22', lines })).body
  const about = { subjectType: 'order', subjectId: order.id }
  const remind = (title: string, dueAt: string, more: object = {}) =>
    app.as('sales1').post('/api/reminders', { ...about, title, dueAt, ...more })
  await remind('确认发货日期', '2026-11-20T01:00:00.000Z')
  await remind('催首付款', '2026-11-24T01:00:00.000Z', { repeat: 'weekly' })
})
afterAll(() => app.close())
afterEach(() => app.refuseTroubles())

function open(path: string, visit?: Visit): Promise<Page> {
  return app.open('sales1', path, visit)
}

describe('订单上的提醒', () => {
  it('三次点击内建好;清单和客户页上带着单号,点开就是这张订单;订单删除了也说明', async () => {
    const page = await open(`/orders/${order.id}`)
    const panel = page.getByRole('region', { name: '提醒' })
    const clicks = await countClicks(page)
    await panel.getByRole('button', { name: '新建提醒' }).click()
    const form = page.getByRole('dialog', { name: `新建提醒 · ${order.number}` })
    await form.getByRole('textbox', { name: '事项' }).fill('约装车')
    await form.getByRole('button', { name: '3 天后' }).click()
    await form.getByRole('button', { name: '保存' }).click()
    await panel.getByRole('button', { name: '约装车', exact: true }).waitFor()
    expect(await clicks()).toBeLessThanOrEqual(3)
    await page.goto('/reminders?window=week')
    const link = page.getByRole('listitem').filter({ hasText: '约装车' }).getByRole('link', { name: /^订单/ })
    expect(await link.innerText()).toBe(`订单 ${order.number}`)
    await link.click()
    await page.getByRole('heading', { name: `订单 ${order.number}` }).waitFor()
    // All of the page is there before its order goes.
    await panel.getByRole('button', { name: '约装车', exact: true }).waitFor()
    await page.getByRole('region', { name: '回款计划' }).getByText('没有计划').waitFor()
    const { version } = (await app.as('admin').get(`/api/orders/${order.id}`)).body
    await app.as('admin').delete(`/api/orders/${order.id}?version=${version}`)
    await page.goto('/reminders?window=week')
    const line = page.getByRole('listitem').filter({ hasText: '约装车' })
    await line.getByText(`订单 ${order.number}(已删除)`).waitFor()
    expect(await line.getByRole('link', { name: /^订单/ }).count()).toBe(0)
    await app.as('admin').post(`/api/orders/${order.id}/restore`)
    await page.context().close()
  })
})

it.each([
  [screens.desk, 'light'],
  [screens.desk, 'dark'],
  [screens.phone, 'light'],
  [screens.phone, 'dark'],
] as const)('没有无障碍问题,也不横向滚动:%o %s', async (screen, theme) => {
  const page = await open(`/orders/${order.id}`, { screen, theme })
  await page.getByRole('button', { name: '催首付款', exact: true }).waitFor()
  expect(await axeProblems(page)).toEqual([])
  expect(await isTooWide(page)).toBe(false)
  await page.context().close()
})
