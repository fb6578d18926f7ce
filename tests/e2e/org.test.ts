import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type BrowserApp, openBrowserApp } from '../support/browser.ts'
import { listReady, rowNames } from '../support/customers.ts'
import type { Username } from '../support/office.ts'

let app: BrowserApp
beforeAll(async () => {
  app = await openBrowserApp()
  const { sales1, sales2 } = app.ids.users
  await app.make.customer({ name: '华东甲机械有限公司', ownerId: sales1 })
  await app.make.customer({ name: '华南乙电子有限公司', ownerId: sales2 })
})
afterAll(() => app.close())
afterEach(() => app.refuseTroubles())

const dialog = (page: Page) => page.getByRole('dialog')
const save = (page: Page) => dialog(page).getByRole('button', { name: '保存', exact: true }).click()
/** Picks an entry of a drop-down by the label of its field. */
async function choose(page: Page, field: string, option: string): Promise<void> {
  const box = dialog(page).getByLabel(field, { exact: true })
  await box.click()
  await page.getByRole('option', { name: option, exact: true }).click()
  await page.keyboard.press('Tab')
}
const rowMenu = async (page: Page, of: string, item: string): Promise<void> => {
  await page.getByRole('button', { name: `${of} 的操作` }).click()
  await page.getByRole('menuitem', { name: item, exact: true }).click()
}
const names = async (page: Page): Promise<string[]> => {
  await listReady(page)
  return rowNames(page)
}
const customersOf = async (who: Username): Promise<Page> => {
  const page = await app.open(who, '/customers')
  await listReady(page)
  return page
}

describe('操作员', () => {
  it('管理员新建的操作员用生成的密码登录,只看得到自己的客户', async () => {
    const page = await app.open('admin', '/settings/users')
    await page.getByRole('button', { name: '新建操作员' }).click()
    await dialog(page).getByLabel('姓名').fill('吴新人')
    await dialog(page).getByLabel('用户名').fill('wuxinren')
    await dialog(page).getByRole('button', { name: '生成' }).click()
    const password = await dialog(page).getByLabel('初始密码').inputValue()
    expect(password).toMatch(/^[a-zA-Z2-9]{14}$/)
    await choose(page, '部门', '华东一组')
    await choose(page, '角色', '业务员')
    await save(page)
    await page.getByText('已新建操作员 吴新人').waitFor()
    const row = page.getByRole('row').filter({ hasText: 'wuxinren' })
    expect(await row.innerText()).toMatch(/华东一组[\s\S]*业务员[\s\S]*启用/)
    const stored = await page.evaluate(() => JSON.stringify({ ...localStorage }))
    expect(stored).not.toContain(password)

    const [own] = (await app.as('admin').get('/api/users?q=wuxinren')).body.items
    await app.make.customer({ name: '新人的客户有限公司', ownerId: own.id })
    const theirs = await app.stranger()
    await app.enter(theirs, 'wuxinren', password)
    await theirs.getByRole('link', { name: '客户', exact: true }).click()
    expect(await names(theirs)).toEqual(['新人的客户有限公司'])
    expect(await theirs.getByRole('link', { name: '系统设置' }).count()).toBe(0)
    await page.context().close()
    await theirs.context().close()
  })

  it('空着必填项保存,焦点到第一处错误,每处都有文字', async () => {
    const page = await app.open('admin', '/settings/users?new=1')
    await dialog(page).getByLabel('姓名').waitFor()
    await save(page)
    await page.getByText('有 3 处需要改正').waitFor()
    expect(
      await dialog(page)
        .getByLabel('姓名')
        .evaluate((field) => field === document.activeElement),
    ).toBe(true)
    await dialog(page).getByLabel('姓名').fill('甲')
    await dialog(page).getByLabel('用户名').fill('sales1')
    await dialog(page).getByLabel('初始密码').fill('够长的密码-2026')
    await save(page)
    await page.getByText('用户名“sales1”已被使用').first().waitFor()
    app.forgive(/409/)
    await page.context().close()
  })

  it('停用后,对方已经打开的页面立即退出,也不能再登录', async () => {
    const theirs = await app.open('sub1', '/customers')
    const page = await app.open('admin', '/settings/users')
    await rowMenu(page, '赵一组', '停用')
    await page.getByRole('button', { name: '停用操作员' }).click()
    await page.getByText('已停用 赵一组').waitFor()
    await page.getByRole('row').filter({ hasText: 'sub1' }).getByText('已停用').waitFor()

    await theirs.getByRole('searchbox').first().fill('甲')
    await theirs.getByRole('dialog', { name: '登录已过期' }).waitFor()
    await theirs.getByRole('textbox', { name: '密码' }).fill(app.password)
    await theirs.getByRole('dialog').getByRole('button', { name: '登录', exact: true }).click()
    await theirs.getByText('用户名或密码不对').waitFor()
    app.forgive(/401/)

    await rowMenu(page, '赵一组', '启用')
    await page.getByText('已启用 赵一组').waitFor()
    await page.context().close()
    await theirs.context().close()
  })

  it('重置密码后旧密码作废,新密码可以登录', async () => {
    const page = await app.open('admin', '/settings/users')
    await rowMenu(page, '钱财务', '重置密码')
    await dialog(page).getByRole('textbox').fill('短')
    await dialog(page).getByRole('button', { name: '重置密码' }).click()
    await page.getByText('新密码不能少于 8 个字').waitFor()
    await dialog(page).getByRole('button', { name: '生成' }).click()
    const password = await dialog(page).getByRole('textbox').inputValue()
    await dialog(page).getByRole('button', { name: '重置密码' }).click()
    await page.getByText('已重置 钱财务 的密码').waitFor()
    app.forgive(/400/)

    const theirs = await app.stranger()
    await theirs.goto('/login')
    await theirs.getByLabel('用户名').fill('finance')
    await theirs.getByRole('textbox', { name: '密码' }).fill(app.password)
    await theirs.getByRole('button', { name: '登录' }).click()
    await theirs.getByText('用户名或密码不对').waitFor()
    app.forgive(/401/)
    await app.enter(theirs, 'finance', password)
    await page.context().close()
    await theirs.context().close()
  })
})

describe('角色', () => {
  it('改了角色的数据范围,已登录的人下一次请求就按新的来', async () => {
    const theirs = await customersOf('sales1')
    expect(await names(theirs)).toEqual(['华东甲机械有限公司'])

    const page = await app.open('admin', '/settings/roles')
    await page.getByRole('link', { name: '业务员' }).click()
    await page.getByRole('radio', { name: /^全部/ }).check()
    await page.getByRole('button', { name: '保存' }).click()
    await page.getByText('已保存角色 业务员').waitFor()
    await page.getByRole('row').filter({ hasText: '业务员' }).filter({ hasText: '全部' }).waitFor()

    await theirs.getByRole('searchbox').first().fill('华南乙')
    await theirs.getByRole('link', { name: '华南乙电子有限公司' }).waitFor()
    await page.context().close()
    await theirs.context().close()
  })

  it('勾选修改就有查看,去掉查看就都没有;新角色保存后可以分配', async () => {
    const page = await app.open('admin', '/settings/roles/new')
    await page.getByLabel('角色名称').fill('跟单员')
    await page.getByRole('checkbox', { name: '修改客户', exact: true }).check()
    expect(await page.getByRole('checkbox', { name: '查看客户', exact: true }).isChecked()).toBe(true)
    await page.getByRole('checkbox', { name: '查看客户', exact: true }).uncheck()
    expect(await page.getByRole('checkbox', { name: '修改客户', exact: true }).isChecked()).toBe(false)
    await page.getByRole('checkbox', { name: /^联系人\s*的全部权限/ }).check()
    await page.getByRole('radio', { name: /^本部门(?!及)/ }).check()
    await page.getByRole('button', { name: '保存' }).click()
    await page.getByText('已新建角色 跟单员').waitFor()
    const { items } = (await app.as('admin').get('/api/roles?q=跟单员')).body
    expect(items[0]).toMatchObject({ reach: 'team' })
    expect(items[0].permissions.toSorted()).toEqual([
      'contact.create',
      'contact.delete',
      'contact.read',
      'contact.update',
    ])
    await page.context().close()
  })

  it('内置角色只能看,写着谁在用', async () => {
    const page = await app.open('admin', `/settings/roles/${app.ids.roles.系统管理员}`)
    await page.getByText('这是内置角色').waitFor()
    expect(await page.getByRole('checkbox', { name: '查看客户', exact: true }).isDisabled()).toBe(true)
    expect(await page.getByRole('checkbox', { name: '查看客户', exact: true }).isChecked()).toBe(true)
    expect(await page.getByRole('button', { name: '保存' }).count()).toBe(0)
    await page.getByRole('region').or(page.locator('section')).getByText('管理员', { exact: true }).first().waitFor()
    await page.context().close()
  })
})

describe('部门', () => {
  it('新建下级、移动、删除与撤销', async () => {
    const page = await app.open('admin', '/settings/teams')
    await rowMenu(page, '华南', '新建下级部门')
    await dialog(page).getByLabel('部门名称').fill('深圳办')
    await save(page)
    await page.getByText('已新建部门 深圳办').waitFor()
    const order = () => page.getByRole('table', { name: '部门' }).locator('tbody th').allInnerTexts()
    await page.getByRole('row').filter({ hasText: '深圳办' }).waitFor()
    expect((await order()).join()).toMatch(/华南,.*深圳办/)

    await rowMenu(page, '深圳办', '编辑、移动')
    await choose(page, '上级部门', '华东')
    await save(page)
    await page.getByText('已保存部门 深圳办').waitFor()
    await expect
      .poll(async () => (await order()).findIndex((name) => name.includes('深圳办')) < (await order()).indexOf('华南'))
      .toBe(true)

    await rowMenu(page, '深圳办', '删除')
    await page.getByRole('button', { name: '删除部门' }).click()
    await page.getByText('已删除部门 深圳办').waitFor()
    await page.getByRole('row').filter({ hasText: '深圳办' }).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: '撤销' }).click()
    await page.getByRole('row').filter({ hasText: '深圳办' }).waitFor()
    await page.context().close()
  })

  it('还有人的部门不能删除,说明原因', async () => {
    const page = await app.open('admin', '/settings/teams')
    await rowMenu(page, '华南', '删除')
    await page.getByRole('button', { name: '删除部门' }).click()
    await page.getByText('部门下还有 1 名操作员、0 个下级部门,不能删除').waitFor()
    app.forgive(/409/)
    await page.context().close()
  })
})
