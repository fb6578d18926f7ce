import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { type BrowserApp, flaws, openBrowserApp } from '../support/browser.ts'
import { countClicks, listReady } from '../support/customers.ts'

let app: BrowserApp
beforeAll(async () => void (app = await openBrowserApp()))
afterAll(() => app.close())
afterEach(() => app.refuseTroubles())

it('新建客户时查重发现是同事的:申请协作,负责人从工作台同意,申请人就能打开', async () => {
  const [NAME, SECOND] = ['深圳市蓝天商贸有限公司', '深圳市碧海仪器有限公司']
  const rows = []
  for (const name of [NAME, SECOND]) rows.push(await app.make.customer({ name, ownerId: app.ids.users.sales2 }))
  await app.make.customer({ name: '我自己的客户', ownerId: app.ids.users.sales1 })
  const page = await app.open('sales1', '/customers')
  await listReady(page)
  await page.getByRole('button', { name: '新建客户' }).first().click()
  const drawer = page.getByRole('dialog', { name: '新建客户' })
  await drawer.getByLabel('客户名称').fill(NAME)
  const clicks = await countClicks(page)
  await drawer.getByRole('button', { name: `申请协作 ${NAME}` }).click()
  await drawer.getByRole('textbox', { name: `申请协作 ${NAME} 的理由` }).waitFor()
  expect(await flaws(page)).toEqual([])
  await page.keyboard.type('展会上见过他们采购')
  await page.keyboard.press('Enter')
  await drawer.getByText('已申请协作,等 孙华南 答复').waitFor()
  expect(await clicks()).toBe(1)
  // Refused by the server the match offers the same.
  await drawer.getByLabel('客户名称').fill(SECOND)
  await drawer.getByRole('button', { name: '保存', exact: true }).click()
  await drawer.getByText(`已存在:${SECOND}`).first().waitFor()
  app.forgive(/409/)
  await drawer.getByRole('button', { name: `申请协作 ${SECOND}` }).click()
  await drawer.getByRole('button', { name: '发出申请' }).click()
  await drawer.getByText('已申请协作,等 孙华南 答复').waitFor()

  const boss = await app.open('sales2', '/home')
  await boss.getByRole('link', { name: /待答复的协作申请/ }).click()
  await boss.getByRole('region', { name: '待我答复' }).getByText('展会上见过他们采购').waitFor()
  expect(await flaws(boss)).toEqual([])
  await boss.setViewportSize({ width: 390, height: 844 })
  expect(await flaws(boss)).toEqual([])
  await boss.setViewportSize({ width: 1366, height: 641 })
  await boss.getByRole('button', { name: `同意(只读):王业务,${NAME}` }).click()
  await boss.getByText('王业务 已是协作人').waitFor()
  // The other one on the customer's own page.
  await boss.getByRole('link', { name: SECOND }).click()
  const panel = boss.getByRole('region', { name: '协作人' })
  await panel.getByRole('button', { name: '拒绝:王业务' }).click()
  await boss.getByText('已拒绝 王业务 的申请').waitFor()
  await panel.getByText('没有协作人').waitFor()
  expect(await flaws(boss)).toEqual([])

  await page.goto(new URL('/collaboration?box=mine', page.url()).href)
  await page.getByText('已拒绝').waitFor()
  await page.getByText('已同意(只读)').waitFor()
  expect(await page.getByRole('link', { name: SECOND }).count()).toBe(0)
  expect(await flaws(page)).toEqual([])
  await page.getByRole('link', { name: NAME }).click()
  await page.waitForURL(new RegExp(`/customers/${rows[0]!.id}$`))
  await page.getByRole('heading', { name: NAME }).waitFor()
  await page.context().close()
  await boss.context().close()
})
