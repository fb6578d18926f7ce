import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { uploaded } from '../support/documents.ts'
import { addressOf, promised } from '../support/endpoints.ts'
import type { Username } from '../support/office.ts'

const TODAY = '2026-11-22'
/** Stands in everything that is written about the customer. */
const WORD = '雪莲峰'
const PHONE = '13877776666'
let app: TestApp
let id: number
let poolId: number
/** The ids of what hangs on it, by the kind of its path. */
const ids: Record<string, number> = {}
beforeAll(async () => {
  app = await openTestApp()
  const owner = app.as('sales1')
  const done = async (path: string, body: object) => {
    const { body: answer, status } = await owner.post(path, body)
    expect([path, status, status < 300 ? '' : answer]).toEqual([path, status, ''])
    return answer
  }
  const facts = { name: `${WORD}有限公司`, ownerId: app.ids.users.sales1, phone: PHONE, source: 'website' }
  id = (await app.make.customer({ ...facts, firstContact: { name: `${WORD}的人`, mobile: PHONE } })).id
  await app
    .as('admin')
    .put(`/api/customers/${id}/collaborators`, { items: [{ userId: app.ids.users.sub1, access: 'edit' }] })
  const of = { customerId: id }
  ids['contacts'] = (await app.as('admin').get(`/api/contacts?customerId=${id}`)).body.items[0].id
  ids['interactions'] = (await done('/api/interactions', { ...of, kind: 'call', text: `${WORD}谈过` })).id
  ids['feedback'] = (await done('/api/feedback', { ...of, words: `${WORD}说晚了`, occurredOn: TODAY })).id
  ids['documents'] = (await uploaded(owner, `${WORD}的资料`, { customer: id })).id
  const lines = [{ name: `${WORD}轴承`, qtyMilli: 1_000, priceFen: 100 }]
  ids['quotes'] = (await done('/api/quotes', { ...of, quotedOn: TODAY, lines })).id
  ids['orders'] = (await done('/api/orders', { ...of, orderedOn: TODAY, lines })).id
  ids['contracts'] = (await done('/api/contracts', { ...of, title: `${WORD}合同`, amountFen: 5_000 })).id
  poolId = (
    await app.as('admin').post('/api/pools', {
      name: '华东公海',
      memberTeamIds: [app.ids.teams.D1],
      hiddenFields: ['phone', 'source', 'lastOwner'],
    })
  ).body.id
  await app.as('admin').post(`/api/customers/${id}/release`, { poolId, reason: '不跟了' })
})
afterAll(() => app.close())

/** A member, the former owner (a member too), a former collaborator (a member too), somebody of another team. */
const people: readonly Username[] = ['sales1b', 'sales1', 'sub1', 'sales2']

it('公海里的客户和它名下的一切,凭编号谁也读不到:成员、外人、前负责人、前协作人', async () => {
  const seen: string[] = []
  for (const who of people)
    for (const { method, path } of promised) {
      if (method !== 'GET' || !path.includes(':id')) continue
      const kind = path.split('/')[2]!
      const one = kind === 'customers' ? id : ids[kind]
      if (one === undefined) continue
      const { body, status } = await app.as(who).get(addressOf(path, one))
      if (status === 200 || JSON.stringify(body).includes(WORD)) seen.push(`${who} ${path} ${status}`)
    }
  expect(seen).toEqual([])
})

it('列表、搜索、工作台里没有它,只有前负责人得到通知;公海里藏起的字段筛选、搜索也套不出来', async () => {
  const extras = ['', `?q=${WORD}`, `?q=${PHONE}`, `?customerId=${id}`]
  const seen: string[] = []
  for (const who of people)
    for (const { method, path } of promised) {
      if (method !== 'GET' || path.includes(':')) continue
      for (const extra of extras) {
        const { body } = await app.as(who).get(path + extra)
        if (JSON.stringify(body ?? '').includes(WORD)) seen.push(`${who} ${path}${extra}`)
      }
    }
  // He is told whose hands it left.
  expect(seen).toEqual(['sales1 /api/notifications'])
  for (const who of ['sales1b', 'sales1', 'sub1'] as const) {
    const { body } = await app.as(who).get(`/api/pools/${poolId}/customers`)
    expect(body.items).toMatchObject([{ id, phone: null, source: null, lastOwnerName: null }])
    expect(JSON.stringify(body)).not.toMatch(/13877776666|7777|website|王业务/)
    for (const query of ['?source=nothing', `?q=${PHONE}`, '?q=6666'])
      expect([query, (await app.as(who).get(`/api/pools/${poolId}/customers${query}`)).body.total]).toEqual([
        query,
        query.startsWith('?source') ? 1 : 0,
      ])
  }
  expect((await app.as('sales2').get(`/api/pools/${poolId}/customers`)).status).toBe(404)
})

it('写也写不进去:跟进、提醒、附件、联系人、订单、反馈都拒绝,前负责人也一样', async () => {
  const posts: [string, object][] = [
    ['/api/interactions', { customerId: id, kind: 'call', text: '再谈谈' }],
    ['/api/reminders', { customerId: id, title: '回电话', dueAt: '2026-11-25T01:00:00.000Z' }],
    ['/api/contacts', { customerId: id, name: '新的人' }],
    ['/api/feedback', { customerId: id, words: '晚了', occurredOn: TODAY }],
    ['/api/orders', { customerId: id, orderedOn: TODAY, lines: [{ name: '轴承', qtyMilli: 1_000, priceFen: 100 }] }],
    [`/api/customers/${id}/extend`, { days: 5, reason: '等等' }],
    [`/api/customers/${id}/reveal`, { field: 'phone' }],
  ]
  for (const who of people)
    for (const [path, body] of posts) {
      const { status } = await app.as(who).post(path, body)
      expect([who, path, [400, 404].includes(status)]).toEqual([who, path, true])
    }
})
