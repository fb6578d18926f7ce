import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { bareCustomer, insertCustomers } from '../support/bulk.ts'
import { expectRefusal } from '../support/refusal.ts'

let app: TestApp
let n = 0
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const users = () => app.ids.users
const mine = (owner: 'sales1' | 'sales2' | 'sub1', facts: object = {}) =>
  app.make.customer({ name: `批量${(n += 1)}号`, ownerId: users()[owner], ...facts }, app.byToken('admin'))
const stored = (id: number) =>
  app.store.read.selectFrom('customers').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const chosen = async (who: 'admin' | 'head1' | 'sales1' | 'finance', body: object) =>
  (await app.byToken(who).post('/api/customers/bulk/preview', body)).body as {
    token: string
    count: number
    highestId: number
  }
const run = (who: 'admin' | 'head1' | 'sales1' | 'finance', body: object) =>
  app.byToken(who).post('/api/customers/bulk', body)
const notices = async (userId: number) =>
  (
    await app.store.read
      .selectFrom('notifications')
      .select('title')
      .where('userId', '=', userId)
      .where('kind', '=', 'assigned')
      .execute()
  ).map(({ title }) => title)

describe('批量操作', () => {
  it('按编号转移:看得见的转走,看不见的写明原因;每家一条记录,每个人一条通知', async () => {
    const [one, two, foreign] = [await mine('sales1'), await mine('sub1'), await mine('sales2')]
    const ids = [one.id, two.id, foreign.id]
    const preview = await chosen('head1', { verb: 'assign', ids })
    expect(preview).toMatchObject({ count: 3, highestId: Math.max(...ids) })
    const wish = { token: preview.token, ownerId: users().sales1b }
    const { body, status } = await run('head1', wish)
    expect(status).toBe(200)
    expect(body.done).toBe(2)
    expect(body.skipped).toEqual([{ id: foreign.id, name: '', reason: expect.stringContaining('不存在或无权查看') }])
    expect((await stored(two.id)).ownerId).toBe(users().sales1b)
    expect((await stored(foreign.id)).ownerId).toBe(users().sales2)
    expect(await notices(users().sales1b)).toEqual([`客户转给你了:${one.name} 等 2 家`])
    const audits = await app.store.read
      .selectFrom('auditLog')
      .select(['recordId', 'action'])
      .where('entity', '=', 'customer')
      .where('recordId', 'in', ids)
      .where('action', '=', 'update')
      .execute()
    expect(audits).toHaveLength(2)

    // The same again says the same and does nothing; another wish with it is refused, and so is a stranger.
    const version = (await stored(one.id)).version
    expect((await run('head1', wish)).body).toEqual(body)
    expect((await stored(one.id)).version).toBe(version)
    await expectRefusal(app, () => run('head1', { ...wish, ownerId: users().sales1 }), 422)
    await expectRefusal(app, () => run('admin', wish), 404)
  })

  it('按筛选:正好是列表里的那些,预览之后才符合的不算;之后被改得不再符合的照做', async () => {
    const rows = []
    for (let i = 0; i < 5; i += 1)
      rows.push(await mine('sales1', { industry: null, shortName: '筛选甲', status: 'active' }))
    const filter = { q: '筛选甲', status: 'active' }
    const listed = (await app.byToken('admin').get('/api/customers?q=筛选甲&status=active')).body.total
    const preview = await chosen('admin', { verb: 'status', filter })
    expect(preview.count).toBe(listed)
    const late = await mine('sales1', { shortName: '筛选甲', status: 'active' })
    const { body } = await run('admin', { token: preview.token, status: 'won' })
    expect(body).toEqual({ done: listed, skipped: [] })
    expect((await stored(rows[0]!.id)).status).toBe('won')
    expect((await stored(late.id)).status).toBe('active')
    await expectRefusal(
      app,
      () => app.byToken('admin').post('/api/customers/bulk/preview', { verb: 'status', filter: { deleted: 'only' } }),
      400,
    )
    await expectRefusal(
      app,
      () => app.byToken('admin').post('/api/customers/bulk/preview', { verb: 'status', filter: { q: '没有这样的' } }),
      400,
    )
    await expectRefusal(app, () => app.byToken('admin').post('/api/customers/bulk/preview', { verb: 'status' }), 400)
  })

  it('超过一页的筛选一家不漏', async () => {
    const level = 'D'
    const ownerId = users().sub1
    await insertCustomers(
      app.store,
      Array.from({ length: 105 }, (_, i) => bareCustomer(30_000 + i, { ownerId, level })),
    )
    const preview = await chosen('admin', { verb: 'status', filter: { level, ownerId: String(users().sub1) } })
    expect(preview.count).toBe(105)
    expect((await run('admin', { token: preview.token, status: 'active' })).body).toEqual({ done: 105, skipped: [] })
  })

  it('标签加上、去掉、换成;删除有往来单据的留下并说明', async () => {
    const [a, b] = [await mine('sales1'), await mine('sales1')]
    const tag = async (name: string) => (await app.byToken('admin').post('/api/tags', { name })).body.id as number
    const [x, y] = [await tag('批量甲'), await tag('批量乙')]
    const tagged = async (tagMode: string, tagIds: number[]) => {
      const { token } = await chosen('admin', { verb: 'tag', ids: [a.id, b.id] })
      expect((await run('admin', { token, tagMode, tagIds })).body.done).toBe(2)
      const { body } = await app.byToken('admin').get(`/api/customers/${a.id}`)
      return [...body.tagIds].toSorted((a, b) => a - b)
    }
    expect(await tagged('add', [x])).toEqual([x])
    expect(await tagged('add', [y])).toEqual([x, y].toSorted((a, b) => a - b))
    expect(await tagged('remove', [x])).toEqual([y])
    expect(await tagged('replace', [])).toEqual([])

    const line = { name: '轴承', qtyMilli: 2_000, priceFen: 12_345 }
    const order = (
      await app.byToken('admin').post('/api/orders', { customerId: a.id, orderedOn: app.clock.today(), lines: [line] })
    ).body
    await app.byToken('admin').post(`/api/orders/${order.id}/submit`, { version: order.version })
    const { token } = await chosen('admin', { verb: 'remove', ids: [a.id, b.id] })
    const { body } = await run('admin', { token })
    expect(body).toEqual({
      done: 1,
      skipped: [{ id: a.id, name: a.name, reason: expect.stringContaining('有效订单') }],
    })
    expect((await stored(b.id)).deletedAt).not.toBeNull()
  })

  it('没有这项权限的不能执行,也什么都没改', async () => {
    const row = await mine('sales1')
    const { token } = await chosen('finance', { verb: 'remove', ids: [row.id] })
    await expectRefusal(app, () => run('finance', { token }), 403)
    const missing = await chosen('admin', { verb: 'assign', ids: [row.id] })
    await expectRefusal(app, () => run('admin', { token: missing.token }), 400)
  })
})

describe('我协作的', () => {
  it('只列出别人与我协作、我看得见的客户;和别的筛选一起用', async () => {
    const [shared, own, other] = [await mine('sales2'), await mine('sales1'), await mine('sales2')]
    await app.byToken('admin').put(`/api/customers/${shared.id}/collaborators`, {
      items: [{ userId: users().sales1, access: 'read' }],
    })
    const ids = async (who: 'sales1' | 'admin', query = '') =>
      ((await app.byToken(who).get(`/api/customers?collaborator=me${query}`)).body.items as { id: number }[]).map(
        ({ id }) => id,
      )
    expect(await ids('sales1')).toEqual([shared.id])
    expect(await ids('sales1', `&ownerId=${users().sales2}`)).toEqual([shared.id])
    expect(await ids('sales1', `&ownerId=${users().sales1}`)).toEqual([])
    // Who sees everything is no collaborator of everything.
    expect(await ids('admin')).toEqual([])
    expect([own.id, other.id]).not.toContain(shared.id)
    await app.byToken('admin').put(`/api/customers/${shared.id}/collaborators`, { items: [] })
    expect(await ids('sales1')).toEqual([])
  })
})
