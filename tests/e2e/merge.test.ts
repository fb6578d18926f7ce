import { startReport } from '@crm/server/modules/customers/service'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { type BrowserApp, flaws, openBrowserApp, screens } from '../support/browser.ts'

let app: BrowserApp
const made: number[] = []
beforeAll(async () => {
  app = await openBrowserApp()
  const post = (path: string, body: object) => app.as('admin').post(path, body)
  const { sales1, sales2 } = app.ids.users
  for (const [facts, contact] of [
    [{ name: '上海申诺精密机械有限公司', phone: '021-58880000', ownerId: sales1 }, '王建国'],
    [{ name: '申诺机械', phone: '021-58880000', email: 'office@shennuo.cn', ownerId: sales2 }, '李采购'],
    [{ name: '华东鸿运贸易有限公司', ownerId: sales1, email: 'a@hongyun.cn' }, '赵一'],
    [{ name: '鸿运商行', ownerId: sales2, email: 'a@hongyun.cn' }, '赵二'],
  ] as const)
    made.push((await post('/api/customers', { ...facts, firstContact: { name: contact } })).body.id)
  await (
    await startReport({ store: app.store, clock: app.clock }, '系统管理员')
  ).ended
})
afterAll(() => app.close())
afterEach(() => app.refuseTroubles())

async function flawless(page: Page): Promise<void> {
  expect(await flaws(page)).toEqual([])
}

it('在查重页比较两条、逐项取值合并;旧地址说得出并到哪里;在客户页撤销', async () => {
  const page = await app.open('admin', '/duplicates')
  const group = page.getByRole('region', { name: /^电话相同/ })
  await group.getByText('申诺机械').waitFor()
  await group.getByRole('button', { name: '比较与合并' }).click()
  const dialog = page.getByRole('dialog', { name: '合并客户' })
  await dialog.getByRole('radio', { name: /^客户名称 取 .*上海申诺精密机械有限公司/ }).check()
  await flawless(page)
  await dialog.getByRole('button', { name: '合并', exact: true }).click()
  await page.getByText(/^已将 申诺机械 合并到 上海申诺/).waitFor()
  await group.waitFor({ state: 'detached' })
  await page.goto(`/customers/${made[1]}`)
  await page.getByRole('link', { name: '上海申诺精密机械有限公司' }).click()
  app.forgive(/404/)
  await page.getByText('李采购').first().waitFor()
  const merged = page.getByRole('region', { name: '合并记录' })
  await merged.getByRole('button', { name: '撤销合并' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '撤销合并' }).click()
  await merged.getByText('已撤销').waitFor()
  await page.getByRole('button', { name: '更多操作', exact: true }).click()
  await page.getByRole('menuitem', { name: '合并重复客户' }).click()
  await page.getByRole('dialog', { name: '合并重复客户' }).waitFor()
  expect((await app.as('admin').get(`/api/customers/${made[1]}`)).body).toMatchObject({ name: '申诺机械' })
  await page.context().close()
})

it('不是重复的一组收起来,再查也不出现', async () => {
  const page = await app.open('admin', '/duplicates')
  const group = page.getByRole('region', { name: /^邮箱相同/ })
  await group.getByRole('button', { name: '不是重复' }).click()
  await group.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: '重新查重' }).click()
  await page.getByText(/^上次查重:.*共 \d+ 组/).waitFor()
  await page.getByRole('button', { name: '已忽略' }).click()
  await group.getByRole('button', { name: '重新处理' }).waitFor()
  await page.context().close()
})

it('操作员名下的工作交给同事,打印清单,再整批撤销', async () => {
  const page = await app.open('admin', '/settings/users')
  await page.getByRole('button', { name: '孙华南 的操作' }).click()
  await page.getByRole('menuitem', { name: '交接工作' }).click()
  await page.getByText('交接完后停用 孙华南').waitFor()
  await page.getByLabel('接收人').press('ArrowDown')
  await page.getByRole('option', { name: '王业务' }).click()
  await page.keyboard.press('Escape')
  await flawless(page)
  await page.getByRole('button', { name: '开始交接' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '开始交接' }).click()
  await page.getByRole('rowheader', { name: '申诺机械' }).waitFor()
  await flawless(page)
  await page.getByRole('button', { name: '撤销交接' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '撤销交接' }).click()
  await page.getByText('已退回').first().waitFor()
  expect((await app.as('admin').get(`/api/customers/${made[1]}`)).body).toMatchObject({ ownerId: app.ids.users.sales2 })
  await page.context().close()
})

it('亮暗两色、桌面和手机都没有无障碍问题,也不横向滚动', async () => {
  for (const screen of Object.values(screens)) {
    const page = await app.open('admin', '/duplicates', { screen })
    await page.getByRole('region', { name: /^电话相同/ }).waitFor()
    await flawless(page)
    await page.context().close()
  }
})
