import { instantAt } from '@crm/shared/rules/zoned'
import { addDays, dayOf } from '@crm/shared/days'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { axeProblems, type BrowserApp, isTooWide, openBrowserApp, screens, type Visit } from '../support/browser.ts'

let app: BrowserApp
/** The browser's own: reminders are due by it. */
const realToday = dayOf(new Date().toISOString(), 'Asia/Shanghai')
beforeAll(async () => {
  app = await openBrowserApp()
  app.clock.advance(Date.now() - Date.parse(app.clock.now()))
  const { sales1, sub1 } = app.ids.users
  await app.as('admin').put('/api/settings/inactivity', { items: [{ ownerDays: 30 }, { level: 'A', ownerDays: 7 }] })
  const names = ['上海申诺精密机械有限公司', '苏州恒达电子有限公司', '杭州万里物流有限公司', '宁波华新塑料制品有限公司']
  for (const [n, name] of names.entries()) {
    const row = await app.make.customer({ name, ownerId: n === 3 ? sub1 : sales1, level: n < 2 ? 'A' : 'B' })
    const lastFollowUpAt = n === 2 ? null : instantAt(addDays(realToday, -9 - 30 * n), '15:00', 'Asia/Shanghai')
    await app.store.tx((tx) =>
      tx
        .updateTable('customers')
        .set({ lastFollowUpAt, receivedAt: lastFollowUpAt })
        .where('id', '=', row.id)
        .execute(),
    )
    const dueAt = instantAt(n === 1 ? addDays(realToday, -2) : realToday, n === 1 ? '10:00' : '23:30', 'Asia/Shanghai')
    if (n < 3)
      await app
        .as('sales1')
        .post('/api/reminders', { title: `约${name.slice(2, 4)}谈下季度订单`, dueAt, customerId: row.id })
    if (n < 2)
      await app.as('sales1').post('/api/feedback', {
        customerId: row.id,
        words: n === 0 ? '这批主轴有三根尺寸超差,客户停线等货' : '希望对账单能按月发邮箱',
        type: n === 0 ? 'complaint' : 'suggestion',
        severity: n === 0 ? 'urgent' : 'normal',
        occurredOn: realToday,
      })
    if (n === 2)
      await app.as('sales1').post('/api/interactions', { customerId: row.id, kind: 'call', text: '确认了交期' })
  }
})
afterAll(() => app.close())
afterEach(() => app.refuseTroubles())

const strip = (page: Page) => page.getByRole('list', { name: '数字' })
async function flawless(page: Page): Promise<void> {
  expect(await axeProblems(page)).toEqual([])
  expect(await isTooWide(page)).toBe(false)
}

it('登录后先看到工作台;数字打开的正是那些行,完成、写跟进就在原处', async () => {
  const page = await app.open('sales1', '/')
  await page.getByRole('heading', { name: '工作台', level: 1 }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/home')
  await strip(page)
    .getByRole('link', { name: /今日待办 2/ })
    .waitFor()
  await page.getByRole('button', { name: '完成:约申诺谈下季度订单' }).click()
  await strip(page)
    .getByRole('link', { name: /今日待办 1/ })
    .waitFor()
  await page.getByRole('button', { name: '写跟进:苏州恒达电子有限公司' }).click()
  await page.getByRole('dialog', { name: /写跟进 · 苏州恒达/ }).waitFor()
  await page.keyboard.press('Escape')
  await strip(page)
    .getByRole('link', { name: /^久未跟进 2/ })
    .click()
  await page.getByRole('heading', { name: '客户', level: 1 }).waitFor()
  await page.getByText('2 家', { exact: true }).waitFor()
  await page.getByText('久未跟进:是').waitFor()
  await page
    .getByRole('row', { name: /苏州恒达/ })
    .getByText('逾期 2 天', { exact: true })
    .waitFor()
  await page.context().close()
})

it('经理换着看,次序自己排,下次还在', async () => {
  const page = await app.open('head1', '/home?circle=subtree')
  await strip(page)
    .getByRole('link', { name: /^久未跟进 3/ })
    .waitFor()
  await page.getByRole('button', { name: '含下属', pressed: true }).waitFor()
  await page.getByRole('button', { name: '本部门' }).click()
  await strip(page)
    .getByRole('link', { name: /^久未跟进 2/ })
    .waitFor()
  await page.getByRole('button', { name: '调整' }).click()
  await page.getByRole('button', { name: '下移 今日待办' }).click()
  await page.getByRole('checkbox', { name: '待处理反馈' }).uncheck()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await page.reload()
  await strip(page).waitFor()
  const labels = await strip(page).locator('.label').allTextContents()
  expect(labels.slice(0, 2)).toEqual(['逾期待办', '今日待办'])
  expect(labels).not.toContain('待处理反馈')
  await page.context().close()
})

it('客户反馈:客户页登记,列表里处理到解决;久未跟进的规则', async () => {
  const page = await app.open('sales1', '/customers/1')
  await page.getByRole('button', { name: '登记反馈' }).click()
  const form = page.getByRole('dialog', { name: /登记反馈/ })
  await form.getByLabel('客户原话').fill('发票抬头写错了,请重开')
  await form.getByRole('button', { name: '保存' }).click()
  await page.getByText('发票抬头写错了').first().waitFor()
  await page.goto('/feedback?q=发票')
  await page.getByRole('link', { name: /^FK\d{6}-\d{4}$/ }).click()
  const shown = page.getByRole('dialog', { name: /客户反馈 FK/ })
  await shown.getByRole('button', { name: '开始处理' }).click()
  await shown.getByText('处理中').waitFor()
  await shown.getByRole('button', { name: '登记解决' }).click()
  const result = page.getByRole('dialog', { name: /登记解决/ })
  await result.getByLabel('处理结果').fill('已重开并寄出')
  await result.getByRole('button', { name: '登记解决' }).click()
  await shown.getByText('已解决').waitFor()
  await flawless(page)
  await page.context().close()
})

it.each([
  ['1366x641 亮色', { screen: screens.desk }],
  ['390x844 暗色', { screen: screens.phone, theme: 'dark' }],
] as const satisfies readonly (readonly [string, Visit])[])(
  '工作台、反馈、规则没有无障碍问题,也不横向滚动:%s',
  async (_, visit) => {
    const page = await app.open('admin', '/home?circle=all', visit)
    await strip(page)
      .getByRole('link', { name: /久未跟进/ })
      .waitFor()
    await flawless(page)
    await page.getByRole('button', { name: '调整' }).click()
    await page.getByRole('dialog', { name: '调整工作台' }).waitFor()
    await flawless(page)
    await page.goto('/feedback')
    await page.locator('tbody tr a, .cards li a').first().waitFor()
    await flawless(page)
    await page.goto('/settings/inactivity')
    await page.getByRole('group', { name: '规则 1' }).waitFor()
    await flawless(page)
    await page.context().close()
  },
)
