import { addDays } from '@crm/shared/days'
import { instantAt } from '@crm/shared/rules/zoned'
import { reportSilence, reportWanted } from '@crm/server/modules/work/inactivity/service'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Username } from '../support/office.ts'
import type { Answer } from '../support/client.ts'
import { expectRefusal } from '../support/refusal.ts'

let app: TestApp
beforeEach(async () => void (app = await openTestApp()))
afterEach(() => app.close())

const ZONE = 'Asia/Shanghai'
/** A Monday. */
const DAY_ONE = '2026-11-23'
const users = () => app.ids.users
const refuses = (work: () => Promise<Answer>, status: number, field?: string) => expectRefusal(app, work, status, field)
const setRules = (items: readonly object[]) => app.as('admin').put('/api/settings/inactivity', { items })
const at = (day: string, time: string) =>
  app.clock.advance(Date.parse(instantAt(day, time, ZONE)) - Date.parse(app.clock.now()))
const morningOf = (day: string) => at(day, '09:00')
/** The day's report, if one is due. */
async function report(day: string): Promise<boolean> {
  morningOf(day)
  const wanted = await reportWanted(app.store.read, app.clock)
  if (wanted) await reportSilence({ store: app.store, clock: app.clock })
  return wanted
}
async function silentSince(day: string, facts: object = {}): Promise<number> {
  const { id } = await app.make.customer({ ownerId: users().sales1, ...facts })
  const lastFollowUpAt = instantAt(day, '15:00', ZONE)
  await app.store.tx((tx) =>
    tx.updateTable('customers').set({ lastFollowUpAt, receivedAt: lastFollowUpAt }).where('id', '=', id).execute(),
  )
  return id
}
const followUp = (id: number, day: string) =>
  app.store.tx((tx) =>
    tx
      .updateTable('customers')
      .set({ lastFollowUpAt: instantAt(day, '10:00', ZONE) })
      .where('id', '=', id)
      .execute(),
  )
const told = async (who: Username) =>
  app.store.read
    .selectFrom('notifications')
    .select(['title', 'body', 'link'])
    .where('userId', '=', users()[who])
    .where('kind', '=', 'inactive')
    .orderBy('id')
    .execute()
const listed = async (who: Username, query: string) =>
  (await app.as(who).get(`/api/customers?${query}`)).body.items
    .map((row: { id: number }) => row.id)
    .toSorted((a: number, b: number) => a - b)

describe('上报', () => {
  it('满 N 天告诉负责人,再过 m 天告诉经理,各一次;链接里正是那些客户', async () => {
    await setRules([{ ownerDays: 7, managerDays: 3 }])
    const id = await silentSince('2026-11-16')
    const other = await silentSince('2026-11-16')
    await silentSince('2026-11-17')
    expect(await report(DAY_ONE)).toBe(true)
    expect(await told('sales1')).toEqual([
      { title: '久未跟进:2 家客户', body: '你负责的 2 家', link: `/customers?reportedOn=${DAY_ONE}` },
    ])
    expect(await told('head1')).toEqual([])
    expect(await listed('sales1', `reportedOn=${DAY_ONE}`)).toEqual([id, other])
    expect(await report(DAY_ONE)).toBe(false)

    await followUp(other, '2026-11-24')
    await report('2026-11-24')
    expect((await told('sales1')).map(({ title }) => title)).toEqual(['久未跟进:2 家客户', '久未跟进:1 家客户'])
    await report('2026-11-25')
    expect(await told('head1')).toEqual([])
    await report('2026-11-26')
    expect(await told('head1')).toMatchObject([{ title: '久未跟进:1 家客户', body: '下属的 1 家' }])
    expect(await listed('head1', 'reportedOn=2026-11-26')).toEqual([id])
    expect(await told('sales1')).toHaveLength(2)
  })

  it('跟进以后重新算起', async () => {
    await setRules([{ ownerDays: 2 }])
    const id = await silentSince('2026-11-20')
    await report(DAY_ONE)
    await followUp(id, DAY_ONE)
    expect(await report('2026-11-24')).toBe(true)
    expect(await told('sales1')).toHaveLength(1)
    await report('2026-11-25')
    await report('2026-11-26')
    expect(await told('sales1')).toHaveLength(2)
  })

  it('同一天跑两次、两个进程一起跑,每人还是一条;中断后接着来', async () => {
    await setRules([{ ownerDays: 5, managerDays: 0 }])
    for (let n = 0; n < 30; n++) await silentSince('2026-11-10', { name: `沉默${n}号` })
    morningOf(DAY_ONE)
    const stopped = new AbortController()
    stopped.abort()
    await reportSilence({ store: app.store, clock: app.clock }, stopped.signal)
    expect(await reportWanted(app.store.read, app.clock)).toBe(true)
    await Promise.all([1, 2].map(() => reportSilence({ store: app.store, clock: app.clock })))
    expect(await told('sales1')).toMatchObject([{ title: '久未跟进:30 家客户' }])
    expect(await told('head1')).toMatchObject([{ title: '久未跟进:30 家客户' }])
  })

  it('没跟进过的从建立那天算;流失的、没有负责人的、回收站里的不算', async () => {
    await setRules([{ ownerDays: 3 }])
    const { id } = await app.make.customer({ ownerId: users().sales1 })
    await silentSince('2026-11-01', { status: 'lost' })
    const gone = await silentSince('2026-11-01')
    await app.as('admin').delete(`/api/customers/${gone}?version=1`)
    const orphan = await silentSince('2026-11-01')
    await app.store.tx((tx) => tx.updateTable('customers').set({ ownerId: null }).where('id', '=', orphan).execute())
    await report('2026-11-24')
    expect(await told('sales1')).toEqual([])
    await report('2026-11-25')
    expect(await listed('sales1', 'reportedOn=2026-11-25')).toEqual([id])
    expect(await listed('admin', 'silent=yes')).toEqual([id])
  })

  it('周末、节假日、早上八点半以前不报;没有规则也不报', async () => {
    await setRules([{ ownerDays: 1 }])
    await silentSince('2026-11-01')
    for (const day of ['2026-11-22', '2026-11-28', '2027-01-02']) expect([day, await report(day)]).toEqual([day, false])
    at(DAY_ONE, '08:29')
    expect(await reportWanted(app.store.read, app.clock)).toBe(false)
    await setRules([])
    morningOf(DAY_ONE)
    expect(await reportWanted(app.store.read, app.clock)).toBe(false)
  })

  it('离职的不报;经理按部门负责人找,没有设的按角色,再往上一级是上级经理', async () => {
    const { D1, D1a } = app.ids.teams
    await setRules([{ ownerDays: 1, managerDays: 0, directorDays: 0 }])
    const { version } = (await app.as('admin').get(`/api/teams/${D1a}`)).body
    const leader = await app.make.user({ name: '小组长', teamId: D1a, roleIds: [app.ids.roles.部门经理] })
    await app.as('admin').patch(`/api/teams/${D1a}`, { version, managerId: leader.id })
    await silentSince('2026-11-01', { ownerId: users().sub1 })
    const left = await silentSince('2026-11-01')
    await app.store.tx((tx) =>
      tx.updateTable('customers').set({ ownerId: users().disabled }).where('id', '=', left).execute(),
    )
    await report(DAY_ONE)
    const of = async (id: number) =>
      (await app.store.read.selectFrom('notifications').select('body').where('userId', '=', id).execute()).map(
        (n) => n.body,
      )
    expect(await of(users().sub1)).toEqual(['你负责的 1 家'])
    expect(await of(leader.id)).toEqual(['下属的 1 家'])
    expect(await of(users().head1)).toEqual(['下属的 1 家;下属的 1 家(已报经理)'])
    expect(await of(users().disabled)).toEqual([])
    expect(D1).not.toBe(D1a)
  })
})

describe('规则', () => {
  it('近的部门先于远的,等级先于一般;没有规则的不算久未跟进', async () => {
    const { D1, D1a } = app.ids.teams
    await setRules([
      { ownerDays: 30 },
      { level: 'A', ownerDays: 5 },
      { teamId: D1, ownerDays: 10 },
      { teamId: D1a, level: 'B', ownerDays: 3 },
    ])
    const ages: Record<string, number> = {}
    for (const [who, level, days] of [
      ['sales2', null, 30],
      ['sales2', 'A', 5],
      ['sales1', 'A', 10],
      ['sub1', 'B', 3],
      ['sub1', 'A', 10],
      ['sub1', null, 10],
    ] as const) {
      for (const late of [0, 1])
        ages[`${who} ${level} ${late}`] = await silentSince(addDays(DAY_ONE, late - days), {
          ownerId: users()[who],
          level,
        })
    }
    morningOf(DAY_ONE)
    const due = Object.entries(ages).flatMap(([key, id]) => (key.endsWith(' 0') ? [id] : []))
    expect(await listed('admin', 'silent=yes&size=200')).toEqual(due.toSorted((a, b) => a - b))
    expect(await listed('sub1', 'silent=yes')).toEqual(
      [ages['sub1 B 0']!, ages['sub1 A 0']!, ages['sub1 null 0']!].toSorted((a, b) => a - b),
    )
    await setRules([])
    expect(await listed('admin', 'silent=yes')).toEqual([])
  })

  it('一次换掉全部,写错的整批不收', async () => {
    const ok = [{ teamId: null, level: 'A', ownerDays: 7, managerDays: 7, directorDays: 14 }]
    expect((await setRules(ok)).body).toEqual({ items: ok })
    expect((await app.as('sales1').get('/api/settings/inactivity')).body).toEqual({ items: ok })
    await refuses(() => setRules([{ ownerDays: 0 }]), 400, 'items.0.ownerDays')
    await refuses(() => setRules([{ ownerDays: 1, teamId: 999_999 }]), 400, 'items.0.teamId')
    await refuses(() => setRules([{ ownerDays: 1, level: '没有' }]), 400, 'items.0.level')
    await refuses(() => setRules([{ ownerDays: 1 }, { ownerDays: 2 }]), 400, 'items.1.level')
    await refuses(() => setRules([{ ownerDays: 1, managerDays: 5, directorDays: 4 }]), 400, 'items.0.directorDays')
    await refuses(() => app.as('sales1').put('/api/settings/inactivity', { items: [] }), 403)
  })
})
