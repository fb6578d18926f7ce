import { systemActor } from '@crm/server/core/access/actor'
import { handoverParts } from '@crm/server/modules/handovers'
import { openHandover, openUndo, stranded, workOff } from '@crm/server/modules/work/handover/service'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { catalogOf } from '../support/catalog.ts'
import { auditOf, expectRefusal } from '../support/refusal.ts'

let app: TestApp
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const users = () => app.ids.users
const admin = () => app.as('admin')
const actor = () => ({ ...systemActor(app.clock.now(), app.clock.today(), 'job', '管理员'), id: users().admin })
let n = 0
async function leaver(): Promise<number> {
  const { id } = await app.make.user({
    username: `leaver${++n}`,
    name: `离职${n}`,
    teamId: app.ids.teams.D1,
    roleIds: [app.ids.roles.业务员],
  })
  return id
}
const receiver = leaver
async function customersOf(ownerId: number, count: number): Promise<number[]> {
  const ids: number[] = []
  for (let at = 0; at < count; at++) ids.push((await app.make.customer({ name: `交接公司${++n}号`, ownerId })).id)
  return ids
}
const remind = (assigneeId: number, customerId: number | null, facts: object = {}) =>
  app.store.tx((tx) =>
    tx
      .insertInto('reminders')
      .values({
        title: `回访${++n}`,
        dueAt: '2026-12-01T01:00:00.000Z',
        plannedAt: '2026-12-01T01:00:00.000Z',
        anchorAt: '2026-12-01T01:00:00.000Z',
        repeat: 'none',
        assigneeId,
        customerId,
        version: 1,
        createdAt: app.clock.now(),
        updatedAt: app.clock.now(),
        ...facts,
      } as never)
      .returning('id')
      .executeTakeFirstOrThrow(),
  )
const share = (customerId: number, userId: number) =>
  app.store.tx((tx) =>
    tx
      .insertInto('collaborators')
      .values({ entity: 'customer', recordId: customerId, userId, access: 'edit', createdAt: app.clock.now() })
      .execute(),
  )
const owners = async (ids: readonly number[]) =>
  (
    await app.store.read
      .selectFrom('customers')
      .select(['id', 'ownerId'])
      .where('id', 'in', ids)
      .orderBy('id')
      .execute()
  ).map((row) => row.ownerId)
const assigneeOf = async (id: number) =>
  (await app.store.read.selectFrom('reminders').select('assigneeId').where('id', '=', id).executeTakeFirstOrThrow())
    .assigneeId
const work = (options = {}) => workOff({ store: app.store, clock: app.clock }, handoverParts, options)

describe('离职交接', () => {
  it('先看数量,再把客户、提醒、协作交给一个人,停用交出人;做完的和写过的不变', async () => {
    const [from, to] = [await leaver(), await receiver()]
    const own = await customersOf(from, 3)
    const [foreign] = await customersOf(users().sales2, 1)
    const [open, done, private_] = [
      await remind(from, own[0]!),
      await remind(from, own[1]!, { doneAt: app.clock.now(), doneById: from }),
      await remind(from, null),
    ]
    await share(foreign!, from)
    const { body: preview } = await admin().post('/api/handovers/preview', { fromUserId: from })
    expect(preview.isDisabled).toBe(false)
    expect(preview.counts.filter((one: { count: number }) => one.count > 0)).toMatchObject([
      { key: 'customers', count: 3 },
      { key: 'reminders', count: 2 },
      { key: 'collaborators', count: 1 },
    ])
    const started = await admin().post('/api/handovers', { fromUserId: from, toUserId: to, disable: true })
    expect(started).toMatchObject({ status: 200, body: { state: 'done', total: 6, done: 6, left: 0, problem: null } })
    expect(await owners(own)).toEqual([to, to, to])
    expect([await assigneeOf(open.id), await assigneeOf(private_.id), await assigneeOf(done.id)]).toEqual([
      to,
      to,
      from,
    ])
    expect((await admin().get(`/api/customers/${foreign}/collaborators`)).body.items).toMatchObject([{ userId: to }])
    expect((await admin().get(`/api/users/${from}`)).body).toMatchObject({ disabled: true })
    expect((await stranded(app.store.read, handoverParts)).filter(({ userId }) => userId === from)).toEqual([])
    const told = await app.store.read.selectFrom('notifications').selectAll().where('userId', '=', to).execute()
    expect(told).toMatchObject([
      { kind: 'assigned', body: '客户 3 家、未完成的提醒 2 条、协作的客户 1 家', link: `/customers?ownerId=${to}` },
    ])
    const list = (await admin().get(`/api/handovers/${started.body.id}/rows`)).body
    expect(list.total).toBe(6)
    expect(list.items.find((row: { kind: string }) => row.kind === 'reminders')).toMatchObject({
      label: '未完成的提醒',
      customerName: expect.stringContaining('交接公司'),
      state: 'moved',
    })
    expect((await auditOf(app, 'customer', own[0]!)).at(-1)).toMatchObject({
      action: 'handover',
      before: { ownerId: from },
      after: { ownerId: to },
    })
  })

  it('清单不说别人的个人提醒写了什么:写的人和接手的人看得到,客户的提醒照列', async () => {
    const [from, to] = [await leaver(), await receiver()]
    const [customerId] = await customersOf(from, 1)
    await remind(from, customerId!, { title: '客户的事' })
    await remind(from, null, { title: '自己的私事' })
    await remind(from, null, { title: '管理员派的', createdById: users().admin })
    const { body } = await admin().post('/api/handovers', { fromUserId: from, toUserId: to })
    const rows = (await admin().get(`/api/handovers/${body.id}/rows`)).body.items
    const titles = rows.flatMap((row: { kind: string; title: string }) => (row.kind === 'reminders' ? [row.title] : []))
    expect(titles).toEqual(['客户的事', '(个人事项,不显示)', '管理员派的'])
    expect(JSON.stringify(rows)).not.toContain('私事')
  })

  it('平均分给几个人,客户的提醒跟着客户走', async () => {
    const [from, a, b] = [await leaver(), await receiver(), await receiver()]
    const own = await customersOf(from, 4)
    const reminders = []
    for (const id of own) reminders.push((await remind(from, id)).id)
    await admin().post('/api/handovers', { fromUserId: from, split: [a, b] })
    const now = await owners(own)
    expect(now.filter((id) => id === a)).toHaveLength(2)
    expect(now.filter((id) => id === b)).toHaveLength(2)
    for (const [at, id] of reminders.entries()) expect(await assigneeOf(id)).toBe(now[at])
    expect((await admin().get(`/api/users/${from}`)).body).toMatchObject({ disabled: false })
  })

  it('撤销后与交接前一字不差(只有版本和时间不同),被停用的人重新启用', async () => {
    const [from, to] = [await leaver(), await receiver()]
    const own = await customersOf(from, 2)
    const [foreign] = await customersOf(users().sales2, 1)
    await remind(from, own[0]!)
    // Both have a place there already: one of the two goes, and comes back.
    await share(foreign!, from)
    await share(foreign!, to)
    const before = await dump()
    const { body } = await admin().post('/api/handovers', { fromUserId: from, toUserId: to, disable: true })
    expect(await dump()).not.toEqual(before)
    const undone = await admin().post(`/api/handovers/${body.id}/undo`)
    expect(undone).toMatchObject({ status: 200, body: { state: 'undone', left: 0 } })
    expect(await dump()).toEqual(before)
    await expectRefusal(app, () => admin().post(`/api/handovers/${body.id}/undo`), 409)
  })

  it('交接后又转走的客户,撤销时留在原处并说明', async () => {
    const [from, to] = [await leaver(), await receiver()]
    const [one, two] = (await customersOf(from, 2)) as [number, number]
    const { body } = await admin().post('/api/handovers', { fromUserId: from, toUserId: to })
    const { version } = (await admin().get(`/api/customers/${one}`)).body
    await admin().post(`/api/customers/${one}/transfer`, { version, ownerId: users().sales1 })
    expect((await admin().post(`/api/handovers/${body.id}/undo`)).body).toMatchObject({ state: 'undone', left: 1 })
    expect(await owners([one, two])).toEqual([users().sales1, from])
  })

  it('中途停机:再启动接着做完,一条不漏、不重复;撤销也一样', async () => {
    const [from, to] = [await leaver(), await receiver()]
    const own = await customersOf(from, 6)
    const id = await app.store.tx((tx) => openHandover(tx, actor(), handoverParts, { fromUserId: from, toUserId: to }))
    await inPieces()
    expect(new Set(await owners(own))).toEqual(new Set([to]))
    expect((await admin().get(`/api/handovers/${id}`)).body).toMatchObject({ state: 'done', done: 6, total: 6 })
    expect((await admin().get(`/api/handovers/${id}/rows`)).body.total).toBe(6)
    const told = await app.store.read.selectFrom('notifications').select('id').where('userId', '=', to).execute()
    expect(told).toHaveLength(1)
    await app.store.tx((tx) => openUndo(tx, actor(), id))
    await inPieces()
    expect(new Set(await owners(own))).toEqual(new Set([from]))
    expect((await admin().get(`/api/handovers/${id}`)).body).toMatchObject({ state: 'undone' })

    /** Each run is stopped after its first slice. */
    async function inPieces(): Promise<void> {
      const under = () =>
        app.store.read
          .selectFrom('handovers')
          .select('id')
          .where('state', 'in', ['running', 'undoing'])
          .executeTakeFirst()
      let runs = 0
      while (await under()) {
        const stopping = new AbortController()
        await work({ signal: stopping.signal, onSlice: () => stopping.abort() })
        expect(++runs).toBeLessThan(20)
      }
    }
  })

  it('接收人停用、交给本人、范围外、缺类别却要停用,都拒绝', async () => {
    const [from, to] = [await leaver(), await receiver()]
    const start = (body: object) => () => admin().post('/api/handovers', { fromUserId: from, ...body })
    await expectRefusal(app, start({}), 400, 'toUserId')
    await expectRefusal(app, start({ toUserId: from }), 400, 'toUserId')
    await expectRefusal(app, start({ toUserId: 999_999 }), 400, 'toUserId')
    await expectRefusal(app, start({ split: [to, to] }), 400, 'split')
    await expectRefusal(app, start({ toUserId: to, include: ['nothing'] }), 400, 'include')
    await expectRefusal(app, start({ toUserId: to, include: ['customers'], disable: true }), 400, 'disable')
    const mine = { fromUserId: users().admin, toUserId: to, disable: true }
    await expectRefusal(app, () => admin().post('/api/handovers', mine), 400, 'disable')
    await expectRefusal(app, () => app.as('head1').post('/api/handovers', { fromUserId: from, toUserId: to }), 403)
    await admin().patch(`/api/users/${to}`, { version: 1, disabled: true })
    await expectRefusal(app, start({ toUserId: to }), 400, 'toUserId')
    // A disabled person's work can still be handed over, and there is nothing to undo into.
    const late = await receiver()
    await customersOf(from, 1)
    await admin().patch(`/api/users/${from}`, { version: 1, disabled: true })
    expect((await stranded(app.store.read, handoverParts)).filter(({ userId }) => userId === from)).toMatchObject([
      { key: 'customers', count: 1 },
    ])
    const { body } = await start({ toUserId: late })()
    expect(body).toMatchObject({ state: 'done', done: 1 })
    await expectRefusal(app, () => admin().post(`/api/handovers/${body.id}/undo`), 409)
  })
})

/** Everything but what is written down about the hand-over itself. */
async function dump(): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {}
  const beside =
    /Search|^(auditLog|auditSeals|handovers|handoverRows|notifications|jobs|rightsVersion|outbox|signIns|limits)$/
  for (const table of (await catalogOf(app.store)).keys()) {
    if (beside.test(table)) continue
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(table)}`.execute(
      app.store.read as never,
    )
    found[table] = rows
      .map((row) =>
        JSON.stringify(
          Object.fromEntries(
            Object.entries(row)
              .filter(([key]) => key !== 'version' && key !== 'updatedAt')
              .toSorted(([a], [b]) => (a < b ? -1 : 1)),
          ),
        ),
      )
      .toSorted()
  }
  return found
}
