import { systemActor } from '@crm/server/core/access/actor'
import { requestApproval } from '@crm/server/modules/system/approvals/service'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { withTestSubjects } from '../support/approvals.ts'
import { axeProblems, type BrowserApp, flaws, isTooWide, openBrowserApp, screens } from '../support/browser.ts'

let app: BrowserApp
let customerId: number
beforeAll(async () => {
  app = await openBrowserApp({ modules: withTestSubjects })
  customerId = (await app.make.customer({ name: '上海申诺精密机械有限公司', ownerId: app.ids.users.sales1 })).id
})
afterAll(() => app.close())
afterEach(() => app.refuseTroubles())

const facts = [
  { label: '毛利率', value: '12.5%' },
  { label: '付款方式', value: '月结 30 天' },
]
/** 王业务 asks for consent to a contract, as its module would. */
const ask = async (subjectId: number, title: string) => {
  const { id: _, name: __, ...actor } = systemActor(app.clock.now(), app.clock.today(), 'cli', '')
  const asked = { subject: 'contract', subjectId, title, customerId, amountFen: 125_000_00, facts } as const
  const state = await app.store.tx((tx) =>
    requestApproval(tx, { ...actor, id: app.ids.users.sales1, name: '王业务' }, asked),
  )
  expect(state).toBe('pending')
}

describe('审批', () => {
  it('管理员设好流程;经理从工作台打开、同意;财务写明原因驳回', async () => {
    const admin = await app.open('admin', '/settings/approvals')
    await admin.getByRole('button', { name: '设置:合同', exact: true }).click()
    await admin.getByLabel('金额从多少元起要审批').fill('1万')
    await admin.getByRole('button', { name: '给第 1 步添加审批人' }).click()
    await admin.getByRole('combobox', { name: '第 1 步审批人 2', exact: true }).click()
    await admin.getByRole('option', { name: '钱财务' }).click()
    expect(await axeProblems(admin)).toEqual([])
    await admin.getByRole('button', { name: '保存' }).click()
    await admin.getByText('10,000.00 元起 · 会签:直接上级、钱财务').waitFor()
    await admin.context().close()

    await ask(1, '合同 HT202611-0001 · 上海申诺')
    const head = await app.open('head1', '/home')
    await head
      .getByRole('region', { name: '待我审批' })
      .getByRole('link', { name: /HT202611-0001/ })
      .click()
    const drawer = head.getByRole('dialog', { name: '审批 · 合同' })
    await drawer.getByText('毛利率').waitFor()
    expect(await flaws(head)).toEqual([])
    await drawer.getByRole('button', { name: '驳回' }).click()
    await drawer.getByText('写明驳回的原因').waitFor()
    await drawer.getByLabel('意见').fill('可以签')
    await drawer.getByRole('button', { name: '同意' }).click()
    await drawer.getByText('第 1 步 · 同意').waitFor()
    await head.context().close()

    const finance = await app.open('finance', '/approvals')
    await finance.getByRole('link', { name: /HT202611-0001/ }).click()
    await finance.getByLabel('意见').fill('账期太长')
    await finance.getByRole('button', { name: '驳回' }).click()
    await finance.getByText('第 1 步 · 驳回').waitFor()
    await finance.context().close()
  })

  it('转交给同事;申请人看到驳回的原因,撤回另一个', async () => {
    await ask(2, '合同 HT202611-0002 · 上海申诺')
    const head = await app.open('head1', '/approvals')
    await head.getByRole('link', { name: /HT202611-0002/ }).click()
    await head.getByRole('button', { name: '转交' }).click()
    const dialog = head.getByRole('dialog', { name: '转交审批' })
    await dialog.getByRole('combobox', { name: '转交给' }).click()
    await head.getByRole('option', { name: '李业务' }).click()
    await dialog.getByLabel('说明').fill('我在出差,请你看')
    await dialog.getByRole('button', { name: '转交' }).click()
    await head.getByText('第 1 步 · 转交:李业务').waitFor()
    await head.context().close()

    const sales = await app.open('sales1', '/approvals?view=mine', { screen: screens.phone })
    await sales.getByRole('link', { name: /HT202611-0001/ }).click()
    await sales.getByRole('dialog').getByText('账期太长').waitFor()
    await sales.keyboard.press('Escape')
    await sales.getByRole('dialog').waitFor({ state: 'detached' })
    await sales.getByRole('link', { name: /HT202611-0002/ }).click()
    await sales.getByRole('button', { name: '撤回申请' }).click()
    await sales.getByRole('dialog').getByText('已撤回').first().waitFor()
    expect(await axeProblems(sales)).toEqual([])
    expect(await isTooWide(sales)).toBe(false)
    await sales.context().close()
  })

  it('大额与折扣提醒按部门设置,列表没有无障碍问题', async () => {
    const page = await app.open('admin', '/settings/big-deals')
    await page.getByRole('button', { name: '添加规则' }).click()
    await page.getByLabel('大额金额(元)').fill('50万')
    await page.getByLabel('折扣超过(%)').fill('15')
    await page.getByRole('button', { name: '保存' }).click()
    await page.getByText('已保存 1 条规则').waitFor()
    expect(await flaws(page)).toEqual([])
    await page.goto('/approvals?view=all')
    await page.getByRole('link', { name: /HT202611-0001/ }).waitFor()
    expect(await flaws(page)).toEqual([])
    await page.context().close()
  })
})
