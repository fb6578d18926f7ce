import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addDays } from '@crm/shared/days'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { type BrowserApp, flaws, openBrowserApp, screens } from '../support/browser.ts'
import { owe } from '../support/trade/ledger.ts'

const NAME = '欠了九十五笔的公司'
let app: BrowserApp
beforeAll(async () => {
  app = await openBrowserApp()
  const { id } = await app.make.customer({ name: NAME, ownerId: app.ids.users.sales1 })
  const first = addDays(app.clock.today(), -95)
  for (let n = 0; n < 95; n++) {
    const on = addDays(first, n)
    await owe(app, { customerId: id, amountFen: 12_345 + n, on, dueOn: addDays(on, 30), label: `第${n + 1}期` })
  }
})
afterAll(() => app.close())
afterEach(() => app.refuseTroubles())

it('账龄页在电脑和手机上都好读;金额点得开', async () => {
  for (const screen of [screens.desk, screens.phone]) {
    const page = await app.open('finance', '/ageing', { screen })
    await page.getByRole('link', { name: NAME }).waitFor()
    expect(await flaws(page)).toEqual([])
    await page.context().close()
  }
  const page = await app.open('finance', '/ageing')
  await page.getByRole('button', { name: `${NAME} 未到期` }).click()
  const drawer = page.getByRole('dialog')
  await drawer.getByText('第95期').waitFor()
  expect(await drawer.getByRole('row').count()).toBe(1 + 30)
  await page.context().close()
})

it('从账龄到对账单不超过四次点击;95 笔印成四页 A4,每页有表头,合计与大写只有一次', async () => {
  const page = await app.open('finance', '/ageing')
  let clicks = 0
  const click = async (name: string, role: 'button' | 'checkbox' = 'button') => {
    await page.getByRole(role, { name, exact: true }).click()
    clicks += 1
  }
  await click(`选择 ${NAME}`, 'checkbox')
  await click('打印对账单')
  await page.getByRole('textbox', { name: '自' }).fill(addDays(app.clock.today(), -95))
  await click('打开对账单')
  await page.getByText('期末余额(大写)').waitFor()
  expect(clicks).toBeLessThanOrEqual(4)
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('button', { name: '复制文字' }).click()
  await page.getByText('对账单的文字已复制').waitFor()
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  expect(copied).toContain('期末余额:11,772.40(壹万壹仟柒佰柒拾贰元肆角整)')
  expect(copied.split('\n').filter((line) => line.includes('第95期'))).toHaveLength(1)
  const dir = mkdtempSync(join(tmpdir(), 'crm-pdf-'))
  try {
    const file = join(dir, 'a.pdf')
    writeFileSync(file, await page.pdf({ preferCSSPageSize: true, printBackground: true }))
    const text = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' })
    const pages = text.split('\f').filter((sheet) => sheet.trim())
    expect(pages).toHaveLength(4)
    for (const [n, sheet] of pages.entries()) {
      expect(sheet).toMatch(/日期\s+摘要\s+单据号\s+应收\(元\)\s+已收\(元\)\s+余额\(元\)/)
      expect(sheet.replace(/\s/g, '')).toContain(`第${n + 1}页/共4页`)
    }
    const count = (words: RegExp) => [...text.matchAll(words)].length
    expect([count(/期末余额\(大写\)/g), count(/本期合计/g)]).toEqual([1, 1])
    expect(count(/第\d+期/g)).toBe(95)
    // Σ (12,345 + n) 分 for n = 0…94
    expect(text).toContain('11,772.40')
    expect(text).toContain('壹万壹仟柒佰柒拾贰元肆角')
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
  await page.context().close()
})
