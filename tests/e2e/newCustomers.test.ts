import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type BrowserApp, openBrowserApp } from '../support/browser.ts'
import { countClicks, listReady, seedCustomers } from '../support/customers.ts'

let app: BrowserApp
beforeAll(async () => {
  app = await openBrowserApp()
  await seedCustomers(app)
})
afterAll(() => app.close())
afterEach(() => app.refuseTroubles())

const list = async (who: 'admin' | 'sales1' | 'head1', path = '/customers'): Promise<Page> => {
  const page = await app.open(who, path)
  await listReady(page)
  return page
}
const nameField = (page: Page) => page.getByRole('dialog').getByLabel('客户名称')

describe('新建客户并查重', () => {
  it('三次点击以内:新建、填写、保存后就在客户页', async () => {
    const page = await list('sales1')
    const clicks = await countClicks(page)
    await page.getByRole('button', { name: '新建客户' }).click()
    await page.locator('[role=dialog] input:focus').waitFor()
    await page.keyboard.type('上海申诺精密机械有限公司')
    await page.keyboard.press('Tab')
    await page.keyboard.type('王建国')
    await page.keyboard.press('Tab')
    await page.keyboard.type('13812342041')
    await page.getByRole('button', { name: '保存', exact: true }).click()
    await page.getByRole('heading', { name: '上海申诺精密机械有限公司' }).waitFor()
    expect(page.url()).toMatch(/\/customers\/\d+$/)
    expect(await clicks()).toBeLessThanOrEqual(3)
    await page.getByRole('region', { name: '联系人' }).getByText('王建国').waitFor()
    await page.context().close()
  })

  it('一次填几位联系人:空着的不算,有误的指到那一位,保存后都在客户页', async () => {
    const page = await list('sales1')
    await page.keyboard.press('n')
    await page.locator('[role=dialog] input:focus').waitFor()
    for (const text of ['常州众联传动设备有限公司', '王一', '13812342041', '采购']) {
      await page.keyboard.type(text)
      await page.keyboard.press('Tab')
    }
    await page.keyboard.press('Enter')
    const second = page.getByRole('group', { name: '联系人 2' })
    await second.locator('input:focus').waitFor()
    await page.keyboard.type('李二')
    await page.keyboard.press('Tab')
    await page.keyboard.type('12')
    await page.getByRole('button', { name: '再加一位联系人' }).click()
    await page.getByRole('group', { name: '联系人 3' }).locator('input:focus').waitFor()
    await page.keyboard.press('Control+Enter')
    await second.locator('input:focus').waitFor()
    expect(await second.getByLabel('手机').getAttribute('aria-invalid')).toBe('true')
    await page.keyboard.press('Control+A')
    await page.keyboard.type('13812342042')
    await page.keyboard.press('Control+Enter')
    await page.getByRole('heading', { name: '常州众联传动设备有限公司' }).waitFor()
    const contacts = page.getByRole('region', { name: '联系人' })
    await contacts.getByText('李二').waitFor()
    expect(await contacts.getByText('首要').count()).toBe(1)
    await page.context().close()
  })

  it('不碰鼠标:G C N,填写,Ctrl+Enter', async () => {
    const page = await app.open('sales1', '/contacts')
    const title = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor()
    await title('联系人')
    const clicks = await countClicks(page)
    await page.keyboard.press('g')
    await page.keyboard.press('c')
    // The old page's list is ready too: wait for the new page itself.
    await title('客户')
    await listReady(page)
    await page.keyboard.press('n')
    await page.locator('[role=dialog] input:focus').waitFor()
    await page.keyboard.type('苏州恒拓电子科技有限公司')
    await page.keyboard.press('Control+Enter')
    await page.getByRole('heading', { name: '苏州恒拓电子科技有限公司' }).waitFor()
    expect(await clicks()).toBe(0)
    await page.context().close()
  })

  it('输入时提示可能重复的客户,看不到的只给名称和负责人', async () => {
    await app.make.customer({ name: '宁波北仑港通物流有限公司', phone: '13912340098', ownerId: app.ids.users.sales2 })
    const page = await list('sales1')
    await page.keyboard.press('n')
    await page.locator('[role=dialog] input:focus').waitFor()
    await page.keyboard.type('宁波北仑港通物流')
    const hint = page.getByRole('dialog').getByText('宁波北仑港通物流有限公司')
    await hint.waitFor()
    await page.getByRole('dialog').getByText('名称相同 · 负责人 孙华南').waitFor()
    expect(await page.getByRole('dialog').getByRole('link', { name: /查看/ }).count()).toBe(0)
    await page.context().close()
  })

  it('公海里已有的当场领取,不再新建', async () => {
    const admin = app.byToken('admin')
    const { body: pool } = await admin.post('/api/pools', { name: '当场领取的公海' })
    const { id } = await app.make.customer({ name: '温州瓯江泵阀有限公司', ownerId: app.ids.users.sales2 })
    await admin.post(`/api/customers/${id}/release`, { poolId: pool.id, reason: '不跟了' })
    const page = await list('sales1')
    await page.keyboard.press('n')
    await page.locator('[role=dialog] input:focus').waitFor()
    await page.keyboard.type('温州瓯江泵阀')
    await page.getByRole('dialog').getByText('名称相同 · 在公海').waitFor()
    await page.getByRole('button', { name: '领取 温州瓯江泵阀有限公司' }).click()
    await page.getByText('已领取 温州瓯江泵阀有限公司').waitFor()
    await page.getByRole('link', { name: /查看 温州瓯江泵阀有限公司/ }).waitFor()
    const owned = (await app.byToken('sales1').get(`/api/customers/${id}`)).body
    expect(owned.ownerId).toBe(app.ids.users.sales1)
    await page.context().close()
  })

  it('同名保存被拦下,写明理由的经理可以仍然保存', async () => {
    await app.make.customer({ name: '合肥众合建材有限公司', ownerId: app.ids.users.sales1 })
    const page = await list('head1')
    await page.keyboard.press('n')
    await page.locator('[role=dialog] input:focus').waitFor()
    await page.keyboard.type('合肥众合建材')
    await page.keyboard.press('Control+Enter')
    await page.getByLabel(/确实是另一家客户/).fill('另一家门店')
    app.forgive(/409/)
    await page.getByRole('button', { name: '仍然保存' }).click()
    await page.getByRole('heading', { name: '合肥众合建材', exact: true }).waitFor()
    await page.context().close()
  })

  it('关掉再开,没保存的内容还在', async () => {
    const page = await list('sales1')
    await page.keyboard.press('n')
    await page.locator('[role=dialog] input:focus').waitFor()
    await page.keyboard.type('只写了一半的客户')
    await page.waitForFunction(() => Object.keys(localStorage).some((key) => key.startsWith('crm:draft:')))
    page.once('dialog', (dialog) => void dialog.accept())
    await page.reload()
    await listReady(page)
    await page.keyboard.press('n')
    await nameField(page).waitFor()
    expect(await nameField(page).inputValue()).toBe('只写了一半的客户')
    await page.getByRole('button', { name: '放弃这些内容' }).click()
    await page.context().close()
  })
})
