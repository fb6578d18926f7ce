import { systemClock } from '@crm/server/core/clock'
import { changedSinceReport, startReport } from '@crm/server/modules/customers/service'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { expectRefusal } from '../support/refusal.ts'

let app: TestApp
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const users = () => app.ids.users
const admin = () => app.as('admin')
type Member = { id: number | null; name: string; state: string; contactName: string | null; ownerName: string | null }
type Group = { id: number; kind: string; state: string; shared: string | null; members: Member[]; more: number }
async function run(): Promise<void> {
  const { ended } = await startReport({ store: app.store, clock: app.clock }, '测试')
  await ended
}
const groups = async (query = '', by = admin()): Promise<Group[]> =>
  (await by.get(`/api/duplicates?${query}`)).body.items
const groupWith = (list: readonly Group[], name: string) =>
  list.filter(({ members }) => members.some((member) => member.name === name))
const make = (name: string, facts: object = {}) => app.make.customer({ name, ownerId: users().sales1, ...facts })

describe('查重报告', () => {
  it('没有客户变动就不用定时重做', async () => {
    expect(await changedSinceReport(app.store.read)).toBe(false)
    await make('变动公司')
    expect(await changedSinceReport(app.store.read)).toBe(true)
    app.clock.advance(1_000)
    await run()
    expect(await changedSinceReport(app.store.read)).toBe(false)
  })

  it('同代码、同名、同电话、同邮箱、相似名称,连同联系人和回收站', async () => {
    const override = { overrideReason: '分部' }
    await make('查重甲公司', { creditCode: '914403001922038216' })
    await make('完全不同的名号', { creditCode: '914403001922038216', ...override })
    await make('同名有限公司')
    await make('同名', override)
    await make('电话甲行', { phone: '13800138111' })
    const b = await make('电话乙行')
    await app.make.contact({ customerId: b.id, name: '王电话', mobile: '+86 138 0013 8111' })
    await make('邮箱甲行', { email: 'Same@x.cn' })
    const d = await make('邮箱乙行')
    await app.make.contact({ customerId: d.id, name: '李邮箱', email: 'same@X.cn' })
    await make('上海申诺精密机械制造')
    const gone = await make('上海申诺精密机械制作')
    await admin().delete(`/api/customers/${gone.id}?version=1`)
    await run()
    const all = await groups('size=100')
    const kinds = (name: string) => groupWith(all, name).map(({ kind }) => kind)
    expect(kinds('查重甲公司')).toEqual(['creditCode'])
    expect(kinds('同名')).toEqual(['name'])
    expect(groupWith(all, '电话甲行')).toMatchObject([
      {
        kind: 'phone',
        shared: '138****8111',
        members: [
          { name: '电话甲行', contactName: null },
          { name: '电话乙行', contactName: '王电话' },
        ],
      },
    ])
    expect(groupWith(all, '邮箱乙行')).toMatchObject([{ kind: 'email', shared: 'same@x.cn' }])
    expect(groupWith(all, '上海申诺精密机械制造')).toMatchObject([
      { kind: 'similar', members: [{ state: 'live' }, { state: 'recycled', id: null }] },
    ])
    expect(await groups('kind=email')).toHaveLength(1)
    expect((await admin().get('/api/duplicates')).body.report).toMatchObject({ state: 'done', done: 6, total: 6 })
  })

  it('忽略的一组不再出现,重做之后也不;可以重新处理', async () => {
    const [group] = groupWith(await groups(), '同名')
    expect((await admin().post(`/api/duplicates/${group!.id}/ignore`, {})).body).toEqual({ state: 'ignored' })
    expect(groupWith(await groups(), '同名')).toEqual([])
    await run()
    expect(groupWith(await groups(), '同名')).toEqual([])
    const [again] = groupWith(await groups('state=ignored'), '同名')
    await admin().post(`/api/duplicates/${again!.id}/ignore`, { ignored: false })
    expect(groupWith(await groups(), '同名')).toHaveLength(1)
  })

  it('合并后这一组算已合并,撤销后又待处理', async () => {
    const [group] = groupWith(await groups(), '同名')
    const [a, b] = group!.members as [Member, Member]
    const merged = await admin().post(`/api/customers/${a.id}/merge`, { version: 1, otherId: b.id, otherVersion: 1 })
    expect(merged.status).toBe(200)
    expect(groupWith(await groups(), '同名')).toEqual([])
    expect(groupWith(await groups('state=merged'), '同名')).toMatchObject([{ id: group!.id }])
    await expectRefusal(app, () => admin().post(`/api/duplicates/${group!.id}/ignore`, {}), 409)
    await admin().post(`/api/customers/merges/${merged.body.mergeId}/undo`)
    expect(groupWith(await groups(), '同名')).toMatchObject([{ state: 'pending' }])
  })

  it('看不全一组的人,只看到名称、负责人和状态;一条也看不到的不给看', async () => {
    await make('两边都有的公司', { phone: '13700137222' })
    await make('别组的那家', { phone: '13700137222', ownerId: users().sales2 })
    await make('别组甲', { phone: '13700137333', ownerId: users().sales2 })
    await make('别组乙', { phone: '13700137333', ownerId: users().sales2 })
    await run()
    const seen = await groups('size=100', app.as('head1'))
    expect(groupWith(seen, '别组甲')).toEqual([])
    const [mixed] = groupWith(seen, '两边都有的公司')
    expect(mixed).toMatchObject({ shared: null })
    expect(mixed!.members.find(({ name }) => name === '别组的那家')).toMatchObject({
      id: null,
      version: null,
      state: 'live',
    })
    expect(JSON.stringify(seen)).not.toContain('13700137222')
    const [hidden] = groupWith(await groups('size=100'), '别组甲')
    await expectRefusal(app, () => app.as('head1').post(`/api/duplicates/${hidden!.id}/ignore`, {}), 404)
    await expectRefusal(app, () => app.as('sales1').get('/api/duplicates'), 403)
  })

  it('同时点两次只做一份,旧的报告不留', async () => {
    const clock = systemClock('Asia/Shanghai')
    const [one, two] = await Promise.all([
      startReport({ store: app.store, clock }, '甲'),
      startReport({ store: app.store, clock }, '乙'),
    ])
    await Promise.all([one.ended, two.ended])
    const reports = await app.store.read.selectFrom('duplicateReports').selectAll().execute()
    expect(reports).toHaveLength(1)
    const left = await app.store.read.selectFrom('duplicateGroups').select('reportId').distinct().execute()
    expect(left.map((row) => row.reportId)).toEqual([reports[0]!.id])
    expect((await admin().post('/api/duplicates/run')).body).toMatchObject({ state: 'done' })
  })
})
