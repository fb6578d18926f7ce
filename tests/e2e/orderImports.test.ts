import { readFile } from 'node:fs/promises'
import { writeXlsx } from 'hucre'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { axeProblems, type BrowserApp, openBrowserApp } from '../support/browser.ts'
import { sheetOf, xlsx } from '../support/importing.ts'

let app: BrowserApp
beforeAll(async () => {
  app = await openBrowserApp()
  await app.make.customer({ name: '常州精密机械有限公司', number: 'KH-1', ownerId: app.ids.users.sales1 })
  await app.make.product({ name: '轴承 6204', number: 'P-1', priceFen: 1_250 })
})
afterAll(() => app.close())
afterEach(() => app.refuseTroubles())

const ORDERS = [
  ['订单编号', '客户', '下单日期'],
  ['DD-1', 'KH-1', '2025-03-01'],
  ['DD-2', '常州精密机械有限公司', '2025-03-02'],
]
const LINES = [
  ['订单编号', '产品编号', '数量', '单价', '金额'],
  ['DD-1', 'P-1', '2', '12.5', '25'],
  ['DD-1', 'P-1', '1', '10', '10'],
  ['DD-2', 'P-1', '2', '12.5', '26'],
  ['DD-2', 'P-1', '1', '10', '10'],
]
const book = async () =>
  Buffer.from(
    await writeXlsx({
      sheets: [
        { name: '订单', rows: ORDERS },
        { name: '订单明细', rows: LINES },
      ],
    }),
  )
const give = (page: Page, name: string, buffer: Buffer) =>
  page.getByLabel(/把表格拖到这里/).setInputFiles({ name, mimeType: 'application/octet-stream', buffer })
const stepIs = (page: Page, name: string) =>
  page.getByRole('navigation', { name: '导入步骤' }).locator('[aria-current=step]').filter({ hasText: name }).waitFor()

describe('导入订单的画面', () => {
  it('两个工作表的订单:一张有错整张不进,下载错误行改好再传;导出的表格存得下来', async () => {
    const page = await app.open('admin', '/orders')
    await page.getByRole('link', { name: '导入' }).click()
    await page.getByText(/编号相同的行合成一张订单/).waitFor()
    expect(await page.getByRole('radio', { name: '订单' }).isChecked()).toBe(true)
    expect(await axeProblems(page)).toEqual([])
    await give(page, '老系统订单.xlsx', await book())
    await stepIs(page, '对应列')
    expect(await page.getByLabel('产品编号 对应到').inputValue()).toBe('productId')
    await page.getByRole('button', { name: '下一步:检查' }).click()
    await stepIs(page, '检查')
    await page.getByText('“订单”与“订单明细”两个工作表按编号合在一起读取').waitFor()
    await page.getByText('金额写着 26.00,按数量、单价和折扣算是 25.00').waitFor()
    await page.getByRole('cell', { name: '订单明细 第 4 行', exact: true }).waitFor()
    await page.getByText('同一张单的第 4 行有错,整张不导入').waitFor()
    expect(await page.getByText('遇到重复时').count()).toBe(0)
    expect(await axeProblems(page)).toEqual([])
    await page.getByRole('button', { name: '导入 2 行' }).click()
    await stepIs(page, '导入结果')
    const [errors] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: '下载错误行' }).click(),
    ])
    const rows = await sheetOf(await readFile((await errors.path())!))
    expect(rows.slice(1).map((row) => row.slice(-2))).toEqual([
      ['金额', expect.stringContaining('26.00')],
      ['', expect.stringContaining('整张不导入')],
    ])

    await page.getByRole('link', { name: '再导入一个文件' }).click()
    await page.getByRole('radio', { name: '订单' }).check()
    const mended = rows.map((row) => row.map((cell) => (cell === '26' ? '25' : cell)))
    await give(page, '改好的.xlsx', await xlsx(mended))
    await stepIs(page, '对应列')
    await page.getByRole('button', { name: '下一步:检查' }).click()
    await page.getByRole('button', { name: '导入 2 行' }).click()
    await page.getByRole('link', { name: '查看导入的订单' }).click()
    await page.getByRole('link', { name: 'DD-2' }).waitFor()
    const exported = async (choice: string | RegExp) => {
      await page.getByRole('button', { name: '导出' }).click()
      const item = page.getByRole('menuitem', { name: choice })
      const [file] = await Promise.all([page.waitForEvent('download'), item.click()])
      expect(file.suggestedFilename()).toMatch(/^订单-.*\.xlsx$/)
      return sheetOf(await readFile((await file.path())!))
    }
    expect(await exported('全部列和明细')).toHaveLength(5)
    // What is on screen, as it stands there: one column fewer, two changed over, one line per order.
    await page.getByRole('button', { name: '列与密度' }).click()
    await page.getByRole('checkbox', { name: '业务员' }).uncheck()
    await page.getByRole('button', { name: '下单日期下移' }).click()
    await page.keyboard.press('Escape')
    const [head, ...orders] = await exported(/看到的列.*8 列/)
    expect(head).toEqual(['订单号', '客户', '要求交货期', '下单日期', '订单金额', '成交额', '状态', '更新时间'])
    expect(orders).toHaveLength(2)
    await page.context().close()
  })
})
