import { tell } from '@crm/server/core/jobs/notices'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { axeProblems, type BrowserApp, isTooWide, LAN_HOST, openBrowserApp, screens } from '../support/browser.ts'
import type { Username } from '../support/office.ts'

let app: BrowserApp
/** Streams that the server holds now. */
let streams = 0
let customerId: number
beforeAll(async () => {
  // Plain HTTP in an office's network: no service worker, no locks, no desktop notices.
  app = await openBrowserApp({ host: LAN_HOST })
  app.app.server.on('request', ({ url }, answer) => {
    if (!url?.startsWith('/api/notifications/stream')) return
    streams++
    answer.on('close', () => void streams--)
  })
  customerId = (await app.make.customer({ name: '上海申诺精密机械有限公司', ownerId: app.ids.users.sales1 })).id
})
afterAll(() => app.close())
afterEach(() => app.refuseTroubles())

const inform = (who: Username, title: string, facts: { body?: string; link?: string; customerId?: number } = {}) =>
  app.store.tx((tx) => tell(tx, app.clock.now(), { kind: 'reminder', userIds: [app.ids.users[who]], title, ...facts }))
const bell = (page: Page, unread: number) =>
  page.getByRole('button', { name: unread > 0 ? `通知,${unread} 条未读` : '通知,没有未读' })
const streamsAre = (count: number) => vi.waitFor(() => expect(streams).toBe(count), { timeout: 10_000, interval: 50 })

async function tabs(first: Page, more: number): Promise<Page[]> {
  const added = Array.from({ length: more }, async () => {
    const page = await first.context().newPage()
    await page.goto('/customers')
    return page
  })
  const opened = [first, ...(await Promise.all(added))]
  for (const page of opened) await bell(page, 0).waitFor()
  return opened
}
const everywhere = (pages: readonly Page[], look: (page: Page) => Promise<unknown>) => Promise.all(pages.map(look))

describe('通知在浏览器里', () => {
  it('开七个标签页只占一条连接;通知到了每个标签页都看到,一处读了处处都读了', async () => {
    const pages = await tabs(await app.open('sales1', '/customers'), 6)
    await streamsAre(1)
    await inform('sales1', '该给申诺打电话了', { customerId, link: `/customers/${customerId}` })
    await everywhere(pages, async (page) => {
      await bell(page, 1).waitFor()
      await page.getByRole('status').getByText('该给申诺打电话了').waitFor()
      expect(await page.title()).toMatch(/^\(1\) /)
      expect(await page.locator('link[rel=icon]').getAttribute('href')).toBe('/favicon-dot.svg')
    })
    const [first, ...rest] = pages as [Page, ...Page[]]
    await first.getByRole('button', { name: '查看' }).click()
    await first.waitForURL(`**/customers/${customerId}`)
    await everywhere(rest, (page) => bell(page, 0).waitFor())
    expect(await rest[0]!.title()).not.toMatch(/^\(/)
    expect(streams).toBe(1)
    await first.context().close()
    await streamsAre(0)
  })

  it('没有 SharedWorker 的浏览器也只占一条;占着它的标签页关了,别的接上', async () => {
    const first = await app.open('finance', '/customers', { isAlone: true })
    await first.context().addInitScript(() => Reflect.deleteProperty(globalThis, 'SharedWorker'))
    await first.reload()
    const pages = await tabs(first, 2)
    await streamsAre(1)
    await inform('finance', '第一条')
    await everywhere(pages, (page) => bell(page, 1).waitFor())
    await first.close()
    await streamsAre(1)
    await inform('finance', '第二条')
    await everywhere(pages.slice(1), (page) => bell(page, 2).waitFor())
    await pages[1]!.context().close()
  })

  it.each([
    ['电脑', screens.desk],
    ['手机', screens.phone],
  ])('%s:抽屉按客户归组,点开即已读;设置说明为什么没有桌面通知;没有无障碍问题', async (_, screen) => {
    const flawless = async (page: Page) => {
      expect(await axeProblems(page)).toEqual([])
      expect(await isTooWide(page)).toBe(false)
    }
    for (const theme of ['light', 'dark'] as const) {
      await app.store.tx((tx) => tx.deleteFrom('notifications').execute())
      await inform('head1', '客户转给你了:上海申诺精密机械有限公司', {
        customerId,
        body: '管理员 转交',
        link: '/contacts',
      })
      await inform('head1', '明天有 3 家客户将进入公海', { body: '再不跟进就会被收回' })
      const page = await app.open('head1', '/customers', { screen, theme })
      await bell(page, 2).click()
      const drawer = page.getByRole('dialog', { name: '通知' })
      await drawer.getByRole('heading', { name: /上海申诺精密机械有限公司/ }).waitFor()
      await flawless(page)
      await drawer.getByRole('button', { name: /明天有 3 家客户/ }).click()
      await drawer.getByRole('button', { name: '设置' }).click()
      const settings = page.getByRole('dialog', { name: '通知设置' })
      await settings.getByText('管理员启用 HTTPS 后即可使用').waitFor()
      await settings.getByRole('checkbox', { name: '提醒到期:站内' }).waitFor()
      await flawless(page)
      await settings.getByRole('button', { name: '保存' }).click()
      await settings.waitFor({ state: 'hidden' })
      await drawer.getByRole('link', { name: /客户转给你了/ }).click()
      await page.waitForURL('**/contacts')
      await bell(page, 0).waitFor()
      await page.context().close()
    }
  })
})
