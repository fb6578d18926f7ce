import type { DuplicateMatch } from '@crm/shared/contract/customers'
import type { SharingRequest } from '@crm/shared/contract/sharing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Answer } from '../support/client.ts'
import type { Username } from '../support/office.ts'
import { auditOf, expectRefusal } from '../support/refusal.ts'

const DAY_MS = 24 * 3_600_000
const LIST = '/api/collaboration-requests'
let app: TestApp
let n = 0
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const users = () => app.ids.users
const client = (who: Username) => app.byToken(who)
/** 孙华南's, which 王业务 cannot open. */
const foreign = (facts: object = {}) =>
  app.make.customer({ name: `别人的客户${(n += 1)}号`, ownerId: users().sales2, ...facts }, client('admin'))
const ask = (who: Username, name: string, more: object = {}) =>
  client(who).post(LIST, { name, match: name, reason: '展会上见过他们采购', ...more })
const check = async (who: Username, body: object): Promise<DuplicateMatch[]> =>
  (await client(who).post('/api/customers/check', body)).body.matches
const decide = (who: Username, id: number, answer: string, userId = users().sales1) =>
  client(who).post(`/api/customers/${id}/collaboration-requests/decide`, { userId, answer })
const boxOf = async (who: Username, query = ''): Promise<SharingRequest[]> =>
  (await client(who).get(`${LIST}${query}`)).body.items
const mine = async (who: Username, name: string) =>
  (await boxOf(who, '?box=mine')).find((one) => one.customerName === name)
const told = async (who: Username) =>
  (await client(who).get('/api/notifications')).body.items
    .filter((one: { kind: string }) => one.kind === 'sharing')
    .map(({ title, body, link, customerId }: Record<string, unknown>) => ({ title, body, link, customerId }))
const refuses = (work: () => Promise<Answer>, status: number) => expectRefusal(app, work, status)
const says = async (work: () => Promise<Answer>, words: RegExp) => {
  await refuses(work, 409)
  expect((await work()).body.detail).toMatch(words)
}

describe('申请协作', () => {
  it('查重说是别人的,申请一次;负责人和他的上级收到,同意后当场能打开,双方都知道,审计写明', async () => {
    const { id, name } = await foreign()
    expect(await check('sales1', { name })).toMatchObject([{ id: null, asking: 'may' }])
    const { body, status } = await ask('sales1', name)
    expect(status).toBe(201)
    expect(body).toMatchObject({
      customerId: null,
      customerName: name,
      askedByName: '王业务',
      askedOfName: '孙华南',
      state: 'asked',
    })
    expect(await check('sales1', { name })).toMatchObject([{ id: null, customerId: null, asking: 'asked' }])
    const asked = {
      title: `王业务申请协作 ${name}`,
      body: '展会上见过他们采购',
      link: '/collaboration',
      customerId: id,
    }
    expect(await told('sales2')).toEqual([asked])
    expect(await boxOf('sales2', `?customerId=${id}`)).toMatchObject([{ customerId: id, askedById: users().sales1 }])
    expect(await mine('sales1', name)).toMatchObject({ customerId: null, state: 'asked' })

    expect((await decide('sales2', id, 'read')).status).toBe(200)
    expect((await client('sales1').get(`/api/customers/${id}`)).status).toBe(200)
    expect((await client('sales1').get(`/api/customers/${id}/collaborators`)).body.items).toEqual([
      { userId: users().sales1, userName: '王业务', access: 'read' },
    ])
    expect(await told('sales1')).toEqual([
      { title: `孙华南同意了 ${name} 的协作申请(只读)`, body: null, link: `/customers/${id}`, customerId: id },
    ])
    expect(await mine('sales1', name)).toMatchObject({
      customerId: id,
      state: 'granted',
      access: 'read',
      decidedByName: '孙华南',
    })
    expect(await boxOf('sales2', `?customerId=${id}`)).toEqual([])
    const noted = (await auditOf(app, 'customer', id)).map(({ action, actorName, note }) => [action, actorName, note])
    expect(noted.slice(-2)).toEqual([
      ['sharingAsked', '王业务', '展会上见过他们采购'],
      ['collaborators', '孙华南', '同意协作申请'],
    ])
  })

  it('可编辑的能改;拒绝的什么也得不到,通知里没有客户编号', async () => {
    const [yes, no] = [await foreign(), await foreign()]
    for (const { name } of [yes, no]) await ask('sales1', name)
    await decide('sales2', yes.id, 'edit')
    await decide('sales2', no.id, 'refuse')
    const edited = await client('sales1').patch(`/api/customers/${yes.id}`, { version: yes.version, notes: '一起跟' })
    expect(edited.status).toBe(200)
    expect((await client('sales1').get(`/api/customers/${no.id}`)).status).toBe(404)
    const [last] = await told('sales1')
    expect(last).toEqual({
      title: `孙华南拒绝了 ${no.name} 的协作申请`,
      body: null,
      link: '/collaboration?box=mine',
      customerId: null,
    })
    expect(await mine('sales1', no.name)).toMatchObject({ state: 'refused', customerId: null, access: null })
    expect((await auditOf(app, 'customer', no.id)).at(-1)).toMatchObject({ action: 'sharingRefused', note: '王业务' })
    // Answered, he may ask once more.
    expect((await ask('sales1', no.name)).status).toBe(201)
  })

  it('等答复时不能再申请;七天没有答复就过期,可以重新申请', async () => {
    const { id, name } = await foreign()
    expect((await ask('sales1', name)).status).toBe(201)
    await says(() => ask('sales1', name), /正在等答复/)
    expect((await ask('sales1b', name)).status).toBe(201)
    app.clock.advance(7 * DAY_MS)
    expect(await mine('sales1', name)).toMatchObject({ state: 'expired' })
    await says(() => decide('sales2', id, 'read'), /已过期/)
    expect(await check('sales1', { name })).toMatchObject([{ asking: 'may' }])
    expect((await ask('sales1', name)).status).toBe(201)
    expect((await decide('sales2', id, 'read')).status).toBe(200)
  })

  it('两个人同时申请、同一人连点十下:每人一条', async () => {
    const { id, name } = await foreign()
    const answers = await Promise.all([...Array.from({ length: 10 }, () => ask('sales1', name)), ask('sales1b', name)])
    expect(answers.map(({ status }) => status).filter((status) => status === 201)).toHaveLength(2)
    expect(await boxOf('sales2', `?customerId=${id}`)).toHaveLength(2)
    const decided = await Promise.all([decide('sales2', id, 'read'), decide('admin', id, 'edit')])
    expect(new Set(decided.map(({ status }) => status))).toEqual(new Set([200, 409]))
  })
})

describe('不该知道的不知道', () => {
  it('凭编号、凭猜的名称、凭别的查重结果都申请不了', async () => {
    const [one, other] = [await foreign({ phone: '13911112222' }), await foreign()]
    await refuses(() => client('sales1').post(LIST, { match: one.name, reason: '想看' }), 404)
    await refuses(() => ask('sales1', one.name, { match: other.name }), 404)
    expect(
      (await client('sales1').post(LIST, { phone: '13911112222', match: one.name, reason: '通过电话' })).status,
    ).toBe(201)
    const said = JSON.stringify(await boxOf('sales1', '?box=mine'))
    expect(said).not.toContain('13911112222')
    // Of a customer one may not open nothing is listed, whether it exists or not.
    expect(await boxOf('sales1', `?box=mine&customerId=${one.id}`)).toEqual([])
    expect(await boxOf('sales1b')).toEqual([])
  })

  it('旁人看不到申请,也不能答复;协作人自己不能再给别人', async () => {
    const { id, name } = await foreign()
    await client('admin').put(`/api/customers/${id}/collaborators`, {
      items: [{ userId: users().sub1, access: 'edit' }],
    })
    await ask('sales1', name)
    for (const who of ['head1', 'sub1'] as const) await boxOf(who)
    await refuses(() => decide('sales1', id, 'edit'), 404)
    await refuses(() => decide('head1', id, 'edit'), 404)
    await refuses(() => decide('sub1', id, 'edit'), 403)
    expect(await boxOf('sub1', `?customerId=${id}`)).toEqual([])
    expect(await boxOf('admin', `?customerId=${id}`)).toHaveLength(1)
  })

  it('自己的、公海的、回收站的、没有负责人的不用或不能申请', async () => {
    const own = await app.make.customer({ name: '我自己的公司', ownerId: users().sales1 })
    await says(() => ask('sales1', '我自己的公司'), /不用申请/)
    expect(await check('sales1', { name: '我自己的公司' })).toMatchObject([{ id: own.id, asking: null }])
    const gone = await foreign()
    await client('admin').delete(`/api/customers/${gone.id}?version=1`)
    await says(() => ask('sales1', gone.name), /已被删除/)
    const { body: pool } = await client('admin').post('/api/pools', {
      name: '华南公海',
      memberTeamIds: [app.ids.teams.D2],
    })
    const pooled = await foreign()
    await client('sales2').post(`/api/customers/${pooled.id}/release`, { poolId: pool.id, reason: '不跟了' })
    await says(() => ask('sales1', pooled.name), /公海/)
  })
})

describe('答复来得太晚', () => {
  it('客户进了公海、被删、被合并、换了人、已是协作人:说明原因,什么都不改', async () => {
    const poolId = (await client('admin').post('/api/pools', { name: '晚答的公海', memberTeamIds: [app.ids.teams.D2] }))
      .body.id
    const cases: [RegExp, (row: { id: number; version: number }) => Promise<Answer>][] = [
      [/进入公海/, ({ id }) => client('sales2').post(`/api/customers/${id}/release`, { poolId, reason: '不跟了' })],
      [/已被删除/, ({ id, version }) => client('admin').delete(`/api/customers/${id}?version=${version}`)],
      [
        /已合并/,
        async ({ id, version }) => {
          const other = await foreign()
          return client('admin').post(`/api/customers/${other.id}/merge`, {
            version: other.version,
            otherId: id,
            otherVersion: version,
          })
        },
      ],
      [
        /换了负责人/,
        ({ id, version }) => client('admin').post(`/api/customers/${id}/transfer`, { version, ownerId: users().sub1 }),
      ],
    ]
    for (const [words, change] of cases) {
      const row = await foreign()
      await ask('sales1', row.name)
      expect((await change(row)).status).toBeLessThan(300)
      await says(() => decide('sales2', row.id, 'read'), words)
      expect(await mine('sales1', row.name)).toMatchObject({ state: 'lapsed', customerId: null })
      expect(await boxOf('sales2', '')).not.toContainEqual(expect.objectContaining({ customerName: row.name }))
    }
    const row = await foreign()
    await ask('sales1', row.name)
    await client('admin').put(`/api/customers/${row.id}/collaborators`, {
      items: [{ userId: users().sales1, access: 'read' }],
    })
    await says(() => decide('sales2', row.id, 'edit'), /已是协作人/)
  })

  it('答复过的、没人申请过的、申请人已停用的', async () => {
    const row = await foreign()
    await says(() => decide('sales2', row.id, 'read'), /没有等待答复/)
    await ask('sales1b', row.name)
    await decide('sales2', row.id, 'refuse', users().sales1b)
    await says(() => decide('admin', row.id, 'read', users().sales1b), /孙华南已拒绝/)
  })
})

it('工作台上数出等我答复的,点开正是这些', async () => {
  const { name } = await foreign({ ownerId: users().sales2 })
  await ask('sales1', name)
  const { blocks } = (await client('sales2').get('/api/home')).body
  const block = blocks.find(({ key }: { key: string }) => key === 'sharing')
  const { items } = (await client('sales2').get(block.link.list)).body
  expect(block).toMatchObject({ label: '待答复的协作申请', count: items.length, link: { page: '/collaboration' } })
  expect(items).toContainEqual(expect.objectContaining({ customerName: name }))
})
