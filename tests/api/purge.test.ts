import { afterAll, beforeAll, expect, it } from 'vitest'
import { systemActor } from '@crm/server/core/access/actor'
import { purgeRecycled } from '@crm/server/modules/customers/service'
import { openTestApp, type TestApp } from '../support/app.ts'

const DAY_MS = 24 * 3_600_000
let app: TestApp
beforeAll(async () => {
  app = await openTestApp()
})
afterAll(() => app.close())

const purge = () => purgeRecycled(app.store, systemActor(app.clock.now(), app.clock.today(), 'job', '系统'))

it('回收站保留 30 天:到期的客户连同联系人彻底清除,审计里留有全貌;没到期的仍能恢复', async () => {
  // A sign-in ends after a week, a token does not.
  const admin = app.byToken('admin')
  const old = await app.make.customer({ name: '到期的公司', firstContact: { name: '王到期', mobile: '13800138000' } })
  const young = await app.make.customer({ name: '没到期的公司' })
  expect((await admin.delete(`/api/customers/${old.id}?version=${old.version}`)).status).toBe(204)
  app.clock.advance(20 * DAY_MS)
  expect((await admin.delete(`/api/customers/${young.id}?version=${young.version}`)).status).toBe(204)
  expect(await purge()).toBe(0)
  app.clock.advance(11 * DAY_MS)
  expect(await purge()).toBe(1)
  for (const table of ['customers', 'contacts', 'phoneNumbers'] as const) {
    const rows = await app.store.read.selectFrom(table).selectAll().execute()
    expect(JSON.stringify(rows)).not.toMatch(/"到期的公司"|王到期|13800138000/)
  }
  const kept = await app.store.read.selectFrom('auditLog').select('before').where('action', '=', 'purge').execute()
  expect(kept.map((row) => JSON.parse(row.before!).name)).toEqual(['到期的公司'])
  expect((await admin.post(`/api/customers/${young.id}/restore`)).status).toBe(200)
  expect(await purge()).toBe(0)
})
