import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type BrowserApp, flaws, openBrowserApp, screens, visit } from '../support/browser.ts'

let app: BrowserApp
beforeAll(async () => void (app = await openBrowserApp()))
afterAll(() => app.close())
afterEach(() => app.refuseTroubles())

const orderOf = async (customerId: number, fen: number) => {
  const lines = [{ name: '轴承', qtyMilli: 1_000, priceFen: fen }]
  const draft = (await app.as('sales1').post('/api/orders', { customerId, orderedOn: '2026-11-01', lines })).body
  return (await app.as('sales1').post(`/api/orders/${draft.id}/submit`, { version: draft.version })).body
}

describe('发票、费用、信用', () => {
  it('在订单页申请开票,财务登记号码,再冲红', async () => {
    const { id: customerId } = await app.make.customer({ name: '虹口机床有限公司', ownerId: app.ids.users.sales1 })
    const order = await orderOf(customerId, 100_000)
    const page = await app.open('sales1', `/orders/${order.id}`)
    const panel = page.getByRole('region', { name: '发票' })
    await panel.getByRole('button', { name: '申请开票' }).click()
    const drawer = page.getByRole('dialog', { name: `申请开票 · ${order.number}` })
    await drawer.getByText('还可开票 1,000.00 元').waitFor()
    expect(await drawer.getByLabel('发票抬头').inputValue()).toBe('虹口机床有限公司')
    expect(await drawer.getByLabel('开票金额').inputValue()).toBe('1,000.00')
    await drawer.getByRole('button', { name: '申请开票' }).click()
    await panel.getByText('待审批').waitFor()
    await page.context().close()

    const desk = await app.open('finance', '/invoices')
    await desk.getByRole('link', { name: /^FP/ }).click()
    const view = desk.getByRole('dialog', { name: /^发票 FP/ })
    await view.getByRole('button', { name: '登记开票' }).click()
    const issue = desk.getByRole('dialog', { name: /^登记开票 FP/ })
    await issue.getByLabel('发票号码').fill('26112200000001')
    await issue.getByRole('button', { name: '登记开票' }).click()
    await view.getByText('已开票').waitFor()
    await view.getByRole('button', { name: '冲红' }).click()
    const red = desk.getByRole('dialog', { name: /^冲红发票 FP/ })
    await red.getByLabel('冲红金额(元)').fill('400')
    await red.getByLabel('原因').fill('退货')
    await red.getByRole('button', { name: '冲红' }).click()
    await view.getByText('还有效 600.00 元').waitFor()
    await desk.context().close()
  })

  it('开了票的货退回来,订单页提示开红字发票,金额和原因填好了', async () => {
    const { id: customerId } = await app.make.customer({ name: '退货机床有限公司', ownerId: app.ids.users.sales1 })
    const order = await orderOf(customerId, 100_000)
    const lines = [{ orderLineId: order.lines[0].id, qtyMilli: 1_000 }]
    const goods = { orderId: order.id, deliveredOn: '2026-11-20', lines }
    await app.as('sales1').post('/api/deliveries', goods)
    const { body: asked } = await app.as('sales1').post('/api/invoices', { orderId: order.id, amountFen: 100_000 })
    const paper = { version: asked.version, invoiceNumber: '26112200000077', issuedOn: '2026-11-20' }
    await app.as('finance').post(`/api/invoices/${asked.id}/issue`, paper)
    const page = await app.open('finance', `/orders/${order.id}`)
    const panel = page.getByRole('region', { name: '发票' })
    await panel.getByRole('link', { name: '26112200000077' }).waitFor()
    expect(await panel.getByRole('button', { name: '开红字发票' }).count()).toBe(0)
    const back = (await app.as('sales1').post('/api/deliveries', { ...goods, kind: 'return' })).body
    await page.reload()
    await panel.getByText('货已退回,发票 26112200000077 应冲红 1,000.00 元').waitFor()
    expect(await flaws(page)).toEqual([])
    await panel.getByRole('button', { name: '开红字发票' }).click()
    const red = page.getByRole('dialog', { name: /^冲红发票 FP/ })
    expect(await red.getByLabel('冲红金额(元)').inputValue()).toBe('1,000.00')
    expect(await red.getByLabel('原因').inputValue()).toBe(`退货 ${back.number}`)
    await red.getByRole('button', { name: '冲红' }).click()
    await panel.getByText('红字', { exact: true }).waitFor()
    await panel.getByRole('button', { name: '开红字发票' }).waitFor({ state: 'hidden' })
    await page.context().close()
  })

  it('填写报销、提交、上级批准、财务付款', async () => {
    const page = await app.open('sales1', '/expenses')
    await page.getByRole('button', { name: '填写报销' }).first().click()
    const drawer = page.getByRole('dialog', { name: '填写报销' })
    await drawer.getByLabel('金额').fill('123.4')
    await drawer.getByLabel('事由').fill('拜访虹口机床')
    await drawer.getByRole('button', { name: '保存', exact: true }).click()
    await drawer.waitFor({ state: 'hidden' })
    await page.getByRole('link', { name: /^BX/ }).click()
    const view = page.getByRole('dialog', { name: /^报销 BX/ })
    await view.getByText('壹佰贰拾叁元肆角').waitFor()
    await view.getByRole('button', { name: '提交' }).click()
    await view.getByRole('button', { name: '撤回' }).waitFor()
    await page.context().close()

    const [row] = (await app.as('finance').get('/api/expenses?size=1')).body.items
    const { approvals } = (await app.as('finance').get(`/api/expenses/${row.id}`)).body
    expect((await app.as('head1').post(`/api/approvals/${approvals[0].id}/approve`, {})).status).toBe(200)
    const desk = await app.open('finance', `/expenses?open=${row.id}`)
    const paying = desk.getByRole('dialog', { name: /^报销 BX/ })
    await paying.getByRole('button', { name: '登记付款' }).click()
    await desk
      .getByRole('dialog', { name: /^登记付款 BX/ })
      .getByRole('button', { name: '登记付款' })
      .click()
    await paying.getByText('已付款').waitFor()
    await desk.context().close()
  })

  it('客户页看信用占用、设额度;各页没有无障碍问题', async () => {
    const { id: customerId } = await app.make.customer({ name: '宝山重工有限公司', ownerId: app.ids.users.sales1 })
    await orderOf(customerId, 200_000)
    const page = await app.open('finance', `/customers/${customerId}`)
    const panel = page.getByRole('region', { name: '信用' })
    await panel.getByText('不限').waitFor()
    await panel.getByRole('button', { name: '设置额度' }).click()
    const drawer = page.getByRole('dialog', { name: '信用额度 · 宝山重工有限公司' })
    await drawer.getByLabel('信用额度').fill('1500')
    await drawer.getByRole('button', { name: '保存', exact: true }).click()
    await panel.getByText('超出', { exact: true }).waitFor()
    await panel.getByRole('button', { name: '占用明细' }).click()
    const sheet = page.getByRole('dialog', { name: '信用占用明细' })
    await sheet.getByText('已确认订单里还没成为应收的部分').waitFor()
    expect(await flaws(page)).toEqual([])
    await page.context().close()

    for (const screen of [screens.desk, screens.phone]) {
      const at = await app.open('finance', '/invoices', { screen })
      const name = screen === screens.desk ? 'desk' : 'phone'
      for (const path of ['/invoices?new=1', '/expenses']) {
        await visit(at, path)
        if (path.includes('new')) await at.getByRole('dialog', { name: '申请开票' }).waitFor()
        expect(await flaws(at)).toEqual([])
        if (process.env['SHOTS'])
          await at.screenshot({ path: `${process.env['SHOTS']}/${path.slice(1, 8)}-${name}.png` })
      }
      await at.context().close()
      const rules = await app.open('admin', '/settings/credit', { screen })
      await rules.getByLabel('逾期宽限天数').waitFor()
      expect(await flaws(rules)).toEqual([])
      if (process.env['SHOTS']) await rules.screenshot({ path: `${process.env['SHOTS']}/rules-${name}.png` })
      await rules.context().close()
    }
  })
})
