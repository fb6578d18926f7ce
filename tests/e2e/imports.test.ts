import { readFile } from 'node:fs/promises'
import type { Download, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { axeProblems, type BrowserApp, flaws, openBrowserApp, screens, visit } from '../support/browser.ts'
import { checkedUpload, csv, imported, sheetOf, xlsx } from '../support/importing.ts'

let app: BrowserApp
beforeAll(async () => {
  app = await openBrowserApp()
})
afterAll(() => app.close())
afterEach(() => app.refuseTroubles())

const HEAD = ['公司全称', '简称', '省', '市', '行业', '联系电话', '业务员', '内部评级']
const ROWS = 60
const BAD = 3
/** 60 customers as an office lists them; three have no telephone number where one should be. */
const sheet = (from: number): string[][] => [
  HEAD,
  ...Array.from({ length: ROWS }, (_, at) => {
    const n = from + at
    const phone = at % 20 === 7 ? '打不通' : `0519-8${String(1_000_000 + n)}`
    return [`常州${n}号精密机械有限公司`, `精密${n}`, '江苏省', '常州市', 'C 制造业', phone, '王业务', 'AA']
  }),
]
const file = (name: string, buffer: Buffer) => ({ name, mimeType: 'application/octet-stream', buffer })
const give = (page: Page, name: string, buffer: Buffer) =>
  page.getByLabel(/把表格拖到这里/).setInputFiles(file(name, buffer))
const bytesOf = async (download: Download): Promise<Buffer> => readFile((await download.path())!)
const stepIs = (page: Page, name: string) =>
  page.getByRole('navigation', { name: '导入步骤' }).locator('[aria-current=step]').filter({ hasText: name }).waitFor()
/** The number under a label of the strip. */
const count = async (page: Page, label: string): Promise<number> => {
  const term = page.locator('dl div').filter({ has: page.getByText(label, { exact: true }) })
  return Number((await term.locator('dd').innerText()).replaceAll(',', ''))
}
async function download(page: Page, click: () => Promise<void>): Promise<Download> {
  const [got] = await Promise.all([page.waitForEvent('download'), click()])
  return got
}

describe('导入向导', () => {
  it('60 行里 3 行有错:对应、检查、导入、下载错误行、改好再传、撤销,每一步刷新都不丢', async () => {
    const page = await app.open('admin', '/imports')
    await give(page, '展会名单.csv', csv(sheet(1)))
    await stepIs(page, '对应列')
    await page.reload()
    await stepIs(page, '对应列')
    const column = (header: string) => page.getByLabel(`${header} 对应到`)
    expect(await column('公司全称').inputValue()).toBe('name')
    expect(await column('市').inputValue()).toBe('regionCode')
    expect(await column('内部评级').inputValue()).toBe('')
    await page.getByRole('cell', { name: /^常州1号精密机械有限公司/ }).waitFor()
    await column('内部评级').selectOption('备注')
    await page.getByRole('button', { name: '下一步:检查' }).click()

    await stepIs(page, '检查')
    await page.reload()
    await stepIs(page, '检查')
    expect([await count(page, '可导入'), await count(page, '重复'), await count(page, '错误')]).toEqual([57, 0, BAD])
    await page.getByText('联系电话:电话不是有效的电话号码').first().waitFor()
    expect((await app.as('admin').get('/api/customers')).body.total).toBe(0)

    await page.getByRole('button', { name: '导入 57 行' }).click()
    await stepIs(page, '导入结果')
    await page.getByRole('button', { name: '撤销本批' }).waitFor()
    await page.reload()
    await page.getByRole('button', { name: '撤销本批' }).waitFor()
    expect([await count(page, '新建'), await count(page, '错误')]).toEqual([57, BAD])
    const [one] = (await app.as('admin').get('/api/customers?q=常州1号')).body.items
    expect(one).toMatchObject({ notes: 'AA', ownerName: '王业务', regionName: '江苏省 常州市' })

    const errors = await download(page, () => page.getByRole('button', { name: '下载错误行' }).click())
    expect(errors.suggestedFilename()).toMatch(/未导入的行/)
    const [head = [], ...rows] = await sheetOf(await bytesOf(errors))
    expect(head).toEqual([...HEAD, '错误列', '错误原因'])
    expect(rows.map((row) => row[0])).toEqual([
      '常州8号精密机械有限公司',
      '常州28号精密机械有限公司',
      '常州48号精密机械有限公司',
    ])

    const mended = [head, ...rows.map((row) => row.map((cell, at) => (at === 5 ? '0519-86661234' : cell)))]
    await page.getByRole('link', { name: '再导入一个文件' }).click()
    await give(page, '改好的.xlsx', await xlsx(mended))
    await stepIs(page, '对应列')
    // The file is recognised: what a person put right once need not be put right again.
    expect(await column('内部评级').inputValue()).toBe('notes')
    await page.getByRole('button', { name: '下一步:检查' }).click()
    await stepIs(page, '检查')
    expect([await count(page, '可导入'), await count(page, '错误')]).toEqual([BAD, 0])
    await page.getByRole('button', { name: '导入 3 行' }).click()
    await page.getByRole('button', { name: '撤销本批' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '撤销本批' }).click()
    await page.getByText('改好的.xlsx · 已撤销').waitFor()
    expect(await count(page, '已撤销')).toBe(BAD)
    expect((await app.as('admin').get('/api/customers')).body.total).toBe(57)

    await page.getByRole('link', { name: '导入批次' }).click()
    await page.getByRole('row').filter({ hasText: '展会名单.csv' }).getByText('已完成').waitFor()
    await page.getByRole('row').filter({ hasText: '改好的.xlsx' }).getByText('已撤销').waitFor()
    await page.context().close()
  })

  it('同一份再导一遍:重复的跳过,也可以改成更新', async () => {
    const page = await app.open('admin', '/imports')
    const renamed = sheet(1).map((row, at) => (at === 0 ? row : row.with(1, `新${row[1]}`)))
    await give(page, '展会名单.csv', csv(renamed))
    await stepIs(page, '对应列')
    await page.getByRole('button', { name: '下一步:检查' }).click()
    await stepIs(page, '检查')
    expect([await count(page, '可导入'), await count(page, '重复')]).toEqual([0, 57])
    expect(await page.getByRole('button', { name: '没有可以导入的行' }).isDisabled()).toBe(true)
    await page.getByRole('button', { name: '重复 57' }).click()
    await page.getByText(/与已有的“常州1号精密机械有限公司”/).waitFor()
    await page.getByRole('radio', { name: /更新已有/ }).check()
    await page.getByRole('button', { name: '导入 57 行' }).click()
    await page.locator('dl').getByText('更新', { exact: true }).waitFor()
    await expect.poll(() => count(page, '更新')).toBe(57)
    const [one] = (await app.as('admin').get('/api/customers?q=常州1号')).body.items
    expect(one.shortName).toBe('新精密1')
    await page.context().close()
  })

  it('把文件拖进来也可以;必填的列没有对应就不往下走,说出是哪一个', async () => {
    const page = await app.open('admin', '/imports?entity=contact')
    const dragged = await page.evaluateHandle(() => {
      const data = new DataTransfer()
      data.items.add(new File(['名字,手机号\r\n张三,13800138000\r\n'], '联系人.csv', { type: 'text/csv' }))
      return data
    })
    await page.locator('label.zone').dispatchEvent('drop', { dataTransfer: dragged })
    await stepIs(page, '对应列')
    await page.getByRole('button', { name: '下一步:检查' }).click()
    await page.getByText('还没有哪一列对应到所属客户').waitFor()
    expect(await axeProblems(page)).toEqual([])
    await page.context().close()
  })

  it('读不懂的文件说明原因,可以再选一个', async () => {
    const page = await app.open('admin', '/imports')
    await give(page, '扫描件.xlsx', Buffer.from('%PDF-1.7 not a table'))
    await page
      .getByRole('alert')
      .filter({ hasText: /不是|无法|格式|表格/ })
      .waitFor()
    app.forgive(/422/)
    await give(page, '好的.csv', csv([['客户名称'], ['再来一家有限公司']]))
    await stepIs(page, '对应列')
    await page.context().close()
  })

  it('客户与联系人的模板:照样子填好就能传,样子不导入,一家客户的几位联系人一起进', async () => {
    const page = await app.open('admin', '/imports')
    await page.getByRole('radio', { name: '客户与联系人' }).check()
    const got = await download(page, () => page.getByRole('button', { name: '下载客户与联系人模板' }).click())
    expect(got.suggestedFilename()).toBe('客户与联系人导入模板.xlsx')
    const [heading, ...rows] = await sheetOf(await readFile((await got.path())!))
    const at = (label: string) => heading!.findIndex((one) => one.startsWith(label))
    const mine = rows.map((row) => row.map((cell) => cell.replace('示例:', '照样填的')))
    await give(page, '模板.xlsx', await xlsx([heading!, ...rows.slice(0, 2), ...mine]))
    await stepIs(page, '对应列')
    const choices = await page
      .locator('select.input')
      .evaluateAll((all) => all.map((one) => (one as HTMLSelectElement).value))
    expect(choices.filter((value) => value === '')).toEqual([])
    await page.getByRole('button', { name: '下一步:检查' }).click()
    await page.getByText('模板里的示例行,不导入').first().waitFor()
    expect(await axeProblems(page)).toEqual([])
    await page.getByRole('button', { name: '导入 3 行' }).click()
    await stepIs(page, '导入结果')
    await page.goto(`/customers?q=${encodeURIComponent(mine[0]![at('客户名称')]!)}`)
    await page.getByRole('link', { name: mine[0]![at('客户名称')]!, exact: true }).click()
    await page.getByText('张三').first().waitFor()
    await page.getByText('李四').first().waitFor()
    await page.context().close()
  })
})

describe('谁能导入', () => {
  it('没有导入权限的人看不到入口,网址打开是没有权限', async () => {
    for (const path of ['/imports', '/imports/1', '/settings/imports']) {
      const page = await app.open('sales1', path)
      await page.getByRole('heading', { name: '没有打开这个页面的权限' }).waitFor()
      await page.context().close()
    }
  })
  it('部门经理看不到别人的批次', async () => {
    const { id } = await checkedUpload(app.as('admin'), csv([['客户名称'], ['管理员的名单有限公司']]))
    const page = await app.open('head1', `/imports/${id}`)
    await page.getByText('找不到').waitFor()
    app.forgive(/404/)
    await page.goto('/settings/imports')
    await page.getByText('还没有导入过的文件').waitFor()
    await page.context().close()
  })
})

describe('导入的各个画面', () => {
  const places: Record<string, string> = { 上传: '/imports', 批次: '/settings/imports' }
  beforeAll(async () => {
    const admin = app.as('admin')
    const open = await checkedUpload(admin, csv(sheet(1001)))
    const done = await imported(admin, csv(sheet(2001)))
    const undone = await imported(admin, csv(sheet(3001)))
    await admin.post(`/api/imports/${undone.id}/undo`)
    Object.assign(places, {
      对应列: `/imports/${open.id}?step=map`,
      检查: `/imports/${open.id}`,
      结果: `/imports/${done.id}`,
      撤销后: `/imports/${undone.id}`,
    })
  })
  it.each(Object.entries(screens))('%s:亮色暗色都没有无障碍问题,也不横向滚动', async (_, screen) => {
    const page = await app.open('admin', '/imports', { screen })
    for (const [name, path] of Object.entries(places)) {
      await visit(page, path)
      expect(await flaws(page), name).toEqual([])
    }
    await page.context().close()
  })
})
