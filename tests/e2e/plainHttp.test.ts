import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { type BrowserApp, LAN_HOST, openBrowserApp } from '../support/browser.ts'
import { listReady, seedCustomers } from '../support/customers.ts'

let app: BrowserApp
beforeAll(async () => {
  app = await openBrowserApp({ host: LAN_HOST })
  await seedCustomers(app, 20)
})
afterAll(() => app.close())
afterEach(() => app.refuseTroubles())

it('局域网里的普通 HTTP 地址:登录、新建、复制号码都能用', async () => {
  const page = await app.open('admin', '/customers')
  await listReady(page)
  expect(await page.evaluate(() => [isSecureContext, 'clipboard' in navigator, 'randomUUID' in crypto])).toEqual([
    false,
    false,
    false,
  ])

  await page.keyboard.press('n')
  await page.locator('[role=dialog] input:focus').waitFor()
  await page.keyboard.type('局域网客户有限公司')
  await page.getByRole('dialog').getByLabel('手机').fill('13812342041')
  await page.getByRole('dialog').getByLabel('姓名').fill('王建国')
  await page.keyboard.press('Control+Enter')
  await page.getByRole('heading', { name: '局域网客户有限公司' }).waitFor()

  await page.getByRole('button', { name: '复制王建国的手机' }).click()
  await page.getByText('已复制 13812342041').waitFor()
  await page.getByRole('combobox', { name: /^全局搜索/ }).click()
  await page.keyboard.press('Control+V')
  expect(await page.getByRole('combobox', { name: /^全局搜索/ }).inputValue()).toBe('13812342041')
  await page.context().close()
})
