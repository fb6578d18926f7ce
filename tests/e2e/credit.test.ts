import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type BrowserApp, flaws, openBrowserApp, screens, visit } from '../support/browser.ts'

let app: BrowserApp
beforeAll(async () => void (app = await openBrowserApp()))
afterAll(() => app.close())
afterEach(() => app.refuseTroubles())
const shots = process.env['SHOTS']

async function company(name: string): Promise<number> {
  return (await app.make.customer({ name, ownerId: app.ids.users.sales1, level: null })).id
}
async function confirmed(customerId: number, priceFen: number): Promise<number> {
  const lines = [{ name: '轴承 6204', qtyMilli: 10_000, priceFen }]
  const { id, version } = (await app.as('sales1').post('/api/orders', { customerId, orderedOn: '2026-11-01', lines }))
    .body
  await app.as('sales1').post(`/api/orders/${id}/submit`, { version })
  return id
}
async function limit(customerId: number, body: object): Promise<void> {
  const { version } = (await app.as('finance').get(`/api/customers/${customerId}/credit`)).body
  const { status } = await app.as('finance').put(`/api/customers/${customerId}/credit`, { version, ...body })
  expect(status).toBe(200)
}

describe('信用、回单与账龄档', () => {
  it('登记回款时选一张、粘贴一张回单,保存后都挂在回款上', async () => {
    const customerId = await company('虹口轴承有限公司')
    const page = await app.open('finance', `/customers/${customerId}`)
    await page.getByRole('region', { name: '应收与回款' }).getByRole('button', { name: '登记回款' }).click()
    const drawer = page.getByRole('dialog', { name: '登记回款 · 虹口轴承有限公司' })
    await drawer.getByLabel('回款金额').fill('500')
    await drawer
      .locator('input[type=file]')
      .setInputFiles({ name: '回单.txt', mimeType: 'text/plain', buffer: Buffer.from('回单') })
    await drawer.getByRole('button', { name: '移除 回单.txt' }).waitFor()
    await drawer.getByLabel('流水号').evaluate((field) => {
      const clipboardData = new DataTransfer()
      clipboardData.items.add(new File(['网银截图'], '网银.txt', { type: 'text/plain' }))
      field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
    })
    await drawer.getByRole('button', { name: '移除 网银.txt' }).waitFor()
    if (shots) await page.screenshot({ path: `${shots}/receipt.png` })
    await drawer.getByRole('button', { name: '保存', exact: true }).click()
    await drawer.waitFor({ state: 'hidden' })
    const [made] = (await app.as('finance').get(`/api/receipts?customerId=${customerId}`)).body.items
    await visit(page, `/receipts?open=${made.id}`)
    const view = page.getByRole('dialog', { name: `回款 ${made.number}` })
    for (const name of ['回单.txt', '网银.txt']) await view.getByText(name).first().waitFor()
    if (shots) await page.screenshot({ path: `${shots}/receiptView.png` })
    await page.context().close()
  })

  it('超额的订单交货前申请放行,批了就能交;客户页的信用额度余点开是占用明细,工作台说出金额', async () => {
    await app.as('admin').put('/api/settings/credit', { graceDays: 0, outcome: 'approve', levels: [] })
    const customerId = await company('杨浦机床有限公司')
    const orderId = await confirmed(customerId, 6_000)
    await limit(customerId, { creditFen: 50_000 })
    const page = await app.open('sales1', `/orders/${orderId}`)
    await page.getByRole('button', { name: '登记交货' }).first().click()
    const drawer = page.getByRole('dialog', { name: /登记交货/ })
    await drawer.getByRole('button', { name: '申请放行' }).click()
    const dialog = page.getByRole('dialog', { name: '申请放行' })
    await dialog.getByLabel('申请说明').fill('客户答应周五付款')
    await dialog.getByRole('button', { name: '提交申请' }).click()
    await drawer.getByText(/已申请放行,等 .+ 同意后才能交货/).waitFor()
    await dialog.waitFor({ state: 'hidden' })
    if (shots) await page.screenshot({ path: `${shots}/release.png` })
    const { round } = (await app.as('sales1').get(`/api/orders/${orderId}/release`)).body
    expect((await app.as('head1').post(`/api/approvals/${round.id}/approve`, {})).status).toBe(200)
    await page.reload()
    await page.getByRole('button', { name: '登记交货' }).first().click()
    await drawer.getByRole('button', { name: '登记交货' }).click()
    await drawer.waitFor({ state: 'hidden' })

    await visit(page, `/customers/${customerId}`)
    await page.getByRole('button', { name: /信用额度余 -100.00 元/ }).click()
    const sheet = page.getByRole('dialog', { name: '信用占用明细' })
    await sheet.getByText('超出额度').waitFor()
    expect(await flaws(page)).toEqual([])
    if (shots) await page.screenshot({ path: `${shots}/strip.png` })
    await visit(page, '/home')
    await page.getByRole('link', { name: '7 天内应收到期(1 笔) 600.00 元' }).waitFor()
    if (shots) await page.screenshot({ path: `${shots}/home.png` })
    await page.context().close()
  })

  it('财务建一个集团,把客户放进去;客户页说出集团还可用多少', async () => {
    const [own, sister] = [await company('闵行一厂'), await company('闵行二厂')]
    const page = await app.open('finance', '/settings/credit-groups')
    await page.getByRole('button', { name: '新建集团' }).click()
    const drawer = page.getByRole('dialog', { name: '新建集团' })
    await drawer.getByLabel('集团名称').fill('闵行集团')
    await drawer.getByLabel('集团额度').fill('1000')
    await drawer.getByRole('button', { name: '保存' }).click()
    await page.getByRole('list', { name: '集团' }).getByText('闵行集团').waitFor()
    expect(await flaws(page)).toEqual([])
    if (shots) await page.screenshot({ path: `${shots}/groups.png` })
    const [group] = (await app.as('finance').get('/api/credit-groups')).body.items
    await limit(sister, { groupId: group.id })
    await confirmed(sister, 4_000)
    await visit(page, `/customers/${own}`)
    const panel = page.getByRole('region', { name: '信用' })
    await panel.getByRole('button', { name: '设置额度' }).click()
    const setting = page.getByRole('dialog', { name: '信用额度 · 闵行一厂' })
    await setting.getByLabel('所属集团').click()
    await page.getByRole('option', { name: /闵行集团/ }).click()
    await setting.getByRole('button', { name: '保存' }).click()
    await panel.getByText('集团“闵行集团”还可用').waitFor()
    await panel.getByText('600.00').waitFor()
    if (shots) await page.screenshot({ path: `${shots}/group.png` })
    await page.context().close()
  })

  it('管理员改账龄档,账龄页按新档;电脑手机都好读', async () => {
    for (const screen of [screens.phone, screens.desk]) {
      const page = await app.open('admin', '/settings/ageing', { screen })
      await page.getByLabel('第 5 档到').waitFor()
      expect(await flaws(page)).toEqual([])
      if (shots) await page.screenshot({ path: `${shots}/ageing-${screen.width}.png` })
      if (screen === screens.phone) await page.context().close()
      else {
        await page.getByRole('button', { name: '去掉第 5 档' }).click()
        await page.getByLabel('第 4 档到').fill('120')
        await page.getByLabel('第 4 档到').press('Tab')
        await page.getByLabel('分成这些档').getByText('91–120 天').waitFor()
        await page.getByRole('button', { name: '保存' }).click()
        await page.getByText('已保存账龄档').waitFor()
        await visit(page, '/ageing')
        await page.getByRole('columnheader', { name: '120 天以上' }).waitFor()
        await page.context().close()
      }
    }
  })
})
