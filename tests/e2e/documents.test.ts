import type { Page, Route } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { axeProblems, type BrowserApp, isTooWide, openBrowserApp, screens } from '../support/browser.ts'
import { pdfOf, uploaded } from '../support/documents.ts'

let app: BrowserApp
beforeAll(async () => void (app = await openBrowserApp()))
afterAll(() => app.close())
afterEach(() => app.refuseTroubles())

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const file = (name: string, buffer = Buffer.from(name), mimeType = 'text/plain') => ({ name, mimeType, buffer })
const panelOf = (page: Page) => page.getByRole('region', { name: '文档', exact: true })
const company = (name: string) => app.make.customer({ name, ownerId: app.ids.users.sales1 })

/** As a hand would: files of the desktop over the element, or in the clipboard. */
const bring = (page: Page, selector: string, how: 'drop' | 'paste', name: string, bytes: Buffer) =>
  page.locator(selector).evaluate(
    (target, { base64, kind, fileName }) => {
      const data = new DataTransfer()
      const content = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))
      data.items.add(new File([content], fileName, { type: 'image/png' }))
      const facts = { bubbles: true, cancelable: true }
      if (kind === 'drop')
        for (const type of ['dragenter', 'dragover', 'drop'])
          target.dispatchEvent(new DragEvent(type, { ...facts, dataTransfer: data }))
      else target.dispatchEvent(new ClipboardEvent('paste', { ...facts, clipboardData: data }))
    },
    { base64: bytes.toString('base64'), kind: how, fileName: name },
  )

describe('客户页上的文档', () => {
  it('选择、拖入、粘贴都能上传;能预览、翻看、下载、改名,误删能撤销,也能从回收站恢复', async () => {
    const { id } = await company('嘉定电缆有限公司')
    const page = await app.open('sales1', `/customers/${id}`)
    const panel = panelOf(page)
    await panel.getByText('还没有文档').waitFor()
    await panel.locator('input[type=file]').setInputFiles([file('报价说明.txt'), file('安装包.exe')])
    await panel.getByRole('button', { name: '报价说明.txt', exact: true }).waitFor()
    await panel.getByText('注意来源').waitFor()
    await bring(page, '[aria-label=文档] .drop', 'drop', '现场照片.png', PNG)
    await panel.getByRole('button', { name: '现场照片.png', exact: true }).waitFor()
    await bring(page, 'body', 'paste', 'image.png', PNG)
    await panel.getByRole('button', { name: /^截图-\d{8}-\d{6}\.png$/ }).waitFor()
    await panel.getByRole('button', { name: '现场照片.png', exact: true }).click()
    const preview = page.getByRole('dialog', { name: '现场照片.png' })
    await expect
      .poll(() =>
        preview.getByRole('img', { name: '现场照片.png' }).evaluate((img: HTMLImageElement) => img.naturalWidth),
      )
      .toBe(1)
    await page.keyboard.press('ArrowRight')
    const text = page.getByRole('dialog', { name: '报价说明.txt' })
    await text.frameLocator('iframe').getByText('报价说明.txt').waitFor()
    const [saved] = await Promise.all([page.waitForEvent('download'), text.getByRole('link', { name: '下载' }).click()])
    expect(saved.suggestedFilename()).toBe('报价说明.txt')
    await page.keyboard.press('Escape')
    await text.waitFor({ state: 'hidden' })
    await panel.getByRole('button', { name: '删除 安装包.exe' }).click()
    await page.getByRole('button', { name: '删除文档' }).click()
    await panel.getByText('安装包.exe').waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: '撤销' }).click()
    await panel.getByText('安装包.exe').waitFor()
    await panel.getByRole('button', { name: '重命名 报价说明.txt' }).click()
    const rename = page.getByRole('dialog', { name: '重命名文档' })
    // The name before its ending is marked, so that typing replaces it.
    await expect.poll(() => page.evaluate(() => getSelection()?.toString())).toBe('报价说明')
    await page.keyboard.type('嘉定报价')
    await page.keyboard.press('Enter')
    await rename.waitFor({ state: 'hidden' })
    await panel.getByRole('button', { name: '嘉定报价.txt', exact: true }).waitFor()
    await panel.getByRole('button', { name: '删除 嘉定报价.txt' }).click()
    await page.getByRole('button', { name: '删除文档' }).click()
    await panel.getByRole('button', { name: '嘉定报价.txt', exact: true }).waitFor({ state: 'hidden' })
    await panel.getByRole('button', { name: '回收站' }).click()
    await panel.getByRole('region', { name: '文档回收站' }).getByRole('button', { name: '恢复 嘉定报价.txt' }).click()
    await panel.getByText('回收站里没有文档').waitFor()
    await panel.getByRole('button', { name: '嘉定报价.txt', exact: true }).waitFor()
    expect((await app.as('sales1').get(`/api/documents?customerId=${id}`)).body.total).toBe(4)
    await page.context().close()
  })

  it('太大的当场说明;传到一半可以取消,网络断了可以重试', async () => {
    const { id } = await company('松江印刷有限公司')
    const page = await app.open('sales1', `/customers/${id}`)
    const panel = panelOf(page)
    const input = panel.locator('input[type=file]')
    // Made in the page: twenty megabytes need not travel there.
    await page.locator('[aria-label=文档] .drop').evaluate((target) => {
      const data = new DataTransfer()
      data.items.add(new File([new Uint8Array(20 * 1024 * 1024 + 1)], '太大的录像.bin'))
      target.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: data }))
    })
    await panel.getByText('没有上传:有 20.0 MB,超过了 20.0 MB').waitFor()
    await panel.getByRole('button', { name: '移除 太大的录像.bin' }).click()
    const held: Route[] = []
    await page.route('**/api/documents', (route) =>
      route.request().method() === 'POST' ? void held.push(route) : route.fallback(),
    )
    await input.setInputFiles([file('传一半.txt')])
    await panel.getByRole('progressbar', { name: '传一半.txt 的上传进度' }).waitFor()
    await expect.poll(() => held.length).toBe(1)
    await panel.getByRole('button', { name: '取消上传 传一半.txt' }).click()
    await panel.getByText('传一半.txt').waitFor({ state: 'hidden' })
    await held[0]!.abort().catch(() => {})
    await page.unrouteAll()
    await page.route('**/api/documents', (route) =>
      route.request().method() === 'POST' ? route.abort('connectionreset') : route.fallback(),
    )
    await input.setInputFiles([file('再试试.txt')])
    await panel.getByText('没有上传:连接不上服务器').waitFor()
    await page.unrouteAll()
    await panel.getByRole('button', { name: '重试 再试试.txt' }).click()
    await panel.getByRole('button', { name: '再试试.txt', exact: true }).waitFor()
    expect((await app.as('sales1').get(`/api/documents?customerId=${id}`)).body.items).toMatchObject([
      { name: '再试试.txt' },
    ])
    app.forgive(/ERR_CONNECTION_RESET/)
    await page.context().close()
  })

  it('送货单上一次附几个:各有进度,取消一个不碍其余;同名的是新版,旧版收着;网页和矢量图只给下载', async () => {
    const { id: customerId } = await company('宝山仪表有限公司')
    const by = app.as('head1')
    const orderedOn = app.clock.today()
    const lines = [{ name: '压力表', qtyMilli: 2_000, priceFen: 100_00 }]
    const { body: draft } = await by.post('/api/orders', { customerId, orderedOn, lines })
    const { body: order } = await by.post(`/api/orders/${draft.id}/submit`, { version: draft.version })
    const delivered = [{ orderLineId: order.lines[0].id, qtyMilli: 2_000 }]
    await by.post('/api/deliveries', { orderId: order.id, deliveredOn: orderedOn, lines: delivered })
    const page = await app.open('head1', `/orders/${order.id}`)
    await page.getByRole('button', { name: /^查看交货单/ }).click()
    const files = page.getByRole('dialog', { name: /^交货单/ }).getByRole('region', { name: '附件' })
    const input = files.locator('input[type=file]')
    const held: Route[] = []
    await page.route('**/api/documents', (route) =>
      route.request().method() === 'POST' && held.length === 0 ? void held.push(route) : route.fallback(),
    )
    await input.setInputFiles([
      file('不要了.txt'),
      file('签收单.txt', Buffer.from('一')),
      file('页面.html'),
      file('图.svg'),
    ])
    await files.getByRole('progressbar', { name: '不要了.txt 的上传进度' }).waitFor()
    await files.getByRole('button', { name: '取消上传 不要了.txt' }).click()
    for (const name of ['页面.html', '图.svg']) {
      const [saved] = await Promise.all([
        page.waitForEvent('download'),
        files.getByRole('link', { name, exact: true }).click(),
      ])
      expect(saved.suggestedFilename()).toBe(name)
    }
    await input.setInputFiles([file('签收单.txt', Buffer.from('二'))])
    await files.getByText('第 2 版').waitFor()
    expect(await files.getByRole('button', { name: '签收单.txt', exact: true }).count()).toBe(1)
    await files.getByRole('button', { name: '1 个旧版' }).click()
    await files.getByRole('button', { name: '签收单.txt', exact: true }).nth(1).click()
    const old = page.getByRole('dialog', { name: '签收单.txt' })
    await old.frameLocator('iframe').getByText('一').waitFor()
    await held[0]!.abort().catch(() => {})
    const { body } = await by.get(`/api/documents?subjectType=delivery`)
    expect(
      body.items.map(({ name, revision }: { name: string; revision: number }) => `${name} ${revision}`).toSorted(),
    ).toEqual(['图.svg 1', '签收单.txt 1', '签收单.txt 2', '页面.html 1'].toSorted())
    await page.context().close()
  })

  it('PDF 就在页面里看:浏览器自己的阅读器读得出页数,别的网站不能嵌入,也能下载', async () => {
    const { id } = await company('青浦模具有限公司')
    const { id: documentId } = await uploaded(
      app.as('sales1'),
      pdfOf('Quotation 2026'),
      { customer: id },
      '盖章报价.pdf',
    )
    const page = await app.open('sales1', `/customers/${id}`)
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.url().endsWith(`/api/documents/${documentId}/content`)),
      panelOf(page).getByRole('button', { name: '盖章报价.pdf', exact: true }).click(),
    ])
    expect(answer.headers()).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition': expect.stringMatching(/^inline/),
      'content-security-policy': expect.stringContaining("frame-ancestors 'self'"),
    })
    const preview = page.getByRole('dialog', { name: '盖章报价.pdf' })
    await preview.locator('iframe[title="盖章报价.pdf"]').waitFor()
    const viewer = () => page.frames().find((frame) => frame.url().startsWith('chrome-extension:'))
    await expect.poll(viewer, { timeout: 15_000 }).toBeDefined()
    // It knows how many pages there are only once it has read the file.
    await expect.poll(() => viewer()!.locator('#pagelength').innerText(), { timeout: 15_000 }).toBe('1')
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      preview.getByRole('link', { name: '下载' }).click(),
    ])
    expect(saved.suggestedFilename()).toBe('盖章报价.pdf')
    await page.keyboard.press('Escape')
    await page.context().close()
  })

  it('亮色暗色、电脑手机上都没有无障碍问题', async () => {
    const { id } = await company('奉贤模具有限公司')
    const { id: contact } = await app.make.contact({ customerId: id, name: '周师傅' })
    await uploaded(app.as('sales1'), PNG, { customer: id }, '厂房照片与非常非常非常非常长的文件名说明.png')
    await uploaded(app.as('sales1'), '名片', { contact }, '名片.txt')
    await uploaded(app.as('sales1'), 'MZ', { customer: id }, '工具.exe')
    for (const [screen, theme] of [
      [screens.desk, 'light'],
      [screens.phone, 'dark'],
    ] as const) {
      const page = await app.open('sales1', `/customers/${id}`, { screen, theme })
      if (screen === screens.phone) await page.getByRole('tab', { name: '资料' }).click()
      const panel = panelOf(page)
      await panel.getByText('· 联系人').waitFor()
      expect(await axeProblems(page)).toEqual([])
      expect(await isTooWide(page)).toBe(false)
      await panel.getByRole('button', { name: /^厂房照片/ }).click()
      await page.getByRole('dialog', { name: /^厂房照片/ }).waitFor()
      expect(await axeProblems(page)).toEqual([])
      await page.context().close()
    }
  })
})
