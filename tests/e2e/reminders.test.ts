import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { axeProblems, type BrowserApp, isTooWide, openBrowserApp, screens, type Visit } from '../support/browser.ts'
import { countClicks } from '../support/customers.ts'

let app: BrowserApp
let customerId: number
// The office's clock stands at Sunday 2026-11-22 09:00 in Shanghai; the browser's goes on from there.
beforeAll(async () => {
  app = await openBrowserApp()
  const customer = await app.make.customer({ name: '上海申诺精密机械有限公司', ownerId: app.ids.users.sales1 })
  customerId = customer.id
  await app.make.contact({ customerId, name: '王建国', birthday: '1988-11-25' })
  const make = (title: string, dueAt: string, more: object = {}) =>
    app.as('sales1').post('/api/reminders', { title, dueAt, customerId, ...more })
  await make('发报价单', '2026-11-19T01:00:00.000Z')
  await make('电话回访,确认图纸', '2026-11-22T06:30:00.000Z')
  await make('寄样品', '2026-11-22T08:00:00.000Z')
  await make('每周例会', '2026-11-23T01:00:00.000Z', { repeat: 'weekly' })
  await make('月底对账', '2026-11-30T01:00:00.000Z', { repeat: 'monthly' })
})
afterAll(() => app.close())
afterEach(() => app.refuseTroubles())

function open(path: string, visit?: Visit): Promise<Page> {
  return app.open('sales1', path, visit)
}
const lines = (page: Page) => page.locator('[data-row]').allInnerTexts()

describe('提醒', () => {
  it('今天、逾期有数;键盘完成和推迟,点一下撤销', async () => {
    const page = await open('/reminders')
    await page.getByRole('list', { name: '今天的提醒' }).waitFor()
    expect(await lines(page)).toEqual(['电话回访,确认图纸', '寄样品'])
    const times = page.getByRole('navigation', { name: '时段' })
    expect(await times.getByRole('link', { name: /^逾期/ }).innerText()).toMatch(/^逾期\s1$/)
    await page.keyboard.press('j')
    await page.keyboard.press('e')
    await page.getByText('已完成“电话回访,确认图纸”').waitFor()
    expect(await lines(page)).toEqual(['寄样品'])
    await page.getByRole('button', { name: '撤销' }).click()
    await page.getByRole('button', { name: '电话回访,确认图纸', exact: true }).waitFor()
    await page.keyboard.press('h')
    await page.getByRole('menuitem', { name: '推迟到明天' }).click()
    await page.getByText('推迟到 11-23 09:00').waitFor()
    await times.getByRole('link', { name: /^未来 7 天/ }).click()
    await page.getByRole('button', { name: '电话回访,确认图纸', exact: true }).waitFor()
    expect(await lines(page)).toEqual(['电话回访,确认图纸', '每周例会'])
    await page.context().close()
  })

  it('客户页上三次点击内建好一条提醒;客户带上下次提醒', async () => {
    const page = await open(`/customers/${customerId}`)
    const panel = page.getByRole('region', { name: '提醒' })
    const clicks = await countClicks(page)
    await panel.getByRole('button', { name: '新建提醒' }).click()
    const form = page.getByRole('dialog', { name: /^新建提醒/ })
    await form.getByRole('textbox', { name: '事项' }).fill('送合同原件')
    await form.getByRole('button', { name: '3 天后' }).click()
    await form.getByRole('button', { name: '保存' }).click()
    await panel.getByRole('button', { name: '送合同原件', exact: true }).waitFor()
    expect(await clicks()).toBeLessThanOrEqual(3)
    const made = (await app.as('sales1').get('/api/reminders?q=送合同原件')).body.items
    expect(made).toMatchObject([{ customerId, dueAt: '2026-11-25T01:00:00.000Z' }])
    await page.context().close()
  })

  it('月历:键盘走到 25 日,有生日可复制祝福;列表看全月', async () => {
    const page = await open('/calendar')
    const cell = (on: number) => page.getByRole('gridcell', { name: new RegExp(`^11月 ?${on} ?日`) })
    await cell(22).focus()
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight']) await page.keyboard.press(key)
    const day = page.getByRole('region', { name: '11月25日 周三' })
    await day.getByText('王建国生日').waitFor()
    expect(await cell(25).getAttribute('aria-selected')).toBe('true')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: '新建提醒' }).waitFor()
    expect(await page.getByRole('textbox', { name: '时间' }).inputValue()).toBe('2026-11-25')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: '列表' }).click()
    await page.getByRole('region', { name: '11月30日 周一' }).getByText('月底对账').waitFor()
    await page.context().close()
  })
})

it.each([
  ['/reminders?window=overdue', '发报价单', screens.desk, 'light'],
  ['/reminders?window=overdue', '发报价单', screens.phone, 'dark'],
  ['/calendar', '王建国生日', screens.desk, 'dark'],
  ['/calendar', '王建国生日', screens.phone, 'light'],
] as const)('没有无障碍问题,也不横向滚动:%s', async (path, there, screen, theme) => {
  const page = await open(path, { screen, theme })
  await page.getByText(there).first().waitFor()
  expect(await axeProblems(page)).toEqual([])
  expect(await isTooWide(page)).toBe(false)
  await page.context().close()
})
