import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type BrowserApp, flaws, openBrowserApp, screens, visit } from '../support/browser.ts'

let app: BrowserApp
beforeAll(async () => void (app = await openBrowserApp()))
afterAll(() => app.close())
afterEach(() => app.refuseTroubles())
const company = (name: string) => app.make.customer({ name, ownerId: app.ids.users.sales1 })

describe('合同', () => {
  it('写合同、按模板生成正文、提交;经理登记签订、变更,各版的差别看得见', async () => {
    const { id } = await company('青浦轴承有限公司')
    await app
      .as('admin')
      .post('/api/contract-templates', { name: '供货合同', body: '甲方:{{客户名称}}\n签于 {{签订日期}}' })
    const page = await app.open('sales1', `/customers/${id}`)
    await page.getByRole('button', { name: '新建合同' }).click()
    const form = page.getByRole('dialog', { name: '新建合同' })
    await form.getByLabel('合同名称').fill('轴承年度供货')
    await form.getByLabel('合同金额').fill('12.8万')
    await form.getByLabel('结束日期').fill('2026-12-10')
    await form.getByRole('button', { name: '保存' }).click()
    await page.getByRole('heading', { name: '轴承年度供货' }).waitFor()
    await page.getByText('壹拾贰万捌仟元整').waitFor()
    await page.getByRole('button', { name: '按模板生成' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '生成正文' }).click()
    await page.getByRole('region', { name: '合同正文内容' }).getByText('甲方:青浦轴承有限公司').waitFor()
    await page.getByRole('button', { name: '提交', exact: true }).click()
    await page.getByText('待签').first().waitFor()
    const address = new URL(page.url()).pathname
    await page.context().close()

    const head = await app.open('head1', address)
    await head.getByRole('button', { name: '登记签订' }).click()
    await head.getByRole('dialog').getByRole('button', { name: '登记签订' }).click()
    await head.getByText('履行中').first().waitFor()
    await head.getByRole('button', { name: '变更', exact: true }).click()
    const change = head.getByRole('dialog', { name: /^变更合同/ })
    await change.getByLabel('变更原因').fill('客户加量')
    await change.getByLabel('合同金额').fill('150000')
    await change.getByLabel('合同正文').fill('甲方:{{客户名称}}\n签于 {{签订日期}}\n三十日内付清')
    await change.getByRole('button', { name: '提出变更' }).click()
    const versions = head.getByRole('region', { name: '版本' })
    await versions.getByText('150,000.00 元').waitFor()
    await versions.getByRole('button', { name: '合同正文有改动,看差别' }).click()
    const compared = head.getByRole('dialog', { name: '第 2 版改了什么' })
    await compared.getByRole('insertion').getByText('三十日内付清').waitFor()
    await compared.getByText('加 1 行').waitFor()
    expect(await flaws(head)).toEqual([])
    await head.goto('/contracts?view=soon')
    await head.getByRole('link', { name: '轴承年度供货' }).waitFor()
    await head.context().close()
  })

  it('在合同页上传附件一步就到;打印的是填好的正文', async () => {
    const { id } = await company('松江电机有限公司')
    const { body: row } = await app
      .as('sales1')
      .post('/api/contracts', { customerId: id, title: '电机合同', amountFen: 100_00, body: '客户:{{客户名称}}' })
    const page = await app.open('sales1', `/contracts/${row.id}`)
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: '上传附件' }).click(),
    ])
    await chooser.setFiles([{ name: '盖章件.txt', mimeType: 'text/plain', buffer: Buffer.from('盖章') }])
    await page.getByRole('region', { name: '附件' }).getByRole('button', { name: '盖章件.txt', exact: true }).waitFor()
    await page.getByRole('link', { name: '打印' }).click()
    await page.getByText('客户:松江电机有限公司').waitFor()
    await page.context().close()
  })

  it('列表、合同页、模板,亮色暗色、电脑手机上都没有无障碍问题', async () => {
    const { id } = await company('宝山钢管有限公司')
    const make = async (more: object) =>
      (await app.as('head1').post('/api/contracts', { customerId: id, title: '钢管合同', amountFen: 100_00, ...more }))
        .body
    const row = await make({ body: '签于 {{签订日期}}', endOn: '2026-12-01' })
    await app.as('head1').post(`/api/contracts/${row.id}/submit`, { version: row.version })
    for (const screen of [screens.desk, screens.phone]) {
      const page = await app.open('head1', '/contracts', { screen })
      for (const path of ['/contracts', `/contracts/${row.id}`]) {
        await visit(page, path)
        await page.getByText('钢管合同').first().waitFor()
        expect([path, await flaws(page)]).toEqual([path, []])
      }
      await page.context().close()
    }
    const page = await app.open('admin', '/settings/contract-templates?new=1')
    await page.getByRole('dialog', { name: '新建合同模板' }).getByText('预览(样例数据)').waitFor()
    expect(await flaws(page)).toEqual([])
    await page.context().close()
  })
})
