import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { type BrowserApp, flaws, openBrowserApp } from '../support/browser.ts'
import { bareCustomer, insertCustomers } from '../support/bulk.ts'
import { listReady } from '../support/customers.ts'

let app: BrowserApp
beforeAll(async () => {
  app = await openBrowserApp()
  const ownerId = app.ids.users.sales1
  await insertCustomers(
    app.store,
    Array.from({ length: 60 }, (_, n) => bareCustomer(n, { ownerId, level: 'C' })),
  )
})
afterAll(() => app.close())
afterEach(() => app.refuseTroubles())

it('管理员发布公告,同事在铃铛里看到、读过;待办在旁边一栏', async () => {
  const boss = await app.open('admin', '/settings/announcements')
  await boss.getByRole('button', { name: '发布公告' }).first().click()
  const drawer = boss.getByRole('dialog', { name: '发布公告' })
  await drawer.getByLabel('标题').fill('周五停电')
  await drawer.getByLabel('内容').fill('下午两点到四点,请提前保存。')
  await drawer.getByRole('button', { name: '发布', exact: true }).click()
  await boss.getByRole('gridcell', { name: '所有人' }).waitFor()
  expect(await flaws(boss)).toEqual([])
  await boss.context().close()

  await app.make.reminder({ title: '给申诺回电话', dueAt: app.clock.now() }, app.as('sales1'))
  const page = await app.open('sales1', '/home')
  await page.getByRole('button', { name: '通知,1 条未读' }).click()
  const bell = page.getByRole('dialog', { name: '通知' })
  await bell.getByRole('button', { name: /公告:周五停电/ }).click()
  await bell.getByText('下午两点到四点,请提前保存。').waitFor()
  await page.getByRole('button', { name: '通知,没有未读' }).waitFor()
  expect(await flaws(page)).toEqual([])
  await bell.getByRole('tab', { name: '待办' }).click()
  await bell.getByText('给申诺回电话').waitFor()
  expect(await flaws(page)).toEqual([])
  await page.context().close()
})

it('选中一页后选择全部 60 家,改状态;有订单的客户删不掉,写明原因', async () => {
  const page = await app.open('admin', '/customers?level=C')
  await listReady(page)
  await page.getByRole('checkbox', { name: '选择本页全部' }).check()
  await page.getByText('已选 50 家').waitFor()
  await page.getByRole('button', { name: '选择全部 60 家' }).click()
  await page.getByText('(全部 60 家)').waitFor()
  await page.getByRole('button', { name: '修改状态' }).click()
  const dialog = page.getByRole('dialog', { name: '修改状态' })
  await dialog.getByText('60 家客户').waitFor()
  expect(await flaws(page)).toEqual([])
  await dialog.getByRole('combobox', { name: '状态' }).press('ArrowDown')
  await page.getByRole('option', { name: '已成交' }).click()
  await dialog.getByRole('button', { name: '修改', exact: true }).click()
  await page.getByText('已将 60 家的状态改为“已成交”').waitFor()
  const won = await app.store.read
    .selectFrom('customers')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('status', '=', 'won')
    .executeTakeFirstOrThrow()
  expect(Number(won.n)).toBe(60)

  const admin = app.as('admin')
  const busy = await app.make.customer({ name: '有订单的客户' })
  const line = { name: '轴承', qtyMilli: 1_000, priceFen: 100 }
  const { body: order } = await admin.post('/api/orders', {
    customerId: busy.id,
    orderedOn: '2026-11-22',
    lines: [line],
  })
  await admin.post(`/api/orders/${order.id}/submit`, { version: order.version })
  await page.goto(new URL('/customers?q=有订单的客户', page.url()).href)
  await listReady(page)
  await page.getByRole('checkbox', { name: '选择本页全部' }).check()
  await page.getByRole('button', { name: '删除', exact: true }).click()
  const removing = page.getByRole('dialog', { name: '删除' })
  await removing.getByText('1 家客户将移到回收站').waitFor()
  await removing.getByRole('button', { name: '删除', exact: true }).click()
  await removing.getByText('有 1 家没有处理').waitFor()
  await removing.getByText(/有效订单/).waitFor()
  expect(await flaws(page)).toEqual([])
  await page.context().close()
})

it('我协作的:一个视图,网址里有它', async () => {
  const foreign = await app.make.customer({ name: '华南协作客户', ownerId: app.ids.users.sales2 })
  await app.as('admin').put(`/api/customers/${foreign.id}/collaborators`, {
    items: [{ userId: app.ids.users.sales1, access: 'read' }],
  })
  const page = await app.open('sales1', '/customers')
  await listReady(page)
  await page.getByRole('link', { name: '我协作的' }).click()
  await page.waitForURL(/view=shared/)
  await page.getByText('1–1 / 1').waitFor()
  await page.getByRole('link', { name: '华南协作客户' }).waitFor()
  await page.context().close()
})

it('没写完的跟进,重新打开页面后附件还在,一起保存;文档页列出它,删掉的从回收站恢复', async () => {
  const row = await app.make.customer({ name: '附件草稿客户', ownerId: app.ids.users.sales1 })
  const page = await app.open('admin', `/customers/${row.id}`)
  const composer = page.getByRole('region', { name: '写跟进' })
  await composer.getByLabel('跟进内容').fill('谈了合同,附上草稿')
  await composer.locator('input[type=file]').setInputFiles({
    name: '合同草稿.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('合同正文'),
  })
  await composer.getByRole('button', { name: '移除 合同草稿.txt' }).waitFor()
  await page.waitForFunction(() => Object.values(localStorage).some((text) => text.includes('谈了合同')))
  await page.reload()
  await composer.getByRole('button', { name: '移除 合同草稿.txt' }).waitFor()
  await composer.getByRole('button', { name: '保存跟进' }).click()
  await page.getByText('已保存跟进').waitFor()
  const saved = await app.store.read
    .selectFrom('documents')
    .select(['subjectType', 'customerId'])
    .where('name', '=', '合同草稿.txt')
    .execute()
  expect(saved).toEqual([{ subjectType: 'interaction', customerId: row.id }])

  await page.goto(new URL('/documents', page.url()).href)
  await page.getByRole('link', { name: '附件草稿客户' }).waitFor()
  expect(await flaws(page)).toEqual([])
  await page.getByRole('button', { name: '更多操作:合同草稿.txt' }).click()
  await page.getByRole('menuitem', { name: '删除' }).click()
  await page.getByRole('button', { name: '删除文档' }).click()
  await page.getByText('已删除 合同草稿.txt').waitFor()
  await page.getByRole('link', { name: '回收站' }).click()
  await page.getByRole('button', { name: '更多操作:合同草稿.txt' }).click()
  await page.getByRole('menuitem', { name: '恢复' }).click()
  await page.getByText('已恢复 合同草稿.txt').waitFor()
  await page.context().close()
})
