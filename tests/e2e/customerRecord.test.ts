import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type BrowserApp, openBrowserApp, screens } from '../support/browser.ts'
import { listReady, rowNames, seedCustomers } from '../support/customers.ts'

let app: BrowserApp
beforeAll(async () => {
  app = await openBrowserApp()
  await seedCustomers(app, 60)
})
afterAll(() => app.close())
afterEach(() => app.refuseTroubles())

const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

describe('客户页', () => {
  it('[ 和 ] 沿着来时的列表走,跨过页的边界,返回仍是那张列表', async () => {
    const page = await app.open('admin', '/customers?sort=name&size=20')
    await listReady(page)
    const names = await rowNames(page)
    await page.getByRole('link', { name: names[19]! }).click()
    await page.getByText('20 / 60', { exact: true }).waitFor()
    await page.keyboard.press(']')
    await page.getByText('21 / 60', { exact: true }).waitFor()
    await page.keyboard.press('[')
    await page.getByRole('heading', { name: names[19]! }).waitFor()
    await page.getByRole('link', { name: '‹ 客户' }).click()
    await listReady(page)
    expect(page.url()).toContain('sort=name&size=20')
    expect(await rowNames(page)).toEqual(names)
    await page.context().close()
  })

  it('业务员看到的号码是遮住的,点显示才看到一分钟,并记在时间线里', async () => {
    const { id } = await app.make.customer({
      name: '宝山钢构有限公司',
      phone: '13912345678',
      ownerId: app.ids.users.sales1,
    })
    const page = await app.open('sales1', `/customers/${id}`, { isAlone: true })
    const basics = region(page, '基本资料')
    await basics.getByText('139****5678').waitFor()
    await basics.getByRole('button', { name: '显示公司电话' }).click()
    await basics.getByText('13912345678').waitFor()
    await basics.getByText(/^\d+ 秒$/).waitFor()
    await page.clock.install()
    await page.reload()
    await basics.getByRole('button', { name: '显示公司电话' }).click()
    await basics.getByText('13912345678').waitFor()
    await page.clock.runFor(61_000)
    await basics.getByText('139****5678').waitFor()
    await region(page, '时间线').getByText('查看了完整的电话').first().waitFor()
    await page.context().close()
  })

  it('按 E 就地修改,时间线随即多一条', async () => {
    const { id } = await app.make.customer({ name: '闵行食品厂', shortName: '闵食' })
    const page = await app.open('admin', `/customers/${id}`)
    await region(page, '时间线').getByText('新建客户').waitFor()
    await page.keyboard.press('e')
    const basics = region(page, '基本资料')
    await basics.getByLabel('简称').fill('闵行食品')
    await page.keyboard.press('Control+Enter')
    await basics.getByText(/已保存 \d\d:\d\d/).waitFor()
    await basics.getByText('闵行食品', { exact: true }).waitFor()
    await region(page, '时间线').getByText('修改资料').waitFor()
    await page.context().close()
  })

  it('两人改了同一项:逐项选择;各改各的:自动合并', async () => {
    const { id } = await app.make.customer({ name: '青浦仓储有限公司', address: '旧地址', notes: null })
    const page = await app.open('admin', `/customers/${id}`)
    const basics = region(page, '基本资料')
    await basics.getByRole('button', { name: '编辑基本资料' }).click()
    await basics.getByLabel('地址').fill('我的地址')
    const other = app.as('admin')
    await other.patch(`/api/customers/${id}`, { version: 1, address: '他人的地址', notes: '他人的备注' })
    await basics.getByRole('button', { name: '保存', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: '这些内容刚被别人改过' })
    await dialog.waitFor()
    app.forgive(/409/)
    await dialog.getByRole('cell', { name: '旧地址' }).waitFor()
    await dialog.getByRole('radio', { name: '我的地址' }).check()
    await dialog.getByRole('button', { name: '保存' }).click()
    await basics.getByText('我的地址').waitFor()
    await region(page, '其他资料').getByText('他人的备注').waitFor()
    const { body } = await other.get(`/api/customers/${id}`)
    expect(body).toMatchObject({ address: '我的地址', notes: '他人的备注' })
    await page.context().close()
  })

  it('联系人:添加、设为首要、下载名片、删除后撤销', async () => {
    const { id } = await app.make.customer({
      name: '嘉定模具有限公司',
      firstContact: { name: '王建国', mobile: '13812342041' },
    } as never)
    const page = await app.open('admin', `/customers/${id}`)
    const people = region(page, '联系人')
    await people.getByText('王建国').waitFor()
    await people.getByRole('button', { name: '添加联系人' }).click()
    await page.locator('[role=dialog] input:focus').waitFor()
    await page.keyboard.type('李思思')
    await page.keyboard.press('Control+Enter')
    await people.getByText('李思思').waitFor()
    await people.getByRole('button', { name: '更多操作:李思思' }).click()
    await page.getByRole('menuitem', { name: '设为首要联系人' }).click()
    await people.getByRole('listitem').first().getByText('李思思').waitFor()

    await people.getByRole('button', { name: '更多操作:王建国' }).click()
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: '下载名片' }).click(),
    ])
    expect(file.suggestedFilename()).toBe('王建国.vcf')
    let card = ''
    for await (const part of await file.createReadStream()) card += String(part)
    expect(card).toContain(
      'VERSION:3.0\r\nN:王建国;;;;\r\nFN:王建国\r\nORG:嘉定模具有限公司\r\nTEL;TYPE=CELL:13812342041\r\n',
    )

    await people.getByRole('button', { name: '更多操作:王建国' }).click()
    await page.getByRole('menuitem', { name: '删除' }).click()
    await people.getByText('王建国').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: '撤销' }).click()
    await people.getByText('王建国').waitFor()
    await page.context().close()
  })

  it('经理转移负责人、设协作人', async () => {
    const { id } = await app.make.customer({ name: '松江纺织有限公司', ownerId: app.ids.users.sales1 })
    const page = await app.open('head1', `/customers/${id}`)
    await page.getByRole('button', { name: '更多操作', exact: true }).click()
    await page.getByRole('menuitem', { name: '转移负责人' }).click()
    const dialog = page.getByRole('dialog', { name: '转移负责人' })
    await dialog.getByRole('combobox', { name: '新负责人' }).press('ArrowDown')
    await page.getByRole('option', { name: '李业务' }).click()
    await dialog.getByRole('button', { name: '转移', exact: true }).click()
    await region(page, '时间线').getByText('转移负责人').waitFor()
    await page.getByRole('button', { name: '设置协作人' }).click()
    const people = page.getByRole('dialog', { name: '设置协作人' })
    await people.getByRole('combobox', { name: '添加协作人' }).press('ArrowDown')
    await page.getByRole('option', { name: '赵一组' }).click()
    await people.getByRole('combobox', { name: '赵一组 的权限' }).selectOption('可编辑')
    await people.getByRole('button', { name: '保存' }).click()
    await region(page, '协作人').getByText('可编辑').waitFor()
    const seen = await app.as('sub1').get(`/api/customers/${id}`)
    expect(seen.status).toBe(200)
    await page.context().close()
  })

  it('看不到的客户只说找不到,不说有没有', async () => {
    const { id } = await app.make.customer({ name: '别人的客户有限公司', ownerId: app.ids.users.sales2 })
    const page = await app.open('sales1', `/customers/${id}`)
    await page.getByRole('heading', { name: '找不到这家客户' }).waitFor()
    expect(await page.getByText('别人的客户').count()).toBe(0)
    // Every panel asked for it, some later than the heading came.
    await page.context().close()
    app.forgive(/404/)
  })

  it('手机上分成几页,底部可以拨打', async () => {
    const { id } = await app.make.customer({
      name: '奉贤包装有限公司',
      phone: '13912345678',
      ownerId: app.ids.users.sales1,
    })
    const page = await app.open('sales1', `/customers/${id}`, { screen: screens.phone })
    await page.getByRole('tab', { name: '概览', selected: true }).waitFor()
    expect(await region(page, '基本资料').isVisible()).toBe(false)
    await page.getByRole('tab', { name: '资料', exact: true }).click()
    await region(page, '基本资料').waitFor()
    await page.getByRole('tab', { name: '时间线' }).click()
    await region(page, '时间线').getByText('新建客户').waitFor()
    await page.getByRole('toolbar', { name: '客户操作' }).getByRole('button', { name: '拨打' }).click()
    await region(page, '时间线').getByText('查看了完整的电话').waitFor()
    expect(app.troubles()).toEqual(['request left the origin: tel:13912345678'])
    await page.context().close()
  })
})

describe('标签', () => {
  it('新建、改名、删除;客户页随即能用', async () => {
    const page = await app.open('admin', '/settings/tags')
    await page.getByRole('button', { name: '新建标签' }).first().click()
    await page.locator('[role=dialog] input:focus').waitFor()
    await page.keyboard.type('直采')
    await page.getByRole('radio', { name: '绿' }).check()
    await page.keyboard.press('Control+Enter')
    const row = page.getByRole('grid').getByText('直采', { exact: true })
    await row.waitFor()
    await page.getByRole('button', { name: '更多操作:直采' }).click()
    await page.getByRole('menuitem', { name: '改名与颜色' }).click()
    await page.getByRole('dialog').getByLabel('标签名').fill('直接采购')
    await page.keyboard.press('Control+Enter')
    await page.getByRole('grid').getByText('直接采购').waitFor()
    await page.getByRole('button', { name: '更多操作:直接采购' }).click()
    await page.getByRole('menuitem', { name: '删除' }).click()
    await page.getByRole('button', { name: '删除标签' }).click()
    await page.getByRole('grid').getByText('直接采购').waitFor({ state: 'detached' })
    await page.context().close()
  })
})
