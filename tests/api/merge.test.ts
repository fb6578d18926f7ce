import { customerLinks } from '@crm/server/modules/customerLinks'
import { eraseCustomer, purgeRecycled } from '@crm/server/modules/customers/service'
import { systemActor } from '@crm/server/core/access/actor'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { auditOf, expectRefusal } from '../support/refusal.ts'
import { writtenRows } from '../support/writtenRows.ts'

const DAY_MS = 86_400_000
let app: TestApp
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const admin = () => app.byToken('admin')
const users = () => app.ids.users
let n = 0
const company = (facts: object = {}) =>
  app.make.customer({ name: `合并公司${++n}号`, ownerId: users().sales1, ...facts })
const get = async (path: string) => (await admin().get(path)).body
const merge = (a: { id: number; version: number }, b: { id: number; version: number }, fields = {}) =>
  admin().post(`/api/customers/${a.id}/merge`, {
    version: a.version,
    otherId: b.id,
    otherVersion: b.version,
    fields,
  })
const undo = (mergeId: number) => admin().post(`/api/customers/merges/${mergeId}/undo`)

const dump = () => writtenRows(app.store)

/** Two records with something of every kind on each. */
async function twoFull() {
  const tag = await app.make.tag({ name: `重点${++n}` })
  const both = await app.make.tag({ name: `共有${n}` })
  const a = await company({ phone: '0755-28780808', tagIds: [both.id], notes: '甲' })
  const b = await company({ name: `并户对象${n}号`, phone: '13900001111', email: 'b@b.cn', tagIds: [tag.id, both.id] })
  const contacts = []
  for (const [customerId, name, mobile] of [
    [a.id, '甲联系人', '13711112222'],
    [b.id, '乙首要', '13811112222'],
    [b.id, '乙其次', '13911112222'],
  ] as const)
    contacts.push(await app.make.contact({ customerId, name, mobile }))
  for (const [id, list] of [
    [a.id, [users().sales1b]],
    [b.id, [users().sales1b, users().finance]],
  ] as const)
    await admin().put(`/api/customers/${id}/collaborators`, {
      items: list.map((userId) => ({ userId, access: 'read' })),
    })
  const at = app.clock.now()
  await app.store.tx((tx) =>
    tx
      .insertInto('notifications')
      .values({ userId: users().sales1, kind: 'assigned', title: 't', customerId: b.id, createdAt: at } as never)
      .execute(),
  )
  await app.byToken('sales1').post('/api/interactions', {
    customerId: b.id,
    kind: 'call',
    text: '谈过',
    followedAt: '2026-11-20T01:00:00.000Z',
    remind: { dueAt: '2026-12-01T01:00:00.000Z' },
  })
  return {
    a,
    b,
    tag,
    both,
    contacts,
    current: async () => [await get(`/api/customers/${a.id}`), await get(`/api/customers/${b.id}`)] as const,
  }
}

describe('合并', () => {
  it('逐项取值;联系人、标签、协作人、通知全部归到保留的一条,首要联系人只有一位', async () => {
    const { a, b, both, current, tag } = await twoFull()
    const [thisOne, otherOne] = await current()
    const done = await merge(thisOne, otherOne, { name: 'other', phone: 'this', email: 'other' })
    expect(done).toMatchObject({
      status: 200,
      body: {
        customer: {
          id: a.id,
          name: b.name,
          phone: '0755-28780808',
          email: 'b@b.cn',
          notes: '甲',
          lastFollowUpAt: '2026-11-20T01:00:00.000Z',
          nextReminderAt: '2026-12-01T01:00:00.000Z',
        },
      },
    })
    expect(new Set(done.body.customer.tagIds)).toEqual(new Set([tag.id, both.id]))
    const people = (await get(`/api/contacts?customerId=${a.id}`)).items
    expect(people.map((row: { name: string }) => row.name).toSorted()).toEqual(['乙其次', '乙首要', '甲联系人'])
    expect(people.filter((row: { isPrimary: boolean }) => row.isPrimary)).toMatchObject([{ name: '甲联系人' }])
    const shared = (await get(`/api/customers/${a.id}/collaborators`)).items
    expect(shared).toHaveLength(2)
    expect(new Set(shared.map((row: { userId: number }) => row.userId))).toEqual(
      new Set([users().sales1b, users().finance]),
    )
    // Found by the taken name and by the number of a contact that came along.
    expect((await get(`/api/customers?q=${encodeURIComponent(b.name)}`)).items).toMatchObject([{ id: a.id }])
    expect((await get('/api/customers?q=13811112222')).items).toMatchObject([{ id: a.id }])
    for (const link of customerLinks.filter(({ stays }) => !stays)) {
      const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(link.table)}
        where ${sql.ref(link.column)} = ${b.id} ${link.of ? sql`and ${sql.ref(link.of.column)} = ${link.of.value}` : sql``}`.execute(
        app.store.read as never,
      )
      expect({ [link.table]: Number(rows[0]!.n) }).toEqual({ [link.table]: 0 })
    }
    expect((await auditOf(app, 'customer', a.id)).at(-1)).toMatchObject({
      action: 'merge',
      before: { name: a.name },
      after: { name: b.name },
    })
    expect((await auditOf(app, 'customer', b.id)).at(-1)).toMatchObject({ action: 'mergedAway' })
  })

  it('被合并的一条打不开,但说得出并到了哪里;回收站里也恢复不了', async () => {
    const [a, b, c] = [await company(), await company(), await company()]
    expect((await merge(a, b)).status).toBe(200)
    expect((await admin().get(`/api/customers/${b.id}`)).status).toBe(404)
    expect(await get(`/api/customers/${b.id}/merges`)).toMatchObject({
      items: [{ survivorId: a.id, survivorName: a.name }],
    })
    await expectRefusal(app, () => admin().post(`/api/customers/${b.id}/restore`), 409)
    // Merged on: the way leads to the end.
    const [now] = [await get(`/api/customers/${a.id}`)]
    expect((await merge(c, now)).status).toBe(200)
    expect(await get(`/api/customers/${b.id}/merges`)).toMatchObject({ items: [{ survivorId: c.id }] })
    expect((await app.as('sales2').get(`/api/customers/${b.id}/merges`)).status).toBe(404)
  })

  it('合并再撤销,与合并前一字不差;搜索也回到原样', async () => {
    const { a, b, current } = await twoFull()
    const before = await dump()
    const [thisOne, otherOne] = await current()
    const fields = { name: 'other', number: 'other', phone: 'other', email: 'other', notes: 'other' }
    const done = await merge(thisOne, otherOne, fields)
    expect(done).toMatchObject({
      status: 200,
      body: { customer: { number: b.number, phone: '13900001111', notes: null } },
    })
    expect(await dump()).not.toEqual(before)
    expect((await undo(done.body.mergeId)).body).toMatchObject({
      customer: { id: a.id, name: a.name, number: a.number },
      restored: { id: b.id, name: b.name, phone: '13900001111' },
    })
    expect(await dump()).toEqual(before)
    for (const one of [a, b])
      expect((await get(`/api/customers?q=${encodeURIComponent(one.name)}`)).items).toMatchObject([{ id: one.id }])
    await expectRefusal(app, () => undo(done.body.mergeId), 409)
  })

  it('合并后新写的留在保留的一条;合并时定下的内容又被改过,就说明哪里改过、不撤销', async () => {
    const [a, b] = [await company(), await company({ email: 'x@y.cn' })]
    const { mergeId } = (await merge(a, b, { email: 'other' })).body
    const added = await app.make.contact({ customerId: a.id, name: '后来的' })
    const now = await get(`/api/customers/${a.id}`)
    await admin().patch(`/api/customers/${a.id}`, { version: now.version, email: 'z@y.cn', notes: '后来写的' })
    const refused = await undo(mergeId)
    expect(refused).toMatchObject({ status: 409, body: { detail: expect.stringContaining('邮箱') } })
    const again = await get(`/api/customers/${a.id}`)
    await admin().patch(`/api/customers/${a.id}`, { version: again.version, email: 'x@y.cn' })
    expect(await undo(mergeId)).toMatchObject({
      status: 200,
      body: { customer: { email: null, notes: '后来写的' }, restored: { email: 'x@y.cn' } },
    })
    expect(await get(`/api/contacts/${added.id}`)).toMatchObject({ customerId: a.id })
  })

  it('撤销后最近跟进、下次提醒各按各的:合并期间删掉的、做完的不再算', async () => {
    const [a, b] = [await company(), await company()]
    const sales1 = app.byToken('sales1')
    const said = async (customerId: number, followedAt: string) =>
      (await sales1.post('/api/interactions', { customerId, kind: 'call', text: '谈', followedAt })).body.interaction
    await said(a.id, '2026-11-20T01:00:00.000Z')
    await said(b.id, '2026-11-21T01:00:00.000Z')
    const last = await said(b.id, '2026-11-22T00:30:00.000Z')
    const remind = async (customerId: number, dueAt: string) =>
      (await sales1.post('/api/reminders', { title: '到时联系', customerId, dueAt })).body.id
    const done = await remind(b.id, '2026-11-23T01:00:00.000Z')
    await remind(a.id, '2026-11-24T01:00:00.000Z')
    const now = async (id: number) => get(`/api/customers/${id}`)
    const { mergeId } = (await merge(await now(a.id), await now(b.id))).body
    await sales1.post(`/api/reminders/${done}/done`)
    await sales1.delete(`/api/interactions/${last.id}?version=1`)
    expect(await undo(mergeId)).toMatchObject({
      status: 200,
      body: {
        customer: { lastFollowUpAt: '2026-11-20T01:00:00.000Z', nextReminderAt: '2026-11-24T01:00:00.000Z' },
        restored: { lastFollowUpAt: '2026-11-21T01:00:00.000Z', nextReminderAt: null },
      },
    })
  })

  it('没有设置信用额度的权限,合并也调不高额度:只能取较低的一个', async () => {
    const [low, free] = [await company({ creditFen: 100_00 }), await company()]
    const head1 = app.as('head1')
    const asked = (a: number, b: number, side: 'this' | 'other') =>
      head1.post(`/api/customers/${a}/merge`, { version: 1, otherId: b, otherVersion: 1, fields: { creditFen: side } })
    await expectRefusal(app, () => asked(low.id, free.id, 'other'), 403, 'fields.creditFen')
    await expectRefusal(app, () => asked(free.id, low.id, 'this'), 403, 'fields.creditFen')
    expect(await asked(free.id, low.id, 'other')).toMatchObject({ body: { customer: { creditFen: 100_00 } } })
  })

  it('两条都要有修改和删除的权限;版本过时、合并自己、没有的字段都拒绝', async () => {
    const [mine, foreign] = [await company(), await company({ ownerId: users().sales2 })]
    const body = { version: 1, otherId: foreign.id, otherVersion: 1 }
    await expectRefusal(app, () => app.as('sales1').post(`/api/customers/${mine.id}/merge`, body), 403)
    await expectRefusal(app, () => app.as('head1').post(`/api/customers/${mine.id}/merge`, body), 404)
    await expectRefusal(app, () => merge(mine, mine), 400, 'otherId')
    await expectRefusal(app, () => merge(mine, { ...foreign, version: 9 }), 409)
    await expectRefusal(app, () => merge({ ...mine, version: 9 }, foreign), 409)
    await expectRefusal(app, () => merge(mine, foreign, { nameKey: 'other' }), 400, 'fields.nameKey')
    expect((await merge(mine, foreign, { ownerId: 'other' })).body.customer).toMatchObject({ ownerId: users().sales2 })
  })

  it('保留的一条在公海、取另一条的负责人,就离开公海;不能合并成没有负责人', async () => {
    const [pooled, owned] = [await company(), await company()]
    const pool = await app.store.read.selectFrom('pools').select('id').limit(1).executeTakeFirst()
    const poolId = pool?.id ?? (await app.make.pool({ name: '测试公海' })).id
    await app.store.tx((tx) =>
      tx
        .updateTable('customers')
        .set({ ownerId: null, poolId, pooledAt: app.clock.now(), receivedAt: null })
        .where('id', '=', pooled.id)
        .execute(),
    )
    await expectRefusal(app, () => merge(owned, pooled, { ownerId: 'other' }), 400, 'fields.ownerId')
    const { body } = await merge(pooled, owned, { ownerId: 'other' })
    expect(body.customer).toMatchObject({ ownerId: users().sales1, poolId: null })
    expect((await undo(body.mergeId)).body.customer).toMatchObject({ ownerId: null, poolId })
  })

  it('两人同时合并同一条,只有一人成功', async () => {
    const [a, b, c] = [await company(), await company(), await company()]
    const answers = await Promise.all([merge(a, b), merge(c, b), merge(b, a)])
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  it('同名客户可以再改回被合并那条的名字', async () => {
    const [a, b] = [await company(), await company()]
    await merge(a, b)
    const { version } = await get(`/api/customers/${a.id}`)
    expect(await admin().patch(`/api/customers/${a.id}`, { version, name: b.name })).toMatchObject({ status: 200 })
    await app.store.tx((tx) => eraseCustomer(tx, a.id))
  })
})

describe('不能撤销的合并', () => {
  // Last: the clock moves past every sign-in.
  it('又并到别处、名称被占、过了 30 天,都不能撤销', async () => {
    const [a, b, c] = [await company(), await company(), await company()]
    const first = (await merge(a, b)).body
    const now = await get(`/api/customers/${a.id}`)
    const second = (await merge(c, now)).body
    expect((await undo(first.mergeId)).body.detail).toContain('先撤销那一次')
    expect((await undo(second.mergeId)).status).toBe(200)
    const reason = { overrideReason: '确实是另一家' }
    await admin().post('/api/customers', { name: b.name, ownerId: users().sales1, ...reason })
    expect((await undo(first.mergeId)).body.detail).toContain('占用')
    const [d, e] = [await company(), await company()]
    const third = (await merge(d, e)).body
    app.clock.advance(31 * DAY_MS)
    expect((await undo(third.mergeId)).body.detail).toContain('30 天')
    // By then the other one leaves the recycle bin for good, and takes the note of its merge along.
    const actor = systemActor(app.clock.now(), app.clock.today(), 'job', '系统')
    expect(await purgeRecycled(app.store, actor)).toBeGreaterThan(0)
    expect(await get(`/api/customers/${d.id}/merges`)).toEqual({ items: [] })
  })
})
