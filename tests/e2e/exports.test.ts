import { readFile } from 'node:fs/promises'
import { exportLists } from '@crm/server/modules/index'
import { runExports } from '@crm/server/modules/system/exports/service'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type BrowserApp, flaws, openBrowserApp, screens } from '../support/browser.ts'
import { bareCustomer, insertCustomers } from '../support/bulk.ts'
import { sheetOf } from '../support/importing.ts'

const ZONE = 'Asia/Shanghai'
const ROWS = 30
let app: BrowserApp
beforeAll(async () => {
  app = await openBrowserApp({ exportLimits: { streamedRows: 20, leastFreeBytes: 0 } })
  await insertCustomers(
    app.store,
    Array.from({ length: ROWS }, (_, n) => bareCustomer(n, { ownerId: app.ids.users.sales1 })),
  )
})
afterAll(() => app.close())
afterEach(() => app.refuseTroubles())

const makeFiles = () => {
  const { clock, filesDir, store } = app
  return runExports({ store, clock, filesDir, zone: ZONE, lists: exportLists(ZONE) })
}

describe('后台导出', () => {
  it('行数多的在后台生成:点导出、看进度、收到通知,点通知就下载', async () => {
    const page = await app.open('admin', '/customers')
    await page.getByRole('button', { name: '导出' }).click()
    await page.getByRole('menuitem', { name: '全部列' }).click()
    await page.getByText('行数较多,正在后台生成文件,好了会通知你').waitFor()
    await page.getByRole('button', { name: '我的导出' }).click()
    const files = page.getByRole('list', { name: '我的导出' })
    const line = files.getByRole('listitem').filter({ hasText: '客户-2026-11-22.xlsx' })
    await line.getByText('排队中').waitFor()
    expect(await flaws(page)).toEqual([])

    await makeFiles()
    await line.getByText(`${ROWS} 行`).waitFor()
    await line.getByRole('button', { name: '下载' }).waitFor()
    await page.getByRole('button', { name: /^通知/ }).click()
    const notice = page.getByRole('link', { name: /导出好了:客户-2026-11-22.xlsx/ })
    const [got] = await Promise.all([page.waitForEvent('download'), notice.click()])
    expect(got.suggestedFilename()).toBe('客户-2026-11-22.xlsx')
    const rows = await sheetOf(await readFile((await got.path())!))
    expect(rows).toHaveLength(ROWS + 1)
    expect(new URL(page.url()).search).toBe('')
    await page.context().close()
  })

  it('手机上也看得清;排队的可以取消,做不成的说为什么', async () => {
    const by = app.as('admin')
    const { id } = (await by.post('/api/customers/export?mode=job&level=A')).body
    await by.post('/api/customers/export?mode=job&level=B')
    await app.store.tx((tx) =>
      tx
        .updateTable('exportJobs')
        .set({ state: 'failed', problem: '服务器磁盘已满,文件没有写完。请联系管理员清理磁盘后重新导出' })
        .where('id', '=', id)
        .execute(),
    )
    const page = await app.open('admin', '/exports', { screen: screens.phone })
    await page.getByText('服务器磁盘已满').waitFor()
    expect(await flaws(page)).toEqual([])
    await page.getByRole('button', { name: /取消导出/ }).click()
    await page.getByText('已取消').waitFor()
    await page.context().close()
  })
})
