import type { Page } from 'playwright-core'
import type { BrowserApp } from './browser.ts'

const STATES = ['potential', 'active', 'won', 'lost'] as const
const INDUSTRIES = ['C', 'I', 'J', 'G', 'K'] as const

/** Enough customers for three pages of 50, owned in turn by 王业务, 李业务 and 孙华南; every third has a contact. */
export async function seedCustomers({ make, ids }: BrowserApp, count = 120): Promise<void> {
  const owners = [ids.users.sales1, ids.users.sales1b, ids.users.sales2]
  const year = await make.tag({ name: '年框', color: '#1f5fbf' })
  for (let n = 1; n <= count; n += 1) {
    const name = `${['华东', '江南', '中原', '岭南'][n % 4]}精密${String(n).padStart(3, '0')}机械有限公司`
    await make.customer({
      name,
      phone: `138${String(10_000_000 + n * 7919)}`,
      ownerId: owners[n % 3]!,
      status: STATES[n % 4]!,
      level: n % 5 === 0 ? null : 'ABCD'[n % 4]!,
      industry: INDUSTRIES[n % 5]!,
      regionCode: n % 2 === 0 ? '310115' : '440305',
      tagIds: n % 4 === 0 ? [year.id] : [],
      creditFen: n % 6 === 0 ? n * 1_000_000 : null,
      ...(n % 3 === 0
        ? { firstContact: { name: `联系人${n}`, mobile: `139${String(10_000_000 + n * 104_729).slice(0, 8)}` } }
        : {}),
    })
  }
}

/** Rows of the grid in sight, header aside. */
export const rowNames = (page: Page): Promise<string[]> =>
  page.locator('tbody tr td a[href^="/customers/"]').allInnerTexts()

/** The list is there: rows drawn, nothing loading. */
export async function listReady(page: Page): Promise<void> {
  await page.locator('tbody tr a').first().waitFor()
  await page.locator('[role=grid][aria-busy=false]').waitFor()
}

/** Counts what a hand does with the mouse on this page, until `clicks()` says how often. */
export async function countClicks(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const counted = globalThis as unknown as { clicks: number }
    counted.clicks = 0
    document.addEventListener('click', (event) => (counted.clicks += event.isTrusted && event.detail > 0 ? 1 : 0), true)
  })
  return () => page.evaluate(() => (globalThis as unknown as { clicks: number }).clicks)
}
