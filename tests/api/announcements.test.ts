import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Username } from '../support/office.ts'
import { expectRefusal } from '../support/refusal.ts'

const DAY_MS = 24 * 3_600_000
let app: TestApp
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const admin = () => app.as('admin')
const shown = async (who: Username) =>
  (await app.as(who).get('/api/announcements/mine')).body.items as {
    id: number
    title: string
    readAt: string | null
  }[]
const titles = async (who: Username) => (await shown(who)).map(({ title }) => title)
const notices = async (who: Username) =>
  (await app.as(who).get('/api/notifications?kind=announcement')).body.items as {
    title: string
    readAt: string | null
  }[]

describe('公告', () => {
  it('给所有人的人人看到并收到通知,给部门的连同下级部门;各自已读', async () => {
    const all = (await admin().post('/api/announcements', { title: '周五停电', body: '下午两点到四点' })).body
    const east = (
      await admin().post('/api/announcements', { title: '华东例会', body: '周一九点', teamIds: [app.ids.teams.D1] })
    ).body
    expect(all.authorName).toBe('管理员')
    expect(await titles('sales2')).toEqual(['周五停电'])
    expect(await titles('sub1')).toEqual(['华东例会', '周五停电'])
    expect(await titles('finance')).toEqual(['周五停电'])
    expect((await notices('sub1')).map(({ title }) => title)).toEqual(['公告:华东例会', '公告:周五停电'])
    expect(await notices('admin')).toEqual([])

    // Reading the one reads its notice; what is not for him cannot be read.
    const { body } = await app.as('sales2').post('/api/announcements/read', { ids: [all.id, east.id] })
    expect(body.items).toMatchObject([{ id: all.id, readAt: app.clock.now() }])
    expect((await notices('sales2'))[0]!.readAt).not.toBeNull()
    expect((await shown('sub1')).every(({ readAt }) => readAt === null)).toBe(true)
    const reads = await app.store.read.selectFrom('announcementReads').selectAll().execute()
    expect(reads).toEqual([{ announcementId: all.id, userId: app.ids.users.sales2, readAt: app.clock.now() }])
  })

  it('改了范围的只告诉还没收到的人;过了日子、删了的不再显示,恢复了又在', async () => {
    const { body: row } = await admin().post('/api/announcements', {
      title: '盘点',
      body: '月底盘点',
      teamIds: [app.ids.teams.D2],
      endOn: app.clock.today(),
    })
    const told = async (who: Username) => (await notices(who)).filter(({ title }) => title.endsWith('盘点')).length
    expect([await told('sales2'), await told('sales1')]).toEqual([1, 0])
    await admin().patch(`/api/announcements/${row.id}`, { version: row.version, teamIds: [] })
    expect([await told('sales2'), await told('sales1')]).toEqual([1, 1])
    expect(await titles('sales1')).toContain('盘点')
    await admin().delete(`/api/announcements/${row.id}?version=2`)
    expect(await titles('sales1')).not.toContain('盘点')
    await admin().post(`/api/announcements/${row.id}/restore`)
    expect(await titles('sales1')).toContain('盘点')
    app.clock.advance(DAY_MS)
    expect(await titles('sales1')).not.toContain('盘点')
  })

  it('只有管理员能发', async () => {
    await expectRefusal(app, () => app.as('head1').post('/api/announcements', { title: '我来发', body: '不行' }), 403)
    await expectRefusal(app, () => admin().post('/api/announcements', { title: '没有内容' }), 400)
  })
})
