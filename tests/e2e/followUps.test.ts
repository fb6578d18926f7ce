import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type BrowserApp, flaws, openBrowserApp, screens } from '../support/browser.ts'
import { countClicks, listReady } from '../support/customers.ts'

let app: BrowserApp
let customerId: number
beforeAll(async () => {
  app = await openBrowserApp()
  const { ids, make } = app
  const customer = await make.customer({
    name: '上海申诺精密机械有限公司',
    phone: '021-58880000',
    ownerId: ids.users.sales1,
    firstContact: { name: '王建国', mobile: '13812342041' },
  })
  customerId = customer.id
  const text = '客户说下周要比三家,先把 40 台的阶梯报价发过去,再约现场看样'
  for (const [kind, hour] of [
    ['visit', '08'],
    ['wechat', '06'],
    ['call', '03'],
  ] as const)
    await app.as('sales1').post('/api/interactions', {
      customerId,
      kind,
      text,
      result: 'interested',
      followedAt: `2026-11-21T${hour}:30:00.000Z`,
    })
})
afterAll(() => app.close())
afterEach(() => app.refuseTroubles())

const box = (page: Page) => page.getByRole('region', { name: '写跟进' })
const story = (page: Page) => page.getByRole('region', { name: '时间线' })

describe('写跟进', () => {
  it('从客户列表按 L,选好下次提醒,Ctrl+Enter 保存:鼠标不超过三下;撤销后什么都没留下', async () => {
    const page = await app.open('sales1', '/customers')
    await listReady(page)
    await page.locator('tbody tr a').first().focus()
    const clicks = await countClicks(page)
    await page.keyboard.press('l')
    await page.getByLabel('跟进内容').fill('列表里直接记一笔')
    await box(page).getByRole('button', { name: '拜访' }).click()
    await box(page).getByRole('button', { name: '明天' }).click()
    await page.keyboard.press('Control+Enter')
    await page.getByText('已保存,明天 09:00 提醒').waitFor()
    expect(await clicks()).toBeLessThanOrEqual(3)
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    const written = async () => (await app.as('sales1').get(`/api/interactions?customerId=${customerId}`)).body.total
    expect(await written()).toBe(4)
    await page.getByRole('button', { name: '撤销' }).click()
    await page.getByText('已撤销这条跟进').waitFor()
    expect(await written()).toBe(3)
    expect((await app.as('sales1').get(`/api/customers/${customerId}`)).body.nextReminderAt).toBeNull()
    await page.context().close()
  })

  it('客户页上只用鼠标点:文字框、明天、保存,三下就有跟进和提醒', async () => {
    const page = await app.open('sales1', `/customers/${customerId}`)
    await story(page).getByText('阶梯报价').first().waitFor()
    const clicks = await countClicks(page)
    await page.getByLabel('跟进内容').click()
    await page.keyboard.type('用鼠标记一笔')
    await box(page).getByRole('button', { name: '明天' }).click()
    await box(page).getByRole('button', { name: '保存' }).click()
    await page.getByText('已保存,明天 09:00 提醒').waitFor()
    expect(await clicks()).toBe(3)
    expect((await app.as('sales1').get(`/api/customers/${customerId}`)).body.nextReminderAt).not.toBeNull()
    await page.getByRole('button', { name: '撤销' }).click()
    await page.getByText('已撤销这条跟进').waitFor()
    await page.context().close()
  })

  it('写到一半刷新,文字、方式和下次提醒都还在;保存后不再出现', async () => {
    const page = await app.open('sales1', `/customers/${customerId}`)
    const text = page.getByLabel('跟进内容')
    await text.fill('写到一半')
    await box(page).getByRole('button', { name: '拜访' }).click()
    await box(page).getByRole('button', { name: '下周一' }).click()
    await expect
      .poll(() => page.evaluate(() => Object.values({ ...localStorage }).some((kept) => kept.includes('写到一半'))))
      .toBe(true)
    await page.reload()
    await text.waitFor()
    expect(await text.inputValue()).toBe('写到一半')
    const pressed = (name: string) => box(page).getByRole('button', { name }).getAttribute('aria-pressed')
    expect([await pressed('拜访'), await pressed('下周一'), await pressed('电话')]).toEqual(['true', 'true', 'false'])
    await page.keyboard.press('l')
    await page.keyboard.press('Control+Enter')
    await page.getByText(/已保存,.*提醒/).waitFor()
    await page.getByRole('button', { name: '撤销' }).click()
    await page.getByText('已撤销这条跟进').waitFor()
    await page.reload()
    await text.waitFor()
    expect([await text.inputValue(), await pressed('不提醒')]).toEqual(['', 'true'])
    await page.context().close()
  })

  it('客户页上只用键盘:Alt+3 定日期、粘贴截图、Ctrl+Enter;时间线随即多一条,经理批示后看得到', async () => {
    const page = await app.open('sales1', `/customers/${customerId}`)
    await story(page).getByText('阶梯报价').first().waitFor()
    await page.keyboard.press('l')
    await page.keyboard.type('约好周三看样')
    await page.keyboard.press('Alt+3')
    expect(await box(page).getByRole('button', { name: '3天后' }).getAttribute('aria-pressed')).toBe('true')
    await page.getByLabel('跟进内容').evaluate((area) => {
      const files = new DataTransfer()
      files.items.add(new File(['一千元'], '报价.txt', { type: 'text/plain' }))
      area.dispatchEvent(new ClipboardEvent('paste', { clipboardData: files, bubbles: true, cancelable: true }))
    })
    await page.getByRole('button', { name: '移除 报价.txt' }).waitFor()
    await page.keyboard.press('Control+Enter')
    await story(page).getByText('约好周三看样').waitFor()
    await story(page).getByText('报价.txt').waitFor()
    expect(await page.getByLabel('跟进内容').inputValue()).toBe('')
    const { body } = await app.as('sales1').get(`/api/interactions?customerId=${customerId}&size=1`)
    const manager = await app.open('head1', `/customers/${customerId}#e-interaction-${body.items[0].id}`)
    const entry = manager.locator(`#e-interaction-${body.items[0].id}`)
    await entry.getByRole('button', { name: '批示' }).click()
    await manager.getByPlaceholder('写下批示').fill('带上样机')
    await manager.keyboard.press('Control+Enter')
    await entry.getByText('带上样机').waitFor()
    expect(await entry.getAttribute('class')).toContain('marked')
    await page.context().close()
    await manager.context().close()
  })
})

it('经理按天看、按人看、导出;来电认得出客户,认不出的带着号码新建', async () => {
  const page = await app.open('head1', '/follow-ups?day=2026-11-22')
  await page.getByRole('heading', { name: '跟进记录' }).waitFor()
  await page.keyboard.press('[')
  await page.waitForURL(/day=2026-11-21/)
  await page.getByRole('button', { name: /王业务 3/ }).click()
  await page.waitForURL(/authorId=/)
  await page.getByRole('grid', { name: '跟进记录' }).getByText('阶梯报价').first().waitFor()
  await page.getByRole('button', { name: '导出' }).click()
  const all = page.getByRole('menuitem', { name: '全部列' })
  const [file] = await Promise.all([page.waitForEvent('download'), all.click()])
  expect(file.suggestedFilename()).toMatch(/^跟进记录-\d{4}-\d\d-\d\d\.xlsx$/)
  await page.goto('/call?phone=13812342041')
  await page.getByRole('link', { name: '上海申诺精密机械有限公司' }).click()
  await page.waitForURL(/followUp=call/)
  expect(await box(page).getByRole('button', { name: '电话' }).getAttribute('aria-pressed')).toBe('true')
  await page.goto('/call?phone=13900009999')
  await page.getByRole('link', { name: '新建客户' }).click()
  expect(await page.getByRole('textbox', { name: '电话', exact: true }).inputValue()).toBe('13900009999')
  await page.context().close()
})

it.each([
  ['1366x641', screens.desk],
  ['390x844', screens.phone],
] as const)('每个画面亮色暗色都没有无障碍问题,也不横向滚动:%s', async (_, screen) => {
  const page = await app.open('head1', `/customers/${customerId}#e-interaction-1`, { screen })
  const flawless = async () => expect(await flaws(page)).toEqual([])
  await story(page).getByText('阶梯报价').first().waitFor()
  await box(page).getByRole('button', { name: '自选' }).click()
  await page.getByLabel('提醒的日期和时间').waitFor()
  await story(page).getByRole('button', { name: '批示' }).first().click()
  await page.getByPlaceholder('写下批示').waitFor()
  await flawless()
  await page.goto('/follow-ups?day=2026-11-21')
  await page.getByRole('button', { name: /王业务 3/ }).waitFor()
  await page.locator('tbody tr a, .cards li a').first().waitFor()
  await flawless()
  await page.goto('/call?phone=13812342041')
  await page.getByRole('link', { name: '上海申诺精密机械有限公司' }).waitFor()
  await flawless()
  await page.goto('/follow-ups?day=2026-11-21&new=1')
  await page.getByRole('dialog').getByRole('combobox', { name: '客户' }).waitFor()
  await flawless()
  await page.context().close()
})
