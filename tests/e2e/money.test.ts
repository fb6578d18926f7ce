import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type BrowserApp, flaws, openBrowserApp, screens, visit } from '../support/browser.ts'

let app: BrowserApp
beforeAll(async () => void (app = await openBrowserApp()))
afterAll(() => app.close())
afterEach(() => app.refuseTroubles())

/** A customer with an order of three instalments: 200.00 late, 300.00 and 500.00 to come. */
async function owing(name: string): Promise<{ customerId: number; orderId: number }> {
  const { id: customerId } = await app.make.customer({ name, ownerId: app.ids.users.sales1 })
  const sales1 = app.as('sales1')
  const line = { name: '轴承 6204', qtyMilli: 10_000, priceFen: 10_000 }
  const order = (await sales1.post('/api/orders', { customerId, orderedOn: '2026-10-01', lines: [line] })).body
  await sales1.put(`/api/orders/${order.id}/plan`, {
    items: [
      { label: '预付款', amountFen: 20_000, plannedOn: '2026-10-10' },
      { label: '发货款', amountFen: 30_000, plannedOn: '2027-01-10' },
      { label: '尾款', amountFen: 50_000, plannedOn: '2027-03-10' },
    ],
  })
  await sales1.post(`/api/orders/${order.id}/submit`, { version: order.version })
  return { customerId, orderId: order.id }
}

describe('客户列表', () => {
  it('应收余额和逾期在行后补上,不推动版面;点数字打开它的明细;手机卡片也写着', async () => {
    const { customerId } = await owing('徐汇照明有限公司')
    await app.make.contact({ customerId, name: '周经理', jobTitle: '采购', isPrimary: true })
    await app.make.customer({ name: '没有往来的公司', ownerId: app.ids.users.sales1 })
    const page = await app.open('sales1', '/customers')
    const row = page.getByRole('row', { name: /徐汇照明/ })
    const late = row.getByRole('link', { name: '徐汇照明有限公司 其中逾期(元) 200.00' })
    await late.waitFor()
    await row.getByText('周经理').waitFor()
    expect(await late.evaluate((link) => getComputedStyle(link).color)).not.toBe(
      await row.getByRole('link', { name: /应收余额/ }).evaluate((link) => getComputedStyle(link).color),
    )
    const moved = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          new PerformanceObserver((list) =>
            resolve(list.getEntries().reduce((sum, one) => sum + (one as unknown as { value: number }).value, 0)),
          ).observe({ type: 'layout-shift', buffered: true })
          setTimeout(resolve, 200, 0)
        }),
    )
    expect(moved).toBeLessThanOrEqual(0.02)
    const box = page.locator('.scroller')
    expect(await box.evaluate((it) => it.scrollWidth - it.clientWidth)).toBeLessThanOrEqual(0)
    await late.click()
    await page.getByRole('link', { name: '预付款' }).waitFor()
    expect(page.url()).toContain(`/receivables?customerId=${customerId}&status=overdue`)
    await page.context().close()
    for (const [theme, screen] of [
      ['light', screens.desk],
      ['dark', screens.desk],
      ['light', screens.phone],
      ['dark', screens.phone],
    ] as const) {
      const seen = await app.open('sales1', '/customers', { theme, screen })
      await seen.getByRole('link', { name: /徐汇照明有限公司 .*逾期.* 200.00/ }).waitFor()
      expect(await flaws(seen)).toEqual([])
      await seen.context().close()
    }
  })
})

describe('应收与回款', () => {
  it('从工作台登记一笔回款,最多点四下;金额带出未收,自动分配,可以接着打印', async () => {
    const { customerId } = await owing('静安电子有限公司')
    const page = await app.open('sales1', '/home')
    let clicks = 0
    const click = async (target: ReturnType<typeof page.locator>) => {
      clicks += 1
      await target.click()
    }
    await click(page.getByRole('link', { name: /应收与回款/ }).first())
    await click(page.getByRole('button', { name: '登记回款:静安电子有限公司 预付款' }))
    const drawer = page.getByRole('dialog', { name: '登记回款 · 静安电子有限公司' })
    expect(await drawer.getByLabel('回款金额').inputValue()).toBe('200.00')
    await drawer.getByText('已分配 200.00 / 未分配 0.00').waitFor()
    await drawer.getByLabel('回款金额').fill('1200')
    await drawer.getByLabel('回款金额').press('Tab')
    await drawer.getByText('壹仟贰佰元整').waitFor()
    await drawer.getByText('已分配 1,000.00 / 未分配 200.00').waitFor()
    await drawer.getByLabel('尾款本次核销').fill('400')
    await drawer.getByLabel('尾款本次核销').press('Tab')
    await drawer.getByText('已分配 900.00 / 未分配 300.00').waitFor()
    await click(drawer.getByRole('button', { name: '保存', exact: true }))
    await drawer.waitFor({ state: 'hidden' })
    expect(clicks).toBeLessThanOrEqual(4)
    await page.getByRole('button', { name: '打印回款单' }).click()
    await page.getByText('合计(大写):壹仟贰佰元整').waitFor()

    await page.goto(`/customers/${customerId}`)
    const money = page.getByRole('region', { name: '资金' })
    await money.getByText('300.00').waitFor()
    await money.getByRole('link', { name: '100.00' }).click()
    await page.getByRole('link', { name: '尾款' }).click()
    await page.getByRole('dialog', { name: '应收 尾款' }).getByText('未收 100.00 元').waitFor()
    await page.context().close()
  })

  it('在订单页设置回款计划;财务调整核销、作废回款', async () => {
    const { id: customerId } = await app.make.customer({ name: '长宁仪表有限公司', ownerId: app.ids.users.sales1 })
    const line = { name: '仪表', qtyMilli: 1_000, priceFen: 100_000 }
    const made = { customerId, orderedOn: '2026-11-01', lines: [line] }
    const order = (await app.as('sales1').post('/api/orders', made)).body
    const page = await app.open('sales1', `/orders/${order.id}`)
    const panel = page.getByRole('region', { name: '回款计划' })
    await panel.getByRole('button', { name: '设置计划' }).click()
    const drawer = page.getByRole('dialog', { name: '回款计划' })
    await drawer.getByLabel('或比例(%)').fill('30')
    await drawer.getByLabel('或比例(%)').press('Tab')
    await drawer.getByText('相差 700.00 元').waitFor()
    await drawer.getByRole('button', { name: '添加一期' }).click()
    await drawer.getByText('合计 1,000.00 / 金额 1,000.00 元').waitFor()
    await drawer.getByRole('button', { name: '保存' }).click()
    await panel.getByText('第 2 期').waitFor()
    await page.getByRole('button', { name: '提交', exact: true }).click()
    await panel.getByRole('button', { name: '登记回款:第 1 期' }).waitFor()
    await page.context().close()

    const receipt = { customerId, amountFen: 50_000, receivedOn: '2026-11-20' }
    const { body } = await app.as('finance').post('/api/receipts', receipt)
    const desk = await app.open('finance', `/receipts?open=${body.id}`)
    const view = desk.getByRole('dialog', { name: `回款 ${body.number}` })
    await view.getByRole('button', { name: '调整核销' }).click()
    const adjusting = desk.getByRole('dialog', { name: `调整核销 ${body.number}` })
    await adjusting.getByLabel('第 2 期本次核销').fill('100')
    await adjusting.getByLabel('第 2 期本次核销').press('Tab')
    await adjusting.getByText('已分配 400.00 / 未分配 100.00').waitFor()
    await adjusting.getByRole('button', { name: '保存' }).click()
    await view.getByText('预收').waitFor()
    await view.getByRole('button', { name: '作废' }).click()
    await desk.getByLabel('作废原因').fill('记错了')
    await desk.getByRole('button', { name: '作废回款' }).click()
    await view.getByText('已作废').first().waitFor()
    await desk.context().close()
  })

  it('应收、回款、登记,亮色暗色、电脑手机上都没有无障碍问题', async () => {
    const { customerId, orderId } = await owing('徐汇阀门有限公司')
    await app.as('finance').post('/api/receipts', { customerId, amountFen: 25_000, receivedOn: '2026-11-20' })
    const shots = process.env['SHOTS']
    for (const screen of [screens.desk, screens.phone]) {
      const page = await app.open('head1', '/receivables', { screen })
      const name = screen === screens.desk ? 'desk' : 'phone'
      await page.getByText('徐汇阀门有限公司').first().waitFor()
      expect(await flaws(page)).toEqual([])
      if (shots) await page.screenshot({ path: `${shots}/list-${name}.png` })
      await visit(page, '/receipts?new=1')
      await page.getByRole('dialog', { name: '登记回款' }).waitFor()
      expect(await flaws(page)).toEqual([])
      if (shots) {
        await page.screenshot({ path: `${shots}/new-${name}.png` })
        await visit(page, `/customers/${customerId}`)
        await visit(page, `/orders/${orderId}`)
        await page.getByRole('region', { name: '回款计划' }).waitFor()
        await page.screenshot({ path: `${shots}/order-${name}.png`, fullPage: true })
      }
      await page.context().close()
    }
  })
})
