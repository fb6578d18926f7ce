import { recycle } from '@crm/server/modules/customers/service'
import { reportSilence } from '@crm/server/modules/work/inactivity/service'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Username } from '../support/office.ts'

const DAY_MS = 24 * 3_600_000
let app: TestApp
let n = 0
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const users = () => app.ids.users
const admin = () => app.byToken('admin')
const customer = (who: Username, facts: object = {}) =>
  app.make.customer({ name: `换手公司${++n}号`, ownerId: users()[who], ...facts }, admin())
const row = (id: number) =>
  app.store.read.selectFrom('customers').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const post = async (path: string, body?: object, who: Username = 'admin') =>
  (await app.byToken(who).post(path, body)).body
/** A colleague who leaves for good, with nothing handed over. */
const leave = async (userId: number) => {
  const { version } = (await admin().get(`/api/users/${userId}`)).body
  expect((await admin().patch(`/api/users/${userId}`, { version, disabled: true })).status).toBe(200)
}
const colleague = async () =>
  (
    await app.make.user(
      { username: `leaver${++n}`, teamId: app.ids.teams.D2, roleIds: [app.ids.roles.业务员] },
      admin(),
    )
  ).id

describe('离开的人', () => {
  it('撤销一批回收时,已停用的人名下不再退回,留在公海', async () => {
    const who = await colleague()
    const pool = await post('/api/pools', { name: '南方', memberTeamIds: [app.ids.teams.D2], followUpDays: 10 })
    const [gone, stays] = [await app.make.customer({ ownerId: who }, admin()), await customer('sales2')]
    app.clock.advance(12 * DAY_MS)
    const batch = await recycle(app.store, app.clock)
    await leave(who)
    expect(await post(`/api/pools/batches/${batch!.id}/undo`)).toMatchObject({ state: 'undone', moved: 2, returned: 1 })
    expect(await row(gone.id)).toMatchObject({ ownerId: null, poolId: pool.id })
    expect(await row(stays.id)).toMatchObject({ ownerId: users().sales2, poolId: null })
    app.clock.advance(-12 * DAY_MS)
    // The first recycling starts the thread that moves them, which takes its time beside a full suite.
  }, 60_000)

  it('从回收站恢复的客户、提醒、反馈,不归已停用的人:归恢复的人,反馈等人接手', async () => {
    const who = await colleague()
    const kept = await customer('sales1')
    const gone = await app.make.customer({ ownerId: who }, admin())
    await admin().put(`/api/customers/${kept.id}/collaborators`, { items: [{ userId: who, access: 'edit' }] })
    const facts = { customerId: kept.id, title: '删掉的提醒', dueAt: '2026-12-01T01:00:00.000Z', assigneeId: who }
    const reminder = await post('/api/reminders', facts)
    const told = await post('/api/feedback', {
      customerId: kept.id,
      occurredOn: '2026-11-22',
      words: '删掉的反馈',
      handlerId: who,
    })
    await admin().delete(`/api/customers/${gone.id}?version=1`)
    await admin().delete(`/api/reminders/${reminder.id}?version=1`)
    await admin().delete(`/api/feedback/${told.id}?version=1`)
    await leave(who)
    expect(await post(`/api/customers/${gone.id}/restore`)).toMatchObject({ ownerId: users().admin })
    expect(await post(`/api/reminders/${reminder.id}/restore`)).toMatchObject({ assigneeId: users().admin })
    expect(await post(`/api/feedback/${told.id}/restore`)).toMatchObject({ handlerId: null })
  })

  it('撤销合并时,被合并的一条若属于已停用的人,就归保留的一条的负责人', async () => {
    const who = await colleague()
    const [kept, other] = [await customer('sales1'), await app.make.customer({ ownerId: who }, admin())]
    const body = { version: 1, otherId: other.id, otherVersion: 1 }
    const { mergeId } = await post(`/api/customers/${kept.id}/merge`, body)
    await leave(who)
    expect(await post(`/api/customers/merges/${mergeId}/undo`)).toMatchObject({
      restored: { id: other.id, ownerId: users().sales1 },
    })
  })
})

describe('换了负责人', () => {
  it('前任申请的延期随之作废:新负责人看不到它,也能自己申请', async () => {
    await post('/api/pools', { name: '东方', memberTeamIds: [app.ids.teams.D1], followUpDays: 30 })
    const { id } = await customer('sales1b')
    await post(`/api/customers/${id}/extend`, { days: 30, reason: '前任要的' }, 'sales1b')
    const asked = async () => (await app.byToken('head1').get('/api/pools/extensions')).body.items
    expect(await asked()).toMatchObject([{ customerId: id }])
    app.clock.advance(60_000)
    await post(`/api/customers/${id}/transfer`, { ownerId: users().sales1, version: 1 })
    expect(await asked()).toEqual([])
    expect((await app.byToken('sales1').get(`/api/customers/${id}/pool`)).body.asked).toBeNull()
    const again = await post(`/api/customers/${id}/extend`, { days: 10, reason: '新任要的' }, 'sales1')
    expect(again.asked).toMatchObject({ reason: '新任要的', askedByName: '王业务' })
    expect(await asked()).toMatchObject([{ days: 10, askedByName: '王业务' }])
  })

  it('协作人当了负责人就不再是协作人:再转给别人时,他不会还能改', async () => {
    const { id } = await customer('sales1')
    const share = (userId: number) =>
      admin().put(`/api/customers/${id}/collaborators`, { items: [{ userId, access: 'edit' }] })
    expect(await share(users().sales1)).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('负责人不用设为协作人') },
    })
    await share(users().sales2)
    await post(`/api/customers/${id}/transfer`, { ownerId: users().sales2, version: 1 })
    expect((await admin().get(`/api/customers/${id}/collaborators`)).body.items).toEqual([])
    await post(`/api/customers/${id}/transfer`, { ownerId: users().sales1b, version: 2 })
    expect((await app.byToken('sales2').get(`/api/customers/${id}`)).status).toBe(404)
  })

  it('交接来的客户,接手的人本来是协作人:再转走时也不留下权限', async () => {
    const who = await colleague()
    const { id } = await app.make.customer({ ownerId: who }, admin())
    await admin().put(`/api/customers/${id}/collaborators`, { items: [{ userId: users().sales2, access: 'edit' }] })
    await post('/api/handovers', { fromUserId: who, toUserId: users().sales2 })
    await vi.waitFor(async () => expect((await row(id)).ownerId).toBe(users().sales2), 8_000)
    await post(`/api/customers/${id}/transfer`, { ownerId: users().sales1b, version: (await row(id)).version })
    expect((await app.byToken('sales2').get(`/api/customers/${id}`)).status).toBe(404)
  })

  it('久未跟进从接手那天重新算起:接手的人不因前任的沉默被上报,满 N 天才报', async () => {
    const rule = { teamId: null, level: null, ownerDays: 7, managerDays: 7, directorDays: null }
    await admin().put('/api/settings/inactivity', { items: [rule] })
    const { id } = await customer('sub1')
    const silent = async () =>
      (await app.byToken('sales1').get('/api/customers?silent=yes')).body.items.map((one: { id: number }) => one.id)
    const told = async () =>
      (
        await app.store.read
          .selectFrom('inactivityTold')
          .select(['step', 'userId'])
          .where('customerId', '=', id)
          .orderBy('onDay')
          .orderBy('step', 'desc')
          .execute()
      ).map(({ step, userId }) => `${step} ${userId}`)
    app.clock.advance(20 * DAY_MS)
    await reportSilence(app)
    expect(await told()).toEqual([`owner ${users().sub1}`, `manager ${users().head1}`])
    await post(`/api/customers/${id}/transfer`, { ownerId: users().sales1, version: 1 })
    app.clock.advance(DAY_MS)
    await reportSilence(app)
    expect(await silent()).not.toContain(id)
    expect(await told()).toHaveLength(2)
    app.clock.advance(7 * DAY_MS)
    await reportSilence(app)
    expect(await silent()).toContain(id)
    expect(await told()).toEqual([`owner ${users().sub1}`, `manager ${users().head1}`, `owner ${users().sales1}`])
    app.clock.advance(-28 * DAY_MS)
  })
})

describe('合并', () => {
  it('失去客户的负责人得知并到了哪里、归了谁;撤销后得知又归他', async () => {
    const [kept, other] = [await customer('sales1'), await customer('sales2')]
    const told = async () =>
      (
        await app.store.read
          .selectFrom('notifications')
          .select(['title', 'body', 'userId'])
          .where('title', 'like', `%${other.name}`)
          .orderBy('id')
          .execute()
      ).map(({ body, title, userId }) => [userId, title, body])
    const body = { version: 1, otherId: other.id, otherVersion: 1 }
    const { mergeId } = await post(`/api/customers/${kept.id}/merge`, body)
    const gone = [users().sales2, `你的客户已合并:${other.name}`, `管理员 合并到 ${kept.name}(负责人 王业务)`]
    expect(await told()).toEqual([gone])
    await post(`/api/customers/merges/${mergeId}/undo`)
    expect(await told()).toEqual([gone, [users().sales2, `合并已撤销,客户又归你:${other.name}`, '管理员 撤销']])
  })
})

describe('公海里的客户', () => {
  it('没有协作人:设不上,合并进来的也不带;撤销合并后协作人还在原来那一家', async () => {
    const facts = { name: `没有协作人的公海${n}`, memberIds: [users().sales2] }
    const { id: poolId } = await post('/api/pools', facts)
    const [pooled, other] = [await customer('sales1'), await customer('sales1')]
    const share = (id: number) =>
      admin().put(`/api/customers/${id}/collaborators`, { items: [{ userId: users().sales2, access: 'edit' }] })
    await share(other.id)
    await post(`/api/customers/${pooled.id}/release`, { poolId, reason: '不跟了' })
    expect(await share(pooled.id)).toMatchObject({ status: 409 })
    const body = { version: 2, otherId: other.id, otherVersion: 1 }
    const { mergeId } = await post(`/api/customers/${pooled.id}/merge`, body)
    const sees = async (id: number) => (await app.byToken('sales2').get(`/api/customers/${id}`)).status
    expect(await sees(pooled.id)).toBe(404)
    await post(`/api/customers/merges/${mergeId}/undo`)
    expect([await sees(pooled.id), await sees(other.id)]).toEqual([404, 200])
  })
})

describe('前负责人', () => {
  it('客户从一个公海移到另一个,前负责人照样要等,列表里照样写着是谁的', async () => {
    const [near, far] = [
      await post('/api/pools', { name: '近海', memberIds: [users().sales2], previousOwnerWaitDays: 5 }),
      await post('/api/pools', { name: '远海', memberIds: [users().sales2], previousOwnerWaitDays: 5, newWaitDays: 1 }),
    ]
    const { id } = await customer('sales2')
    await post(`/api/customers/${id}/release`, { poolId: near.id, reason: '先放' }, 'sales2')
    app.clock.advance(DAY_MS)
    await post(`/api/customers/${id}/release`, { poolId: far.id, reason: '换一个' })
    const shown = (await app.byToken('sales2').get(`/api/pools/${far.id}/customers`)).body.items[0]
    expect(shown).toMatchObject({ lastOwnerName: '孙华南', claimableOn: '2026-11-27', note: '换一个' })
    const claim = () => app.byToken('sales2').post(`/api/customers/${id}/claim`)
    expect(await claim()).toMatchObject({ status: 409, body: { detail: expect.stringContaining('2026-11-27') } })
    app.clock.advance(4 * DAY_MS)
    expect((await claim()).status).toBe(200)
    app.clock.advance(-5 * DAY_MS)
  })
})

describe('提到同事', () => {
  it('看得到客户、看不到跟进的人不能提到,也收不到批示的内容', async () => {
    const roleId = (await app.make.role({ name: '只看客户', reach: 'all', permissions: ['customer.read'] }, admin())).id
    const { id: looker } = await app.make.user({ username: 'looker', roleIds: [roleId] }, admin())
    const { id: customerId } = await customer('sales1')
    await admin().put(`/api/customers/${customerId}/collaborators`, { items: [{ userId: looker, access: 'read' }] })
    const { interaction } = await post('/api/interactions', { customerId, kind: 'call', text: '谈过' }, 'sales1')
    const path = `/api/interactions/${interaction.id}/comments`
    const refused = await app.byToken('head1').post(path, { text: '机密', mentionIds: [looker] })
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ field: 'mentionIds' }] } })
    expect((await app.byToken('head1').post(path, { text: '机密' })).status).toBe(201)
    const notices = await app.store.read
      .selectFrom('notifications')
      .select('userId')
      .where('body', '=', '机密')
      .execute()
    expect(notices.map(({ userId }) => userId)).toEqual([users().sales1])
  })
})
