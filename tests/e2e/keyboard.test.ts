import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { type BrowserApp, openBrowserApp } from '../support/browser.ts'

let app: BrowserApp
beforeAll(async () => void (app = await openBrowserApp()))
afterAll(() => app.close())
afterEach(() => app.refuseTroubles())

it('只用键盘:在页脚上 Ctrl+Enter 也保存,问要不要放弃时 Enter 留下,客户页上按 P 登记回款', async () => {
  await app.make.customer({ name: '苏州启明电气有限公司', ownerId: app.ids.users.sales1 })
  const page = await app.open('sales1', '/customers')
  await page.getByRole('link', { name: '苏州启明电气有限公司' }).waitFor()
  await page.keyboard.press('n')
  const name = page.getByRole('textbox', { name: '客户名称 必填' })
  await name.waitFor()
  await expect.poll(() => name.evaluate((box) => box === document.activeElement)).toBe(true)
  await page.keyboard.type('无锡锡安泵业有限公司')
  await page.keyboard.press('Escape')
  const stay = page.getByRole('button', { name: '继续填写' })
  await expect.poll(() => stay.evaluate((button) => button === document.activeElement)).toBe(true)
  await page.keyboard.press('Enter')
  await stay.waitFor({ state: 'detached' })

  const cancel = page.getByRole('button', { name: '取消', exact: true })
  await cancel.focus()
  await page.keyboard.press('Tab')
  // Polled: the ring fades in.
  const ring = () =>
    page.getByRole('button', { name: '保存并新建' }).evaluate((button) => {
      const { outlineColor, outlineStyle } = getComputedStyle(button)
      const link = getComputedStyle(document.body).getPropertyValue('--c-link').trim()
      const probe = Object.assign(document.createElement('i'), { style: `color: ${link}` })
      document.body.append(probe)
      return [outlineStyle, outlineColor === getComputedStyle(probe).color]
    })
  await expect.poll(ring).toEqual(['solid', true])
  await page.keyboard.press('Control+Enter')
  await page.getByRole('heading', { name: '无锡锡安泵业有限公司' }).waitFor()
  await page.getByRole('button', { name: '登记回款' }).first().waitFor()
  await page.keyboard.press('p')
  await page.getByRole('dialog', { name: '登记回款' }).waitFor()
  await page.context().close()
})

it('审批人从订单的页面去审批,撤回不是他的按钮;驳回的原因写在订单的最上面', async () => {
  const { users } = app.ids
  await app.as('admin').put('/api/approval-flows/order', {
    steps: [{ mode: 'any', approvers: [{ kind: 'user', userId: users.head1 }] }],
  })
  const { id: customerId } = await app.make.customer({ name: '宁波远航模具有限公司', ownerId: users.sales1 })
  const lines = [{ name: '轴承', qtyMilli: 3_000, priceFen: 3_350 }]
  const sales = app.as('sales1')
  const { id, version } = (await sales.post('/api/orders', { customerId, orderedOn: '2026-11-22', lines })).body
  await sales.post(`/api/orders/${id}/submit`, { version })

  const page = await app.open('head1', `/orders/${id}`)
  await page.locator('header').getByRole('link', { name: '去审批' }).click()
  await page.getByRole('dialog').getByText('轴承,3 × 33.50 元').waitFor()
  await page.goto(`/orders/${id}`)
  await page.locator('header').getByRole('link', { name: '去审批' }).waitFor()
  expect(await page.getByRole('button', { name: '撤回' }).count()).toBe(0)
  const [{ id: approvalId }] = (await app.as('head1').get('/api/approvals?box=todo')).body.items
  await app.as('head1').post(`/api/approvals/${approvalId}/reject`, { reason: '先收三成预付款' })
  await page.reload()
  await page.getByText('陈经理驳回了审批:先收三成预付款').waitFor()
  await page.context().close()
})
