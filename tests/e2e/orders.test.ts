import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type BrowserApp, flaws, openBrowserApp, screens } from '../support/browser.ts'

let app: BrowserApp
let customerId: number
beforeAll(async () => {
  app = await openBrowserApp()
  const { body } = await app
    .as('admin')
    .post('/api/customers', { name: '上海申诺精密机械', ownerId: app.ids.users.sales1 })
  customerId = body.id
  for (const [name, number, priceFen] of [
    ['深沟球轴承 6204', 'CP-6204', 1_250],
    ['深沟球轴承 6205', 'CP-6205', 1_580],
  ] as const)
    await app.as('admin').post('/api/products', { name, number, spec: '20×47×14', unit: 'piece', priceFen })
})
afterAll(() => app.close())
afterEach(() => app.refuseTroubles())

/** What has the focus: `2.qtyMilli`. */
const cell = (page: Page) =>
  page.evaluate(() => {
    const { cell: key, line } = (document.activeElement as HTMLElement).dataset
    return key ? `${line}.${key}` : document.activeElement?.tagName
  })

describe('订单', () => {
  it('从客户页新建,只用键盘写三行,提交,再作废', async () => {
    const page = await app.open('admin', `/customers/${customerId}`)
    await page.getByRole('link', { name: '新建订单' }).click()
    await page.getByRole('heading', { name: '新建订单' }).waitFor()
    await page.getByText('上海申诺精密机械').first().waitFor()
    await page.getByLabel('第 1 行产品').focus()
    await page.keyboard.type('6204')
    await page.getByRole('option', { name: /CP-6204/ }).waitFor()
    await page.keyboard.press('Enter')
    await expect.poll(() => cell(page)).toBe('0.qtyMilli')
    await page.keyboard.type('100')
    for (const next of ['priceFen', 'discountBp', 'taxRateBp', 'promisedOn']) {
      await page.keyboard.press('Enter')
      await expect.poll(() => cell(page)).toBe(`0.${next}`)
    }
    await page.keyboard.type('1205')
    // Behind the last cell a line comes by itself.
    await page.keyboard.press('Enter')
    await expect.poll(() => cell(page)).toBe('1.name')
    expect(await page.getByLabel('第 1 行交货期').inputValue()).toBe('2026-12-05')
    await page.keyboard.type('6205')
    await page.getByRole('option', { name: /CP-6205/ }).waitFor()
    await page.keyboard.press('Enter')
    await expect.poll(() => cell(page)).toBe('1.qtyMilli')
    await page.keyboard.type('1.5')
    for (let at = 0; at < 5; at++) await page.keyboard.press('Enter')
    await expect.poll(() => cell(page)).toBe('2.name')
    await page.keyboard.type('安装调试费')
    await page.getByText('没有这个产品').waitFor()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await page.keyboard.type('1')
    await page.keyboard.press('Enter')
    await page.keyboard.type('500')
    await page.getByText('1,773.70').first().waitFor()
    await page.getByText('壹仟柒佰柒拾叁元柒角').waitFor()
    await page.getByRole('button', { name: '保存并提交' }).click()
    await page.getByRole('heading', { name: /^订单 DD/ }).waitFor()
    await page.getByText('已确认').waitFor()
    await page.getByRole('button', { name: '作废' }).click()
    await page.getByLabel('作废原因').fill('客户取消')
    await page.getByRole('button', { name: '作废订单' }).click()
    await page.getByText('已作废:客户取消').waitFor()
    await page.context().close()
  })

  it('从 Excel 粘贴几行:认得产品,填错的指明哪一行,改好再存成草稿', async () => {
    const page = await app.open('admin', `/orders/new?customerId=${customerId}`)
    const first = page.getByLabel('第 1 行产品')
    await first.focus()
    await first.evaluate((input) => {
      const clipboardData = new DataTransfer()
      clipboardData.setData(
        'text/plain',
        'CP-6204\t\t\t10\r\n深沟球轴承 6205\t\t\t若干\t15\r\n垫片\tM8\t盒\t3\t2.5\r\n',
      )
      input.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
    })
    await expect.poll(() => page.getByLabel('第 1 行单价(元)').inputValue()).toBe('12.50')
    expect(await page.getByLabel('第 3 行规格型号').inputValue()).toBe('M8')
    await page.getByRole('button', { name: '保存草稿' }).click()
    await page.getByRole('button', { name: '第 2 行:数量应为数量,例如 1.5' }).click()
    await expect.poll(() => cell(page)).toBe('1.qtyMilli')
    await page.keyboard.type('2')
    await page.keyboard.press('Control+Enter')
    await page.getByRole('heading', { name: /^订单 DD/ }).waitFor()
    await page.getByText('162.50', { exact: true }).first().waitFor()
    await page.context().close()
  })

  it('填写时就地新建客户和产品:已填的一样不少,新建的随即选上', async () => {
    const page = await app.open('admin', '/orders/new')
    await page.getByLabel('备注').fill('电话里先说好的')
    await page.getByLabel('第 1 行产品').fill('安装调试费')
    await page.getByLabel('第 1 行数量').fill('1')
    await page.getByLabel('第 1 行单价(元)').fill('500')
    await page.getByRole('button', { name: '+ 新建客户' }).click()
    const company = page.getByRole('dialog', { name: '新建客户' })
    await company.getByLabel('客户名称').fill('宁波海曙精工')
    // Changing one's mind asks about this drawer only, and leaves the order below as it is.
    await company.getByRole('button', { name: '取消' }).click()
    await page.getByRole('button', { name: '放弃内容' }).click()
    await company.waitFor({ state: 'hidden' })
    expect(await page.getByLabel('备注').inputValue()).toBe('电话里先说好的')
    await page.getByRole('button', { name: '+ 新建客户' }).click()
    await company.getByLabel('客户名称').fill('宁波海曙精工机械')
    await company.getByRole('button', { name: '保存', exact: true }).click()
    await company.waitFor({ state: 'hidden' })
    await page.getByText('宁波海曙精工机械', { exact: true }).first().waitFor()

    await page.getByRole('button', { name: '+ 添加一行' }).click()
    await page.getByLabel('第 2 行产品').pressSequentially('圆锥滚子轴承')
    await page.getByRole('option', { name: '+ 新建产品“圆锥滚子轴承”' }).click()
    const product = page.getByRole('dialog', { name: '新建产品' })
    expect(await product.getByLabel('产品名称').inputValue()).toBe('圆锥滚子轴承')
    await product.getByLabel(/^标准售价/).fill('88')
    await product.getByRole('button', { name: '保存', exact: true }).click()
    await product.waitFor({ state: 'hidden' })
    await expect.poll(() => cell(page)).toBe('1.qtyMilli')
    await expect.poll(() => page.getByLabel('第 2 行单价(元)').inputValue()).toBe('88.00')
    await page.keyboard.type('2')
    await page.getByRole('button', { name: '保存草稿' }).click()
    await page.getByRole('heading', { name: /^订单 DD/ }).waitFor()
    for (const kept of ['宁波海曙精工机械', '安装调试费', '圆锥滚子轴承', '电话里先说好的', '676.00'])
      await page.getByText(kept, { exact: true }).first().waitFor()
    await page.context().close()
  })

  it('换客户:原客户的联系人、合同、地址清空;单价问过才改,手工填的不变', async () => {
    const admin = app.as('admin')
    const { body: other } = await admin.post('/api/customers', { name: '苏州维亭传动', ownerId: app.ids.users.sales1 })
    const productId = async (q: string) => (await admin.get(`/api/products?q=${q}`)).body.items[0].id as number
    const [listed, typed] = [await productId('CP-6204'), await productId('CP-6205')]
    for (const id of [listed, typed])
      await admin.post('/api/product-prices', { productId: id, customerId: other.id, priceFen: 1_100 })
    const contact = await app.make.contact({ customerId, name: '申诺采购' })
    const { body: contract } = await admin.post('/api/contracts', { customerId, title: '供货协议', amountFen: 100 })
    const { body: order } = await admin.post('/api/orders', {
      customerId,
      contactId: contact.id,
      contractId: contract.id,
      address: '嘉定仓库',
      orderedOn: '2026-11-22',
      lines: [
        { productId: listed, qtyMilli: 10_000, priceFen: 1_250 },
        { productId: typed, qtyMilli: 1_000, priceFen: 1_400 },
      ],
    })
    const page = await app.open('admin', `/orders/${order.id}/edit`)
    await page.getByRole('combobox', { name: '客户 必填' }).fill('苏州维亭')
    await page.getByRole('option', { name: '苏州维亭传动' }).click()
    await page.getByText('已清空原客户的联系人、业务员、所属合同、送货地址').waitFor()
    const asked = page.getByRole('dialog', { name: '单价改按新客户的价格?' })
    await asked.getByText('1 行产品对新客户的价格不同').waitFor()
    await asked.getByRole('button', { name: '更新单价' }).click()
    await expect.poll(() => page.getByLabel('第 1 行单价(元)').inputValue()).toBe('11.00')
    expect(await page.getByLabel('第 2 行单价(元)').inputValue()).toBe('14.00')
    expect(await page.getByLabel('送货地址').inputValue()).toBe('')
    await page.getByRole('button', { name: '保存草稿' }).click()
    await page.getByRole('heading', { name: /^订单 DD/ }).waitFor()
    for (const words of ['苏州维亭传动', '124.00']) await page.getByText(words, { exact: true }).first().waitFor()
    expect(await page.getByText('申诺采购').count()).toBe(0)
    await page.context().close()
  })
})

it('手机上看过订单明细以后,部门的表格还是表格', async () => {
  const page = await app.open('admin', '/settings/teams', { screen: screens.phone })
  /** Within the app, so that what one page has loaded stays for the next. */
  const go = (path: string) =>
    page.evaluate((to) => {
      const root = document.querySelector('#app') as unknown as {
        __vue_app__: { config: { globalProperties: { $router: { push: (to: string) => Promise<unknown> } } } }
      }
      return root.__vue_app__.config.globalProperties.$router.push(to).then(() => {})
    }, path)
  const shapeOf = async () => {
    await page.getByRole('rowheader').first().waitFor()
    return page
      .getByRole('row')
      .nth(1)
      .evaluate((row) => ({
        row: getComputedStyle(row).display,
        cell: getComputedStyle(row.lastElementChild!).padding,
      }))
  }
  const before = await shapeOf()
  await go(`/orders/new?customerId=${customerId}`)
  await page.getByLabel('第 1 行产品').waitFor()
  await go('/settings/teams')
  expect(await shapeOf()).toEqual(before)
  expect(before.row).toBe('table-row')
  await page.context().close()
})

it('换下单日期:各行价格一次问完,问过才改,手工填的不变', async () => {
  const admin = app.as('admin')
  const productId = async (q: string) => (await admin.get(`/api/products?q=${q}`)).body.items[0].id as number
  const [listed, typed] = [await productId('CP-6204'), await productId('CP-6205')]
  for (const id of [listed, typed])
    await admin.post('/api/product-prices', { productId: id, priceFen: 1_000, fromOn: '2027-01-01' })
  const { body: order } = await admin.post('/api/orders', {
    customerId,
    orderedOn: '2026-11-22',
    lines: [
      { productId: listed, qtyMilli: 10_000, priceFen: 1_250 },
      { productId: listed, qtyMilli: 20_000, priceFen: 1_250 },
      { productId: typed, qtyMilli: 1_000, priceFen: 1_400 },
    ],
  })
  const page = await app.open('admin', `/orders/${order.id}/edit`)
  const asked: string[] = []
  page.on('request', (request) => request.url().includes('/price') && asked.push(new URL(request.url()).pathname))
  const day = page.getByRole('textbox', { name: '下单日期' })
  await day.fill('不是日子')
  await day.press('Tab')
  await day.fill('2027-01-05')
  await day.press('Tab')
  const question = page.getByRole('dialog', { name: '单价改按新日期的价格?' })
  await question.getByText('2 行产品在 2027-01-05 的价格不同').waitFor()
  await question.getByRole('button', { name: '更新单价' }).click()
  for (const [at, yuan] of ['10.00', '10.00', '14.00'].entries())
    await expect.poll(() => page.getByLabel(`第 ${at + 1} 行单价(元)`).inputValue()).toBe(yuan)
  expect(asked).toEqual(['/api/products/prices'])
  await page.context().close()
})

it('上面的搜索框:合同名称、产品编号、回款单号,回车就打开', async () => {
  const admin = app.as('admin')
  const { body: contract } = await admin.post('/api/contracts', {
    customerId,
    title: '年度备件框架协议',
    amountFen: 100,
  })
  const { body: receipt } = await admin.post('/api/receipts', { customerId, amountFen: 100, receivedOn: '2026-11-20' })
  const page = await app.open('admin', '/home')
  const opens = async (words: string, option: RegExp, heading: string) => {
    await page.getByRole('combobox', { name: /^全局搜索/ }).pressSequentially(words)
    await page.getByRole('option', { name: option }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: heading }).waitFor()
  }
  await opens('备件框架', new RegExp(contract.number), '年度备件框架协议')
  await opens('cp-6205', /深沟球轴承 6205/, '深沟球轴承 6205')
  await opens(receipt.number.toLowerCase(), new RegExp(receipt.number), `回款 ${receipt.number}`)
  await page.context().close()
})

it.each(['desk', 'phone'] as const)('列表、订单、填写的画面没有无障碍问题,也不横向滚动:%s', async (screen) => {
  const page = await app.open('admin', '/orders', { screen: screens[screen] })
  const flawless = async (what: string) => {
    expect([what, await flaws(page)]).toEqual([what, []])
  }
  await page.locator('tbody tr a, .cards li a').first().waitFor()
  await page.getByText(/合计/).first().waitFor()
  await flawless('list')
  await page.locator('tbody tr a, .cards li a').first().click()
  await page.getByRole('heading', { name: /DD/ }).waitFor()
  await flawless('view')
  await page.goto('/orders/new')
  await page.getByLabel('第 1 行产品').fill('轴承')
  await page.getByRole('option', { name: /CP-6204/ }).waitFor()
  await flawless('new')
  await page.context().close()
})
