import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type BrowserApp, flaws, openBrowserApp, screens, type Visit } from '../support/browser.ts'
import { seedCustomers } from '../support/customers.ts'

let app: BrowserApp
let customerId: number
beforeAll(async () => {
  app = await openBrowserApp()
  await seedCustomers(app, 60)
  const { body } = await app.as('admin').post('/api/customers', {
    name: '上海申诺精密机械有限公司',
    phone: '021-58880000',
    website: 'www.example.cn',
    email: 'office@example.cn',
    ownerId: app.ids.users.sales1,
    creditFen: 37_135_000,
    terms: 'monthly',
    termsDays: 30,
    firstContact: { name: '王建国', mobile: '13812342041', jobTitle: '采购经理', email: 'wang@example.cn' },
  })
  customerId = body.id
})
afterAll(() => app.close())
afterEach(() => app.refuseTroubles())

const visits: readonly (readonly [string, Visit])[] = [
  ['1366x641', { screen: screens.desk }],
  ['390x844', { screen: screens.phone }],
]
const isPhone = (visit: Visit) => visit.screen === screens.phone

async function flawless(page: Page): Promise<void> {
  expect(await flaws(page)).toEqual([])
}
/** Rows of the desk, cards of the phone. */
const filled = (page: Page) => page.locator('tbody tr a, .cards li a').first().waitFor()

describe.each(visits)('每个画面亮色暗色都没有无障碍问题,也不横向滚动:%s', (_, visit) => {
  it('客户列表:有数据、行菜单、筛选抽屉', async () => {
    const page = await app.open('admin', '/customers', visit)
    await filled(page)
    await flawless(page)
    await page
      .getByRole('button', { name: /^更多(操作)?:/ })
      .first()
      .click()
    await page.getByRole('menu').waitFor()
    await flawless(page)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: isPhone(visit) ? '筛选' : '更多筛选' }).click()
    await page.getByRole('dialog', { name: '筛选' }).waitFor()
    await flawless(page)
    await page.context().close()
  })

  it('客户列表:没有符合条件的、回收站、出错', async () => {
    const page = await app.open('admin', '/customers?q=没有这样的客户', visit)
    await page.getByText('没有符合条件的客户').waitFor()
    await flawless(page)
    await page.goto('/customers?view=recycled')
    await page.getByText('还没有已删除的客户').waitFor()
    await flawless(page)
    await page.route('**/api/customers?*', (route) => route.fulfill({ status: 500, body: '{}' }))
    await page.goto('/customers')
    await page.getByText('系统出错了').waitFor()
    await flawless(page)
    app.forgive(/500/)
    await page.context().close()
  })

  it('新建客户:折叠、展开、查重提示、出错', async () => {
    const page = await app.open('admin', '/customers?new=1', visit)
    const name = page.getByRole('dialog').getByLabel('客户名称')
    await name.fill('上海申诺精密机械')
    await page.getByText('已有相同的客户').waitFor()
    await flawless(page)
    await page.getByRole('button', { name: /^更多资料/ }).click()
    await page.getByRole('textbox', { name: '统一社会信用代码' }).fill('123')
    await name.fill('')
    await page.getByRole('button', { name: '保存', exact: true }).click()
    await page.getByText('有 2 处需要改正').waitFor()
    await flawless(page)
    await page.context().close()
  })

  it('客户页:每个分页、就地编辑、转移', async () => {
    const page = await app.open('admin', `/customers/${customerId}`, visit)
    await page.getByRole('heading', { name: '上海申诺精密机械有限公司' }).waitFor()
    await page.getByText('王建国').first().waitFor()
    await flawless(page)
    for (const tab of isPhone(visit) ? ['时间线', '资料'] : []) {
      await page.getByRole('tab', { name: tab, exact: true }).click()
      await flawless(page)
    }
    await page.getByRole('button', { name: '编辑基本资料' }).click()
    await page.getByLabel('简称').waitFor()
    await flawless(page)
    await page.getByRole('button', { name: '取消' }).click()
    await page.getByRole('button', { name: isPhone(visit) ? '更多' : '更多操作', exact: true }).click()
    await page.getByRole('menuitem', { name: '转移负责人' }).click()
    await page.getByRole('dialog', { name: '转移负责人' }).waitFor()
    await flawless(page)
    await page.context().close()
  })

  it('联系人列表、新建联系人、标签', async () => {
    const page = await app.open('admin', '/contacts', visit)
    await filled(page)
    await flawless(page)
    await page.goto('/contacts?new=1')
    await page.getByRole('dialog').getByLabel('姓名').waitFor()
    await flawless(page)
    await page.goto('/settings/tags')
    await page.getByText('年框').waitFor()
    await flawless(page)
    await page.context().close()
  })
})
