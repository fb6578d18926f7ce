import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { systemActor } from '@crm/server/core/access/actor'
import { createToken } from '@crm/server/modules/org/service'
import { type BrowserApp, flaws, openBrowserApp, screens, visit } from '../support/browser.ts'

let app: BrowserApp
/** Of 官网表单, a program that acts as 王业务. */
let token: string
beforeAll(async () => {
  app = await openBrowserApp()
  const { clock, ids, store } = app
  const actor = systemActor(clock.now(), clock.today(), 'cli', '命令行')
  const asked = { userId: ids.users.sales1, name: '官网表单', scope: ['customer.read'], expiresDays: 90 }
  token = (await store.tx((tx) => createToken(tx, actor, asked))).token
})
afterAll(() => app.close())
afterEach(() => app.refuseTroubles())

const places = (page: Page) => page.getByRole('navigation', { name: '设置项目' }).getByRole('link')
const dialog = (page: Page) => page.getByRole('dialog')

describe('谁看得到什么', () => {
  it('没有任何设置权限的人没有系统设置,网址打开是没有权限', async () => {
    const page = await app.open('sales1', '/customers')
    await page.getByRole('heading', { name: '客户', exact: true }).waitFor()
    expect(await page.getByRole('link', { name: '系统设置' }).count()).toBe(0)
    for (const path of ['/settings', '/settings/users', '/settings/roles/1', '/settings/company', '/settings/audit']) {
      await page.goto(path)
      await page.getByRole('heading', { name: '没有打开这个页面的权限' }).waitFor()
    }
    await page.context().close()
  })

  it('部门经理只看到操作员、部门、标签、合同模板和导入批次,不能新建操作员', async () => {
    const page = await app.open('head1', '/settings')
    await page.waitForURL('**/settings/users')
    await page.getByRole('grid').getByText('王业务').waitFor()
    expect(await places(page).allInnerTexts()).toEqual(['用户与角色', '标签', '合同模板', '导入批次'])
    const tabs = page.getByRole('navigation', { name: '用户与角色' }).getByRole('link')
    expect(await tabs.allInnerTexts()).toEqual(['操作员', '部门'])
    expect(await page.getByRole('button', { name: '新建操作员' }).count()).toBe(0)
    expect(await page.getByRole('button', { name: /的操作$/ }).count()).toBe(0)
    await page.context().close()
  })

  it('按别的说法也搜得到设置,回车打开', async () => {
    const page = await app.open('admin', '/settings')
    await page.waitForURL('**/settings/company')
    await page.getByRole('searchbox', { name: '搜索设置' }).fill('登录日志')
    expect(await places(page).allInnerTexts()).toEqual(['审计日志'])
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: '审计日志' }).waitFor()
    // The list stays as it was typed: the frame does not start anew with each page.
    expect(await page.getByRole('searchbox', { name: '搜索设置' }).inputValue()).toBe('登录日志')
    await page.context().close()
  })

  it('手机上先列出设置项目,打开后可以回来', async () => {
    const page = await app.open('admin', '/settings', { screen: screens.phone })
    await page.getByRole('link', { name: '系统信息' }).click()
    await page.getByText('WAL').or(page.getByText('PostgreSQL')).first().waitFor()
    await page.getByRole('link', { name: '‹ 系统设置' }).click()
    await page.getByRole('link', { name: '公司资料' }).waitFor()
    await page.context().close()
  })
})

describe('公司资料与基础资料', () => {
  it('改了公司名称,页头立即跟着变,日志里逐项记着', async () => {
    const page = await app.open('admin', '/settings/company')
    await page.getByLabel('公司名称').fill('江南机电贸易有限公司')
    await page.getByRole('button', { name: '保存' }).click()
    await page.getByText('已保存 今天').waitFor()
    await page.getByRole('banner').getByText('江南机电贸易有限公司').waitFor()

    await page.goto('/settings/audit?entity=settings')
    await page
      .getByRole('button', { name: /的详情/ })
      .first()
      .click()
    const change = page
      .getByRole('row')
      .filter({ has: page.getByRole('rowheader', { name: '公司名称' }) })
      .last()
    expect(await change.getByRole('cell').allInnerTexts()).toEqual(['测试公司', '江南机电贸易有限公司'])
    await page.context().close()
  })

  it('选项可以添加、改名、换次序、停用,刷新后还在', async () => {
    const page = await app.open('admin', '/settings/dictionaries')
    await page.getByRole('link', { name: '客户来源' }).click()
    const table = page.getByRole('table', { name: '客户来源' })
    const labels = async () => (await table.locator('tbody th span').allInnerTexts()).slice(-3)
    await page.getByLabel('新的客户来源').fill('抖音')
    await page.getByRole('button', { name: '添加' }).click()
    await table.getByText('抖音').waitFor()

    await page.getByRole('button', { name: '改名 抖音' }).click()
    await page.keyboard.type('短视频')
    await page.keyboard.press('Enter')
    await table.getByText('短视频').waitFor()
    await page.getByRole('button', { name: '短视频 上移' }).click()
    await expect.poll(labels).toEqual(['资料导入', '短视频', '其他'])
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('短视频 上移')
    await page.getByRole('switch', { name: '启用 其他' }).click()
    await expect.poll(() => page.getByRole('switch', { name: '启用 其他' }).isChecked()).toBe(false)

    await page.reload()
    await expect.poll(labels).toEqual(['资料导入', '短视频', '其他'])
    expect(await page.getByRole('switch', { name: '启用 其他' }).isChecked()).toBe(false)
    await page.context().close()
  })

  it('重名的选项不保存,说明原因', async () => {
    const page = await app.open('admin', '/settings/dictionaries?d=customerLevel')
    await page.getByLabel('新的客户等级').fill('A 重点')
    await page.getByRole('button', { name: '添加' }).click()
    await page.getByText('名称“A 重点”已被使用').waitFor()
    app.forgive(/409/)
    await page.context().close()
  })
})

describe('审计日志与令牌', () => {
  it('按操作员、对象、日期筛选,条件在网址里', async () => {
    const { id } = await app.make.customer({ name: '日志里的客户有限公司' }, app.as('sales1'))
    const page = await app.open('admin', '/settings/audit')
    const lines = page.getByRole('button', { name: /的详情/ })
    await lines.first().waitFor()
    await page.getByRole('combobox', { name: '操作员' }).fill('王业务')
    await page.getByRole('option', { name: '王业务' }).click()
    await page.keyboard.press('Escape')
    await page.waitForURL(new RegExp(`actorId=${app.ids.users.sales1}`))
    await page.getByRole('link', { name: '日志里的客户有限公司' }).waitFor()
    expect(await page.getByRole('row').filter({ hasText: '管理员' }).count()).toBe(0)
    await page.getByRole('textbox', { name: '日期到' }).fill('2026-11-21')
    await page.keyboard.press('Enter')
    await page.getByText('没有符合条件的记录').waitFor()
    await page.getByRole('button', { name: '清除全部条件' }).click()
    await lines.first().waitFor()
    await page.getByRole('link', { name: '日志里的客户有限公司' }).click()
    await page.waitForURL(`**/customers/${id}`)
    await page.context().close()
  })

  it('吊销令牌后,程序立即被拒绝', async () => {
    const ask = () => fetch(`${app.url}/api/customers`, { headers: { authorization: `Bearer ${token}` } })
    expect((await ask()).status).toBe(200)
    const page = await app.open('admin', '/settings/tokens')
    await page.getByRole('row').filter({ hasText: '官网表单' }).getByText('查看客户').waitFor()
    await page.getByRole('button', { name: '吊销 官网表单' }).click()
    await dialog(page).getByRole('button', { name: '吊销令牌' }).click()
    await page.getByText('还没有令牌').waitFor()
    expect((await ask()).status).toBe(401)
    await page.context().close()
  })
})

/** Every screen of 系统设置, with what stands open on it. */
const open = (button: string, item?: string) => async (page: Page) => {
  await page.getByRole('button', { name: button, exact: true }).click()
  if (item) await page.getByRole('menuitem', { name: item, exact: true }).click()
  await (item === undefined && button.endsWith('操作') ? page.getByRole('menu') : dialog(page)).waitFor()
}
const looks: Record<string, readonly [path: string, act?: (page: Page) => Promise<unknown>]> = {
  公司资料: ['/settings/company'],
  操作员: ['/settings/users'],
  一个也没找到: ['/settings/users?q=没有这个人'],
  操作员的菜单: ['/settings/users', open('王业务 的操作')],
  新建操作员: ['/settings/users?new=1', (page) => dialog(page).getByLabel('姓名').waitFor()],
  有错的表单: [
    '/settings/users?new=1',
    async (page) => {
      await dialog(page).getByRole('button', { name: '保存', exact: true }).click()
      await page.getByText('处需要改正').waitFor()
    },
  ],
  编辑操作员: ['/settings/users?edit=1', (page) => dialog(page).getByLabel('姓名').waitFor()],
  重置密码: ['/settings/users', open('王业务 的操作', '重置密码')],
  停用: ['/settings/users', open('王业务 的操作', '停用')],
  部门: ['/settings/teams'],
  新建部门: ['/settings/teams', open('新建部门')],
  角色: ['/settings/roles'],
  角色的权限: ['/settings/roles/3'],
  内置角色: ['/settings/roles/1'],
  新建角色: ['/settings/roles/new'],
  基础资料: ['/settings/dictionaries?d=industry'],
  审计日志: [
    '/settings/audit',
    async (page) => {
      for (const at of [0, 1])
        await page
          .getByRole('button', { name: /的详情/ })
          .nth(at)
          .click()
    },
  ],
  令牌: ['/settings/tokens'],
  系统信息: ['/settings/info'],
}
/** Twenty screens, each looked at by axe. */
const ALL_LOOKS_MS = 180_000
describe('系统设置的各个画面', () => {
  it.each(Object.entries(screens))(
    '%s:亮色暗色都没有无障碍问题,也不横向滚动',
    async (_, screen) => {
      const page = await app.open('admin', '/settings', { screen })
      for (const [name, [path, act]] of Object.entries(looks)) {
        await visit(page, path)
        await act?.(page)
        expect(await flaws(page), name).toEqual([])
      }
      // Whatever else stands in the menu of 系统设置, so that a new page is looked at too.
      await visit(page, '/settings')
      const offered = await page
        .locator('a[href^="/settings/"]')
        .evaluateAll((all) => all.map((a) => a.getAttribute('href')!))
      const seen = Object.values(looks).map(([path]) => path.split('?')[0]!)
      const others = [...new Set(offered)].filter((path) => !seen.includes(path))
      expect(others.length).toBeGreaterThan(5)
      for (const path of others) {
        await visit(page, path)
        expect(await flaws(page), path).toEqual([])
      }
      await page.context().close()
    },
    ALL_LOOKS_MS,
  )
})
