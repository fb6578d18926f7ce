import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { type BrowserApp, flaws, openBrowserApp, screens } from '../support/browser.ts'
import { pdfText } from '../support/pdf.ts'
import { auditOf } from '../support/refusal.ts'

const NAME = '要报价的机械公司'
let app: BrowserApp
let customerId: number
beforeAll(async () => {
  app = await openBrowserApp()
  customerId = (await app.make.customer({ name: NAME, ownerId: app.ids.users.sales1 })).id
})
afterAll(() => app.close())
afterEach(() => app.refuseTroubles())

const heading = (page: Page, name: RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
const write = async (more: object = {}) =>
  (
    await app.as('sales1').post('/api/quotes', {
      customerId,
      quotedOn: app.clock.today(),
      validUntil: '2099-12-31',
      terms: '款到发货\n货到现场验收',
      lines: [{ name: '深沟球轴承', spec: '6204-2RS', unit: '个', qtyMilli: 3_000, priceFen: 33_500 }],
      ...more,
    })
  ).body

it('从客户页写报价,发出、改版再发、接受、转成订单', async () => {
  const page = await app.open('sales1', `/customers/${customerId}`)
  await page.getByRole('link', { name: '新建报价单' }).click()
  const grid = page.getByRole('region', { name: '明细', exact: true })
  await grid.getByRole('combobox').first().fill('深沟球轴承')
  await page.keyboard.press('Tab')
  await grid.getByRole('textbox', { name: /数量/ }).first().fill('3')
  await grid.getByRole('textbox', { name: /单价/ }).first().fill('335')
  await page.getByText('1,005.00').first().waitFor()
  await press(page, '保存并发出')
  await heading(page, /^报价单 BJ\d{6}-\d{4}$/)
  await page.getByText('已发出').waitFor()
  await press(page, '改版')
  await heading(page, /^编辑报价单 .*-2$/)
  await press(page, '保存并发出')
  await heading(page, /^报价单 .*-2$/)
  await page.getByText('已有新版').waitFor()
  expect(await flaws(page)).toEqual([])
  await press(page, '登记接受')
  await press(page, '转订单')
  await heading(page, /^订单 DD/)
  await page.goBack()
  await page.getByText('转成的订单').waitFor()
  expect(await page.getByRole('button', { name: '转订单' }).count()).toBe(0)
  await page.context().close()
})

it('报价的交货与付款条件带到订单:订单页看得到、改得了,印在订货单上', async () => {
  const { id, version } = await write()
  const sent = await app.as('sales1').post(`/api/quotes/${id}/send`, { version })
  const accepted = await app.as('sales1').post(`/api/quotes/${id}/accept`, { version: sent.body.version })
  const { body: order } = await app.as('sales1').post(`/api/quotes/${id}/order`, { version: accepted.body.version })
  expect(order.terms).toBe('款到发货\n货到现场验收')
  const page = await app.open('sales1', `/orders/${order.id}`)
  await page.getByText('货到现场验收').waitFor()
  await press(page, '编辑')
  const terms = page.getByLabel('交货与付款条件')
  expect(await terms.inputValue()).toBe(order.terms)
  await terms.fill('货到 30 天付款')
  await press(page, '保存草稿')
  await heading(page, /^订单 DD/)
  await page.getByText('货到 30 天付款').waitFor()
  await press(page, '打印')
  await page.getByText('订货单(草稿)').waitFor()
  await page.getByRole('cell', { name: '深沟球轴承' }).waitFor()
  expect(await flaws(page)).toEqual([])
  const { pages, text } = await pdfText(page)
  expect(pages).toBe(1)
  for (const words of ['交货与付款条件货到30天付款', `编号:${order.number}`, '大写:人民币壹仟零伍元整', NAME])
    expect(text).toContain(words)
  await page.context().close()
})

it('报价列表在电脑和手机上都好读,与订单、交货互为分页', async () => {
  const { number } = await write()
  for (const screen of [screens.desk, screens.phone]) {
    const page = await app.open('sales1', '/quotes', { screen })
    await page.getByText(number).first().waitFor()
    await page.getByRole('link', { name: '交货', exact: true }).first().waitFor()
    expect(await flaws(page)).toEqual([])
    await page.context().close()
  }
})

it('报价单印成 A4:抬头、每页表头与页码、条件、大写各在其位;每次打印都有记录', async () => {
  await app.as('admin').patch('/api/settings', {
    company: '测试公司',
    companyAddress: '杭州市文三路 1 号',
    companyTaxNumber: '91330000MA27TEST0X',
  })
  const lines = Array.from({ length: 45 }, (_, n) => ({ name: `轴承第${n + 1}种`, qtyMilli: 1_000, priceFen: 10_000 }))
  const { id, number } = await write({ lines, discountFen: 50_000, notes: '内部备注' })
  const page = await app.open('sales1', `/quotes/${id}`)
  await press(page, '打印')
  await page.getByText('交货与付款条件').waitFor()
  expect(await flaws(page)).toEqual([])
  const dir = mkdtempSync(join(tmpdir(), 'crm-pdf-'))
  try {
    const file = join(dir, 'a.pdf')
    writeFileSync(file, await page.pdf({ preferCSSPageSize: true }))
    const text = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' })
    const sheets = text.split('\f').filter((sheet) => sheet.trim())
    expect(sheets.length).toBeGreaterThanOrEqual(2)
    for (const [n, sheet] of sheets.entries()) {
      expect(sheet).toMatch(/序号\s+品名\s+规格型号\s+单位\s+数量/)
      const close = sheet.replace(/\s/g, '')
      expect(close).toContain(`第${n + 1}页/共${sheets.length}页`)
      expect(close).toContain('打印人:')
    }
    const all = text.replace(/\s/g, '')
    for (const words of [
      '地址:杭州市文三路1号',
      '税号:91330000MA27TEST0X',
      '款到发货',
      '货到现场验收',
      '2099-12-31',
      NAME,
    ])
      expect(all).toContain(words)
    const count = (words: string) => all.split(words).length - 1
    expect([count('大写:人民币肆仟元整'), count('整单优惠-500.00'), count('4,000.00'), count('内部备注')]).toEqual([
      1, 1, 1, 0,
    ])
    expect(count(`编号:${number}`)).toBe(1)
    expect(execFileSync('pdfinfo', [file], { encoding: 'utf8' })).toMatch(/Page size:.*A4/)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
  await page.evaluate(() => (window.print = () => void (document.title = '打印了')))
  await press(page, '打印')
  await page.waitForFunction(() => document.title === '打印了')
  const printed = (await auditOf(app, 'quote', id)).filter(({ action }) => action === 'print')
  expect(printed.length).toBeGreaterThanOrEqual(1)
  expect(printed.at(-1)).toMatchObject({ note: '报价单', actorName: expect.any(String) })
  await page.context().close()
})
