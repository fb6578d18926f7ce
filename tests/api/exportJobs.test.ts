import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '@crm/server/core/clock'
import { startJobs } from '@crm/server/core/jobs/jobs'
import { fileJobs } from '@crm/server/jobs/index'
import { exportLists } from '@crm/server/modules/index'
import { type ExportLists, runExports, tidyExports } from '@crm/server/modules/system/exports/service'
import type { ExportJob } from '@crm/shared/contract/exportJobs'
import type { PermissionName } from '@crm/shared/permissions'
import { readXlsx } from 'hucre'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { bareCustomer, insertCustomers } from '../support/bulk.ts'
import { downloaded } from '../support/importing.ts'
import { expectRefusal } from '../support/refusal.ts'

const ZONE = 'Asia/Shanghai'
const ROWS = 230
const DAY_MS = 86_400_000
let app: TestApp
let folder: string
beforeAll(async () => {
  app = await openTestApp({ exportLimits: { streamedRows: 200, leastFreeBytes: 0 } })
  folder = join(app.filesDir, 'exports')
  const { sales1 } = app.ids.users
  await insertCustomers(
    app.store,
    Array.from({ length: ROWS }, (_, n) => bareCustomer(n, { ownerId: n < 210 ? sales1 : null })),
  )
})
afterAll(() => app.close())

const run = (lists?: ExportLists, signal?: AbortSignal) => {
  const { clock, filesDir, store } = app
  return runExports({ store, clock, filesDir, zone: ZONE, lists: lists ?? exportLists(ZONE) }, signal)
}
/** The customers, with something that happens while a page is read. */
const withPages = (onPage: (page: number) => Promise<void> | void): ExportLists => {
  const lists = exportLists(ZONE)
  let pages = 0
  const page = lists.customers as unknown as { page: (...given: unknown[]) => Promise<unknown> }
  return {
    ...lists,
    customers: {
      ...(lists.customers as object),
      async page(...given: unknown[]) {
        await onPage(++pages)
        return page.page(...given)
      },
    } as never,
  }
}
const ask = async (who: Parameters<TestApp['as']>[0] = 'admin', query = ''): Promise<ExportJob> => {
  const { body, status } = await app.as(who).post(`/api/customers/export?sort=number&mode=job${query}`)
  expect(status).toBe(202)
  return body
}
const look = async (id: number, who: Parameters<TestApp['as']>[0] = 'admin'): Promise<ExportJob> =>
  (await app.as(who).get(`/api/exports/${id}`)).body
const file = async (id: number, who: Parameters<TestApp['as']>[0] = 'admin') => {
  const { bytes, headers } = await downloaded(app, await app.signIn(who), `/api/exports/${id}/content`, 'GET')
  return { bytes: Buffer.from(bytes), name: decodeURIComponent(String(headers['content-disposition'])) }
}
const exported = () =>
  app.store.read
    .selectFrom('auditLog')
    .select(['actorId', 'after', 'via', 'address'])
    .where('action', '=', 'export')
    .execute()
const clerkOf = async (...permissions: PermissionName[]) =>
  (await app.make.user({ roleIds: [(await app.make.role({ reach: 'all', permissions })).id] })).id

describe('后台导出', () => {
  it('行数多的不等在请求里:202 和一个任务,做好了有通知,下载的与直接导出的一字不差,日志写明谁导了几行', async () => {
    const before = (await exported()).length
    const { body, status } = await app.as('admin').post('/api/customers/export?sort=-number&fields=number,name')
    expect(status).toBe(202)
    expect(body).toMatchObject({ state: 'waiting', fileName: '客户-2026-11-22.csv', total: ROWS, rows: 0 })
    await expectRefusal(app, () => app.as('admin').get(`/api/exports/${body.id}/content`), 409)
    expect((await exported()).length).toBe(before)
    await run()
    expect(await look(body.id)).toMatchObject({ state: 'done', rows: ROWS, total: ROWS, problem: null })
    const { bytes, name } = await file(body.id)
    expect(name).toContain('客户-2026-11-22.csv')
    const streamed = await app.as('admin').post('/api/customers/export?sort=-number&fields=number,name&mode=stream')
    expect(streamed.status).toBe(200)
    expect(bytes.toString()).toBe(streamed.body)
    const [row, same] = (await exported()).slice(before)
    expect(row).toMatchObject({ actorId: app.ids.users.admin, via: 'web', address: '127.0.0.1' })
    expect(JSON.parse(row!.after!)).toEqual({ sort: '-number', fields: ['number', 'name'], format: 'csv', rows: ROWS })
    expect(JSON.parse(same!.after!)).toEqual(JSON.parse(row!.after!))
    const [notice] = (await app.as('admin').get('/api/notifications')).body.items
    expect(notice).toMatchObject({
      kind: 'export',
      title: '导出好了:客户-2026-11-22.csv',
      body: '230 行,可以下载到 2026-11-29',
      link: `/exports?download=${body.id}`,
    })
  })

  it('少的照旧直接给;要后台的也可以;Excel 和两个工作表一样', async () => {
    expect((await app.as('admin').post('/api/customers/export?number=PL-7')).status).toBe(200)
    const { body } = await app.as('admin').post('/api/orders/export?mode=job&format=xlsx&layout=sheets')
    const { id } = await ask('admin', '&format=xlsx&number=PL-7')
    await run()
    const book = await readXlsx(Uint8Array.from((await file(body.id)).bytes))
    expect(book.sheets.map(({ name }) => name)).toEqual(['订单', '订单明细'])
    const { sheets } = await readXlsx(Uint8Array.from((await file(id)).bytes))
    expect(sheets[0]!.rows).toHaveLength(2)
    await expectRefusal(app, () => app.as('admin').post('/api/customers/export?mode=later'), 400, 'mode')
  })

  it('行是导出时本人看得到的;文件只有本人拿得到,别人连有没有都不知道', async () => {
    const clerk = await clerkOf('customer.export', 'customer.read')
    const { id } = await ask(clerk)
    await app.store.tx((tx) =>
      tx.updateTable('customers').set({ name: '改名在排队时', nameKey: '改名' }).where('number', '=', 'PL-3').execute(),
    )
    await run()
    const text = (await file(id, clerk)).bytes.toString()
    expect(text).toContain('改名在排队时')
    for (const path of [`/api/exports/${id}`, `/api/exports/${id}/content`])
      await expectRefusal(app, () => app.as('admin').get(path), 404)
    await expectRefusal(app, () => app.as('admin').post(`/api/exports/${id}/cancel`), 404)
    expect((await app.as('sales1').get('/api/exports')).body).toMatchObject({ items: [], total: 0 })
    expect((await app.as(clerk).get('/api/exports')).body.items).toMatchObject([{ id, state: 'done' }])
  })

  it('下载时再看权限:没了导出权限、范围小了、换了部门、停用了,都拿不到', async () => {
    const role = await app.make.role({ reach: 'all', permissions: ['customer.export', 'customer.read'] })
    const clerk = await app.make.user({ roleIds: [role.id] })
    const { id } = await ask(clerk.id)
    await run()
    const now = async () => (await app.as(clerk.id).get(`/api/exports/${id}/content`)).status
    expect(await now()).toBe(200)
    const change = (facts: object) =>
      app.store.tx((tx) => tx.updateTable('roles').set(facts).where('id', '=', role.id).execute())
    const held = await app.store.read
      .selectFrom('roles')
      .selectAll()
      .where('id', '=', role.id)
      .executeTakeFirstOrThrow()
    await change({ permissions: JSON.stringify(['customer.read']) })
    expect(await now()).toBe(403)
    await change({ permissions: held.permissions, reach: 'own' })
    expect(await now()).toBe(403)
    expect(await look(id, clerk.id)).toMatchObject({
      state: 'done',
      problem: '你的权限或部门在导出之后变了,请重新导出',
    })
    await change({ reach: 'all' })
    expect(await now()).toBe(200)
    const person = (facts: object) =>
      app.store.tx((tx) => tx.updateTable('users').set(facts).where('id', '=', clerk.id).execute())
    await person({ teamId: app.ids.teams.D1 })
    expect(await now()).toBe(403)
    await person({ teamId: null, disabled: 1 })
    expect(await now()).toBe(401)
  })

  it('排队时停用了或没了权限的,不做,也不留下文件', async () => {
    const clerk = await clerkOf('customer.export', 'customer.read')
    const { id } = await ask(clerk)
    await app.store.tx((tx) => tx.updateTable('users').set({ disabled: 1 }).where('id', '=', clerk).execute())
    await run()
    const job = await app.store.read.selectFrom('exportJobs').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    expect(job).toMatchObject({ state: 'failed', problem: '你的账号或导出权限已停用' })
    expect(await readdir(folder)).not.toContain(`${id}-${job.runId}`)
  })

  it('进程死在半路:重新做一遍,从来没有半个文件;每次都死的做三次为止', async () => {
    const { id } = await ask()
    const job = () => app.store.read.selectFrom('exportJobs').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    // As kill -9 leaves it: running, with a part of the file.
    const die = async (runId: string, attempts: number) => {
      await app.store.tx((tx) =>
        tx
          .updateTable('exportJobs')
          .set({ state: 'running', runId, attempts, rows: 100 })
          .where('id', '=', id)
          .execute(),
      )
      await mkdir(folder, { recursive: true })
      await writeFile(join(folder, `${id}-${runId}.part`), '客户名称\r\n半')
    }
    await die('dead', 1)
    await expectRefusal(app, () => app.as('admin').get(`/api/exports/${id}/content`), 409)
    await run()
    expect(await job()).toMatchObject({ state: 'done', rows: ROWS, attempts: 2 })
    expect((await file(id)).bytes.toString().split('\r\n')).toHaveLength(ROWS + 2)
    expect(await readdir(folder)).not.toContain(`${id}-dead.part`)

    await die('again', 3)
    await run()
    expect(await job()).toMatchObject({ state: 'failed', problem: '几次都没有完成,请联系管理员' })
    expect((await app.as('admin').get('/api/notifications')).body.items[0].title).toBe('导出好了:客户-2026-11-22.csv')
  })

  it('服务停下时放回队里,下次从头做;做到一半取消的不留文件', async () => {
    const { id } = await ask()
    const stopping = new AbortController()
    await run(
      withPages((page) => {
        if (page === 2) stopping.abort()
      }),
      stopping.signal,
    )
    expect(await look(id)).toMatchObject({ state: 'waiting', rows: 0 })
    await run(
      withPages(async (page) => {
        if (page === 3) await app.as('admin').post(`/api/exports/${id}/cancel`)
      }),
    )
    expect(await look(id)).toMatchObject({ state: 'cancelled', bytes: null })
    expect((await readdir(folder)).filter((name) => name.startsWith(`${id}-`))).toEqual([])
    await expectRefusal(app, () => app.as('admin').get(`/api/exports/${id}/content`), 404)
    await expectRefusal(app, () => app.as('admin').post(`/api/exports/${id}/cancel`), 409)
  })

  it('同样的再点一次还是那一个;每人最多三个在等', async () => {
    const { id } = await ask('admin', '&level=A')
    expect((await ask('admin', '&level=A')).id).toBe(id)
    await ask('admin', '&level=B')
    await ask('admin', '&level=C')
    await expectRefusal(app, () => app.as('admin').post('/api/customers/export?mode=job'), 429)
    await run()
    expect(await look(id)).toMatchObject({ state: 'done', rows: 0 })
  })

  it('磁盘不够时一开始就拒绝;写到一半满了,说清楚,不留半个', async () => {
    const full = await app.second({ exportLimits: { leastFreeBytes: Number.MAX_SAFE_INTEGER } })
    const cookie = await app.signIn('admin')
    const refused = await full.with({ cookie }).post('/api/customers/export?mode=job')
    expect(refused).toMatchObject({
      status: 507,
      body: { code: 'disk_full', detail: expect.stringContaining('磁盘只剩') },
    })
    const { id } = await ask()
    await run(
      withPages((page) => {
        if (page === 3) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
      }),
    )
    expect(await look(id)).toMatchObject({ state: 'failed', problem: expect.stringContaining('磁盘已满') })
    expect((await readdir(folder)).filter((name) => name.startsWith(`${id}-`))).toEqual([])
    const [notice] = (await app.as('admin').get('/api/notifications')).body.items
    expect(notice).toMatchObject({ title: '导出没有完成:客户-2026-11-22.csv', link: '/exports' })
  })

  it('令牌要来的不超过令牌的权限;程序说要流就给流', async () => {
    const token = app.byToken('admin', ['customer.export', 'customer.read'])
    const { body, status } = await token.post('/api/customers/export')
    expect(status).toBe(202)
    await run()
    expect(String((await token.get(`/api/exports/${body.id}/content`)).body)).toContain('批量客户7')
    expect((await token.post('/api/customers/export?mode=stream')).status).toBe(200)
    const other = app.byToken('admin', ['product.read'])
    expect((await other.get('/api/exports')).body.total).toBeGreaterThan(0)
    await expectRefusal(app, () => other.get(`/api/exports/${body.id}/content`), 403)
  })

  it('两台服务共用一个库:只有一台做', async () => {
    const { id } = await ask('admin', '&format=xlsx')
    const before = (await exported()).length
    const clock = systemClock(ZONE)
    const { store: other } = await app.second()
    const running = [app.store, other].map((store) => startJobs(store, clock, fileJobs(app.filesDir, ZONE).slice(0, 1)))
    await vi.waitFor(async () => expect(await look(id)).toMatchObject({ state: 'done', rows: ROWS }), 10_000)
    for (const one of running) await one.stop()
    expect((await exported()).length).toBe(before + 1)
    expect((await readdir(folder)).filter((name) => name.startsWith(`${id}-`))).toHaveLength(1)
  })

  it('七天以后没有了,一个月以后名单上也没有;文件不在了说得出来', async () => {
    const { id } = await ask()
    await run()
    expect((await readdir(folder)).filter((name) => name.startsWith(`${id}-`))).toHaveLength(1)
    const { with: by } = await app.second()
    /** Signed in again: a month is longer than any sign-in. */
    const again = async () => by({ cookie: await app.signIn('admin') })
    app.clock.advance(7 * DAY_MS)
    const later = await again()
    await expectRefusal(app, () => later.get(`/api/exports/${id}/content`), 404)
    await tidyExports(app)
    expect((await readdir(folder)).filter((name) => name.startsWith(`${id}-`))).toEqual([])
    expect((await later.get(`/api/exports/${id}`)).body).toMatchObject({ state: 'expired' })
    app.clock.advance(24 * DAY_MS)
    await tidyExports(app)
    const muchLater = await again()
    expect((await muchLater.get(`/api/exports/${id}`)).status).toBe(404)
    const lost = (await muchLater.post('/api/customers/export?mode=job')).body
    await run()
    await rm(folder, { recursive: true })
    await expectRefusal(app, () => muchLater.get(`/api/exports/${lost.id}/content`), 404)
  })
})
