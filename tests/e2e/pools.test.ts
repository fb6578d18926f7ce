import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type BrowserApp, flaws, openBrowserApp, screens, type Visit } from '../support/browser.ts'
import { countClicks } from '../support/customers.ts'

let app: BrowserApp
let poolId: number
const NAMES = ['上海申诺精密机械有限公司', '苏州启明电气有限公司', '宁波远航模具有限公司', '无锡锡安泵业有限公司']
beforeAll(async () => {
  app = await openBrowserApp()
  const admin = app.as('admin')
  const facts = { name: '华东公海', claimPerDay: 10, holdingsCap: 40, followUpDays: 15 }
  poolId = (await admin.post('/api/pools', facts)).body.id
  const reasons = ['跟不动了', '暂无需求', '联系不上', '不归我负责']
  for (const [at, name] of NAMES.entries()) {
    const { id } = await app.make.customer({
      name,
      ownerId: app.ids.users.sales2,
      phone: '13812342041',
      source: 'exhibition',
      industry: 'C',
      regionCode: '310115',
      level: 'A',
    })
    await admin.post(`/api/customers/${id}/release`, { poolId, reason: reasons[at] })
  }
  await app.make.customer({ name: '要延期的客户', ownerId: app.ids.users.sales1 })
})
afterAll(() => app.close())
afterEach(() => app.refuseTroubles())

it('从菜单两次点击领到客户,额度随之变化,提示几天内须跟进', async () => {
  const page = await app.open('sales1', '/customers')
  await page.getByRole('link', { name: '要延期的客户' }).waitFor()
  const clicks = await countClicks(page)
  await page.getByRole('link', { name: '公海', exact: true }).click()
  await page.getByText('还可领取 10 家,今日 0/10').waitFor()
  const row = page.getByRole('row', { name: new RegExp(NAMES[0]!) })
  for (const shown of ['展会', 'C 制造业', '孙华南', '主动放入:跟不动了', '138****2041'])
    await row.getByText(shown).waitFor()
  await page.getByRole('button', { name: `领取 ${NAMES[0]}` }).click()
  await page.getByText(`已领取 ${NAMES[0]},15 天内须跟进`).waitFor()
  expect(await clicks()).toBe(2)
  await page.getByText('还可领取 9 家,今日 1/10').waitFor()
  await page.getByRole('button', { name: '写跟进' }).click()
  await page.getByRole('heading', { name: NAMES[0]! }).waitFor()
  await page.getByRole('region', { name: '公海' }).getByText('16 天后进入公海').waitFor()
  await page.context().close()
})

it('被别人先领走的,说出是谁,列表随之更新', async () => {
  const page = await app.open('sales1', '/pools')
  const button = page.getByRole('button', { name: `领取 ${NAMES[1]}` })
  await button.waitFor()
  const { items } = (await app.as('sales1b').get(`/api/pools/${poolId}/customers`)).body
  const { id } = items.find((one: { name: string }) => one.name === NAMES[1])
  expect((await app.as('sales1b').post(`/api/customers/${id}/claim`)).status).toBe(200)
  await button.click()
  await page.getByText('已被李业务领取').waitFor()
  await button.waitFor({ state: 'detached' })
  app.forgive(/409/)
  await page.context().close()
})

it('申请延期,经理从工作台看到,在公海页同意;放入公海写明原因', async () => {
  const { body } = await app.as('sales1').get('/api/customers?q=要延期的客户')
  const { id } = body.items[0]
  const page = await app.open('sales1', `/customers/${id}`)
  await page.getByRole('button', { name: '更多操作', exact: true }).click()
  await page.getByRole('menuitem', { name: '申请延期' }).click()
  const dialog = page.getByRole('dialog', { name: '申请延期' })
  await dialog.getByLabel('原因').fill('等预算批下来')
  await dialog.getByRole('button', { name: '申请延期' }).click()
  await page.getByText('等待主管答复').waitFor()
  await page.context().close()
  const boss = await app.open('head1', '/home')
  await boss.getByRole('link', { name: /^待答复的延期/ }).click()
  const waiting = boss.getByRole('region', { name: '待答复的延期' })
  await waiting.getByText('16 天后进入公海').waitFor()
  await waiting.getByText('王业务申请延期 7 天:等预算批下来').waitFor()
  await waiting.getByRole('button', { name: '同意延期:要延期的客户' }).click()
  await boss.getByText('已同意 要延期的客户 延期').waitFor()
  await waiting.waitFor({ state: 'detached' })
  await boss.goto(`/customers/${id}`)
  await boss.getByRole('region', { name: '公海' }).getByText('23 天后进入公海').waitFor()
  await boss.getByRole('button', { name: '更多操作', exact: true }).click()
  await boss.getByRole('menuitem', { name: '放入公海' }).click()
  const release = boss.getByRole('dialog', { name: '放入公海' })
  await release.getByRole('button', { name: '暂无需求' }).click()
  await release.getByRole('button', { name: '放入公海' }).click()
  await boss.getByText('已将 要延期的客户 放入华东公海').waitFor()
  await boss.context().close()
})

const visits: readonly (readonly [string, Visit])[] = [
  ['电脑', { screen: screens.desk }],
  ['手机', { screen: screens.phone }],
]
describe('公海和公海规则亮色暗色都没有无障碍问题,也不横向滚动', () => {
  it.each(visits)('%s', async (_, visit) => {
    const page = await app.open('admin', '/pools', visit)
    await page.getByRole('button', { name: `领取 ${NAMES[2]}` }).waitFor()
    expect(await flaws(page)).toEqual([])
    await page.goto('/settings/pools')
    await page.getByRole('button', { name: '预览回收 华东公海' }).click()
    await page.getByText('为止,将回收').waitFor()
    expect(await flaws(page)).toEqual([])
    await page.getByRole('button', { name: '设置 华东公海' }).click()
    await page.getByLabel('A 重点 无跟进天数').waitFor()
    expect(await flaws(page)).toEqual([])
    await page.context().close()
  })
})
