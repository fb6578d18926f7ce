import { recycle } from '@crm/server/modules/customers/service'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { auditOf } from '../support/refusal.ts'

const DAY_MS = 24 * 3_600_000
let app: TestApp
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const admin = () => app.byToken('admin')
const stored = (id: number) =>
  app.store.read.selectFrom('customers').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

it('从回收站恢复的,先按提前提醒的天数提醒两次再回收;预览与任务一致;还早着的不变', async () => {
  const owner = app.ids.users.sales2
  const facts = { name: '恢复公海', memberTeamIds: [app.ids.teams.D2], followUpDays: 10, remindDays: 3 }
  const { body: pool } = await admin().post('/api/pools', facts)
  const long = await app.make.customer({ name: '放了三周的客户', ownerId: owner }, admin())
  await admin().delete(`/api/customers/${long.id}?version=1`)
  app.clock.advance(20 * DAY_MS)
  const fresh = await app.make.customer({ name: '刚删的客户', ownerId: owner }, admin())
  await admin().delete(`/api/customers/${fresh.id}?version=1`)
  for (const { id } of [long, fresh]) expect((await admin().post(`/api/customers/${id}/restore`)).status).toBe(200)
  expect((await auditOf(app, 'customer', long.id)).map(({ action }) => action)).toEqual([
    'create',
    'remove',
    'restore',
    'extend',
  ])
  expect((await stored(fresh.id)).recycleExtendedUntil).toBe(null)
  const standing = async () => (await app.byToken('sales2').get(`/api/customers/${long.id}/pool`)).body
  expect(await standing()).toMatchObject({ daysLeft: 4, rule: 'noFollowUp' })
  const titles = async () =>
    (await app.byToken('sales2').get('/api/notifications')).body.items
      .map(({ title }: { title: string }) => title)
      .filter((title: string) => title.includes(long.name))
  const leaving = async () =>
    (await admin().get(`/api/pools/${pool.id}/preview`)).body.items.map(({ id }: { id: number }) => id)
  const told: number[] = []
  for (let day = 0; day <= 4; day += 1) {
    const said = await leaving()
    await recycle(app.store, app.clock)
    expect([day, said]).toEqual([day, day < 4 ? [] : [long.id]])
    expect((await stored(long.id)).poolId).toBe(day < 4 ? null : pool.id)
    told.push((await titles()).length)
    app.clock.advance(DAY_MS)
  }
  expect(told.slice(0, 4)).toEqual([0, 1, 1, 2])
  expect(await titles()).toContain(`${long.name} 3 天后进入恢复公海`)
})
