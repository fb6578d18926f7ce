import { eraseContact, eraseCustomer } from '@crm/server/modules/customers/erase'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Answer } from '../support/client.ts'
import { auditOf, expectRefusal } from '../support/refusal.ts'

let app: TestApp
let customerId: number
let n = 0
const users = () => app.ids.users
const sales1 = () => app.as('sales1')
const refuses = (work: () => Promise<Answer>, status: number, field?: string) => expectRefusal(app, work, status, field)
const told = async (who: 'sales1' | 'sales1b' | 'head1' | 'sales2' | 'admin') =>
  (
    await app.store.read
      .selectFrom('notifications')
      .select(['title', 'body', 'link', 'customerId', 'kind'])
      .where('userId', '=', users()[who])
      .where('customerId', '=', customerId)
      .orderBy('id')
      .execute()
  ).map((row) => row.title)
const facts = (more: object = {}) => ({
  customerId,
  words: '货送晚了两天,外包装也破了',
  occurredOn: '2026-11-20',
  ...more,
})
const register = async (more: object = {}) => (await sales1().post('/api/feedback', facts(more))).body

beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())
beforeEach(async () => {
  customerId = (await app.make.customer({ name: `反馈公司${++n}号`, ownerId: users().sales1 })).id
})

describe('客户反馈', () => {
  it('登记时自动编号、待处理;写下的原话、反馈人、处理人都在', async () => {
    const contact = await app.make.contact({ customerId, name: '王抱怨' })
    const { body, status } = await sales1().post(
      '/api/feedback',
      facts({ type: 'suggestion', severity: 'serious', contactId: contact.id, handlerId: users().sales1 }),
    )
    expect(status).toBe(201)
    expect(body).toMatchObject({
      number: expect.stringMatching(/^FK202611-\d{4}$/),
      state: 'open',
      type: 'suggestion',
      severity: 'serious',
      words: '货送晚了两天,外包装也破了',
      contactName: '王抱怨',
      handlerName: '王业务',
      customerName: `反馈公司${n}号`,
      resolvedAt: null,
      version: 1,
    })
    const next = await register()
    expect(next).toMatchObject({ type: 'complaint', severity: 'normal', handlerId: null })
    expect(next.number > body.number).toBe(true)
  })

  it('按客户、状态、类型、严重程度、处理人筛选,按原话搜索;别组的人看不到', async () => {
    const urgent = await register({
      severity: 'urgent',
      type: 'inquiry',
      handlerId: users().sales1,
      words: '发票抬头错了',
    })
    await register()
    const ids = async (query: string, who: 'sales1' | 'sales2' | 'head1' = 'sales1') =>
      (await app.as(who).get(`/api/feedback?customerId=${customerId}&${query}`)).body.items.map(
        (r: { id: number }) => r.id,
      )
    for (const query of [
      'severity=urgent',
      'type=inquiry',
      `handlerId=${users().sales1}`,
      'q=抬头',
      `q=${urgent.number}`,
    ])
      expect([query, await ids(query)]).toEqual([query, [urgent.id]])
    expect(await ids('state=open,working')).toHaveLength(2)
    expect(await ids('state=closed')).toEqual([])
    expect(await ids('state=open', 'head1')).toHaveLength(2)
    expect(await ids('state=open', 'sales2')).toEqual([])
  })

  it('反馈人必须是这个客户的联系人,处理人必须看得到这个客户', async () => {
    const other = await app.make.customer({ name: `另一家${n}`, ownerId: users().sales1 })
    const stranger = await app.make.contact({ customerId: other.id, name: '别家的人' })
    await refuses(() => sales1().post('/api/feedback', facts({ contactId: stranger.id })), 400, 'contactId')
    await refuses(() => sales1().post('/api/feedback', facts({ handlerId: users().sales2 })), 400, 'handlerId')
    await refuses(() => sales1().post('/api/feedback', facts({ handlerId: users().disabled })), 400, 'handlerId')
    await refuses(() => sales1().post('/api/feedback', facts({ words: '' })), 400, 'words')
    await refuses(() => sales1().post('/api/feedback', facts({ state: 'closed' })), 400, 'state')
    const { id, version } = await register()
    await refuses(() => sales1().patch(`/api/feedback/${id}`, { version, handlerId: users().sales2 }), 400, 'handlerId')
    await app.as('admin').put(`/api/customers/${customerId}/collaborators`, {
      items: [{ userId: users().sales2, access: 'edit' }],
    })
    expect((await sales1().patch(`/api/feedback/${id}`, { version, handlerId: users().sales2 })).status).toBe(200)
    expect((await app.as('sales2').post(`/api/feedback/${id}/resolve`, { version: 2, result: '已换货' })).status).toBe(
      200,
    )
  })
})

describe('处理', () => {
  it('开始处理的人接手;登记结果后已解决,可以重新处理,最后关闭;每一步都有记录', async () => {
    const { id } = await register()
    const step = (name: string, version: number, more: object = {}) =>
      sales1().post(`/api/feedback/${id}/${name}`, { version, ...more })
    expect((await step('start', 1)).body).toMatchObject({ state: 'working', handlerId: users().sales1, version: 2 })
    await refuses(() => step('resolve', 2), 400, 'result')
    const solved = (await step('resolve', 2, { result: '补发并道歉' })).body
    expect(solved).toMatchObject({ state: 'solved', result: '补发并道歉', resolvedAt: app.clock.now() })
    expect((await step('reopen', 3)).body).toMatchObject({ state: 'working', resolvedAt: null, result: '补发并道歉' })
    expect((await step('close', 4)).body).toMatchObject({ state: 'closed', version: 5 })
    expect((await auditOf(app, 'feedback', id)).map(({ action }) => action)).toEqual([
      'create',
      'start',
      'resolve',
      'reopen',
      'close',
    ])
  })

  it('当前状态不允许的一步被拒绝,版本过时的也被拒绝', async () => {
    const { id } = await register()
    const step = (name: string, version: number) =>
      sales1().post(`/api/feedback/${id}/${name}`, { version, ...(name === 'resolve' && { result: 'x' }) })
    await refuses(() => step('reopen', 1), 409)
    await step('close', 1)
    for (const name of ['start', 'resolve', 'close']) await refuses(() => step(name, 2), 409)
    expect((await step('reopen', 1)).body).toMatchObject({
      code: 'stale_version',
      current: { version: 2, state: 'closed' },
    })
  })

  it('十人同时开始处理,只有一人成功', async () => {
    const { id } = await register()
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => app.as('admin').post(`/api/feedback/${id}/start`, { version: 1 })),
    )
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      200,
      ...Array.from({ length: 9 }, () => 409),
    ])
  })
})

describe('通知', () => {
  it('投诉告诉负责人和处理人,不告诉登记的人', async () => {
    const { body } = await app.as('head1').post('/api/feedback', facts({ handlerId: users().sales1b }))
    expect(body.code).toBe('invalid_input')
    await app.as('admin').put(`/api/customers/${customerId}/collaborators`, {
      items: [{ userId: users().sales1b, access: 'read' }],
    })
    const row = (await app.as('head1').post('/api/feedback', facts({ handlerId: users().sales1b }))).body
    expect([await told('sales1'), await told('sales1b'), await told('head1')]).toEqual([
      [`客户投诉:反馈公司${n}号`],
      [`客户投诉:反馈公司${n}号`],
      [],
    ])
    expect(row.handlerId).toBe(users().sales1b)
    await register({ type: 'praise' })
    expect(await told('sales1')).toHaveLength(1)
  })

  it('紧急的再告诉负责人的经理;改成紧急时告诉一次', async () => {
    await register({ severity: 'urgent' })
    expect(await told('head1')).toEqual([`紧急反馈:反馈公司${n}号`])
    const { id } = await register()
    expect(await told('head1')).toHaveLength(1)
    await sales1().patch(`/api/feedback/${id}`, { version: 1, severity: 'urgent' })
    await sales1().patch(`/api/feedback/${id}`, { version: 2, severity: 'normal' })
    await sales1().patch(`/api/feedback/${id}`, { version: 3, severity: 'urgent' })
    expect(await told('head1')).toHaveLength(2)
  })

  it('换了处理人,告诉新的那位', async () => {
    const { id } = await register({ type: 'other' })
    await sales1().patch(`/api/feedback/${id}`, { version: 1, handlerId: users().head1 })
    expect(await told('head1')).toEqual([`反馈交给你处理:反馈公司${n}号`])
  })

  it('部门设了负责人就告诉他;负责人自己的客户告诉上一级', async () => {
    const sub = (await app.as('admin').get(`/api/teams/${app.ids.teams.D1a}`)).body
    await app.as('admin').patch(`/api/teams/${sub.id}`, { version: sub.version, managerId: users().sub1 })
    const owned = async (ownerId: number) => {
      customerId = (await app.make.customer({ name: `小组客户${++n}`, ownerId })).id
      await app.as('admin').post('/api/feedback', facts({ severity: 'urgent' }))
      return told('head1')
    }
    expect(await owned(users().sub1)).toEqual([`紧急反馈:小组客户${n}`])
  })
})

describe('随客户而去', () => {
  const listed = async (who: 'sales1' | 'admin') =>
    (await app.as(who).get(`/api/feedback?customerId=${customerId}`)).body.items.length

  it('客户在回收站里时不在列表里,恢复后又在', async () => {
    await register()
    await app.as('admin').delete(`/api/customers/${customerId}?version=1`)
    expect([await listed('sales1'), await listed('admin')]).toEqual([0, 0])
    await app.as('admin').post(`/api/customers/${customerId}/restore`)
    expect([await listed('sales1'), await listed('admin')]).toEqual([1, 1])
  })

  it('联系人、客户彻底清除时,反馈不拦着', async () => {
    const contact = await app.make.contact({ customerId, name: '要走的人' })
    const { id } = await register({ contactId: contact.id })
    await app.store.tx((tx) => eraseContact(tx, contact.id))
    expect((await sales1().get(`/api/feedback/${id}`)).body).toMatchObject({ contactId: null, contactName: null })
    await app.store.tx((tx) => eraseCustomer(tx, customerId))
    expect((await app.as('admin').get(`/api/feedback/${id}`)).status).toBe(404)
  })
})
