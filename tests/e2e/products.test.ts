import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { axeProblems, type BrowserApp, isTooWide, openBrowserApp, screens, type Visit } from '../support/browser.ts'

let app: BrowserApp
let customerId: number
const names = ['深沟球轴承', '圆锥滚子轴承', '骨架油封', '直线导轨', '同步带轮'] as const
beforeAll(async () => {
  app = await openBrowserApp()
  const root = await app.make.productCategory({ name: '传动件' })
  const below = await app.make.productCategory({ name: '轴承', parentId: root.id })
  const other = await app.make.productCategory({ name: '密封件' })
  for (const [n, name] of names.entries())
    await app.make.product({
      name,
      spec: ['6204-2RS', '30205', '25×40×7', 'HGR20', '5M-20'][n]!,
      categoryId: n < 2 ? below.id : n === 2 ? other.id : root.id,
      unit: 'piece',
      priceFen: [1_250, 3_800, 460, 28_600, 5_200][n]!,
      costFen: [700, 2_900, 210, 19_500, null][n]!,
      active: n !== 4,
    })
  customerId = (
    await app.make.customer({ name: '上海申诺精密机械有限公司', ownerId: app.ids.users.sales1, level: 'A' })
  ).id
  await app.make.productPrice({ productId: 1, minQtyMilli: 500_000, priceFen: 1_100 })
  await app.make.productPrice({ productId: 1, level: 'A', priceFen: 1_180, fromOn: '2026-07-01' })
  await app.make.priceMove({
    productId: 1,
    direction: 'up',
    regionCode: '310000',
    highestFen: 1_350,
    reason: '钢价上涨',
  })
  await app.make.productUse({
    customerId,
    productId: 1,
    fromOn: '2026-01-01',
    untilOn: '2026-06-30',
    qtyMilli: 52_000_000,
  })
})
afterAll(() => app.close())
afterEach(() => app.refuseTroubles())

async function flawless(page: Page): Promise<void> {
  expect(await axeProblems(page)).toEqual([])
  expect(await isTooWide(page)).toBe(false)
}

it('新建产品并接着再建一个;给客户定专价,价格马上就是它', async () => {
  const page = await app.open('admin', '/products')
  await page.getByRole('button', { name: '新建产品' }).click()
  const form = page.getByRole('dialog', { name: '新建产品' })
  await form.getByLabel('产品名称').fill('联轴器')
  await form.getByLabel('标准售价').fill('86')
  await form.getByRole('button', { name: '保存并新建' }).click()
  await page.getByText('已新建产品 联轴器').waitFor()
  await form.getByLabel('产品名称').fill('胀紧套')
  await form.getByLabel('标准售价').fill('45.50')
  await form.getByRole('button', { name: '保存', exact: true }).click()
  await form.waitFor({ state: 'hidden' })
  await page.getByRole('link', { name: '胀紧套' }).click()
  await page.getByText('所有客户都按标准售价 45.50 元').waitFor()
  await page.getByRole('button', { name: '新建价格' }).click()
  const price = page.getByRole('dialog', { name: '新建价格 · 胀紧套' })
  await price.getByRole('radio', { name: '一个客户' }).check()
  await price.getByRole('combobox', { name: '客户' }).fill('申诺')
  await page.getByRole('option', { name: '上海申诺精密机械有限公司' }).click()
  await price.getByLabel('价格').fill('40')
  await price.getByRole('button', { name: '保存', exact: true }).click()
  await page.getByRole('row', { name: /上海申诺精密机械有限公司.*40\.00/ }).waitFor()
  const id = Number(new URL(page.url()).pathname.split('/').at(-1))
  const { body } = await app.as('sales1').get(`/api/products/${id}/price?customerId=${customerId}`)
  expect(body.priceFen).toBe(4_000)
  await page.context().close()
})

it('客户页登记用量;按类别筛选带上下级', async () => {
  const page = await app.open('sales1', `/customers/${customerId}`)
  await page.getByRole('button', { name: '登记用量' }).click()
  const form = page.getByRole('dialog', { name: /登记用量/ })
  await form.getByRole('combobox', { name: '产品' }).fill('yzgz')
  await page.getByRole('option', { name: /圆锥滚子轴承/ }).click()
  await form.getByLabel('自', { exact: false }).first().fill('2026-01-01')
  await form.getByLabel('至', { exact: false }).first().fill('2026-06-30')
  await form.getByLabel('实际用量').fill('1200')
  await form.getByRole('button', { name: '保存', exact: true }).click()
  await page.getByRole('region', { name: '用量' }).getByText('圆锥滚子轴承').waitFor()
  await page.goto('/products/categories')
  await page.getByRole('link', { name: '传动件' }).click()
  await page.getByRole('link', { name: '深沟球轴承' }).waitFor()
  await page.getByRole('link', { name: '骨架油封' }).waitFor({ state: 'hidden' })
  await page.context().close()
})

it.each([
  ['1366x641 亮色', { screen: screens.desk }],
  ['390x844 暗色', { screen: screens.phone, theme: 'dark' }],
] as const satisfies readonly (readonly [string, Visit])[])(
  '产品、价格、可调价没有无障碍问题,也不横向滚动:%s',
  async (_, visit) => {
    const page = await app.open('admin', '/products', visit)
    await page.getByRole('link', { name: '深沟球轴承' }).waitFor()
    await flawless(page)
    await page.goto('/products/1')
    await page.getByText('A 重点客户').waitFor()
    await flawless(page)
    await page.goto('/products/price-moves')
    await page.getByText('深沟球轴承').first().waitFor()
    await flawless(page)
    await page.context().close()
  },
)
