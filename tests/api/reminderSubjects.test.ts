import { type ReminderSubject, reminderSubjects } from '@crm/shared/entities/reminder'
import { recordPath } from '@crm/shared/rules/recordPath'
import { fireReminders } from '@crm/server/modules/work/reminders/service'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Username } from '../support/office.ts'
import { makeSubjects, type Subjects } from '../support/subjects.ts'

let app: TestApp
let subjects: Subjects
beforeAll(async () => {
  app = await openTestApp()
  subjects = await makeSubjects(app)
})
afterAll(() => app.close())

const TYPES = Object.entries(reminderSubjects) as [ReminderSubject, string][]
const MORNING = '2026-11-23T01:00:00.000Z'
const line = { name: '轴承', qtyMilli: 1_000, priceFen: 100 }
const users = () => app.ids.users
const as = (who: Username) => app.byToken(who)
const fire = () => fireReminders({ store: app.store, clock: app.clock, signal: new AbortController().signal })
let n = 0
const remind = (who: Username, subjectType: string, subjectId: number, more: object = {}) =>
  as(who).post('/api/reminders', { title: `办事${++n}`, dueAt: MORNING, subjectType, subjectId, ...more })
const of = (who: Username, type: string, id: number) =>
  as(who).get(`/api/reminders/of?subjectType=${type}&subjectId=${id}`)
async function order(owner: Username, facts: object = {}) {
  const customer = await app.make.customer({ ownerId: users()[owner] }, as('admin'))
  const body = { customerId: customer.id, orderedOn: '2026-11-22', lines: [line], ...facts }
  return { customer, order: (await as('admin').post('/api/orders', body)).body }
}
const noticesOf = (title: string) =>
  app.store.read
    .selectFrom('notifications')
    .select(['userId', 'title', 'body', 'link', 'customerId'])
    .where('title', 'like', `%${title}`)
    .execute()

/** What sales1 is told when he writes one about this record, and when he asks for those it has. */
async function tried(type: ReminderSubject, id: number) {
  const sales = subjects.as('sales1')
  const about = { title: '跟单', dueAt: MORNING, subjectType: type, subjectId: id }
  const made = await sales.post('/api/reminders', about)
  return { made, listed: await sales.get(`/api/reminders/of?subjectType=${type}&subjectId=${id}`) }
}

describe.each(TYPES)('提醒挂在 %s(%s)上', (type, label) => {
  it('看得到的挂得上,客户和名称都带上', async () => {
    const { id } = await subjects.make('sales1', type, 'own')
    const { listed, made } = await tried(type, id)
    expect(made).toMatchObject({ status: 201, body: { subjectType: type, subjectId: id } })
    expect(made.body.subject).toMatchObject({ type, id, state: 'live', title: expect.stringMatching(/./) })
    // What a colleague spent is no business of whoever reads the customer.
    expect(made.body.customerId === null).toBe(type === 'expense')
    expect(listed.body.items).toMatchObject([{ id: made.body.id, subject: { title: made.body.subject.title } }])
  })

  it.each(['foreign', 'deletedForeign', 'deleted', 'absent'] as const)(
    '看不到的挂不上,都是同一个 404:%s',
    async (relation) => {
      const { listed, made } = await tried(type, (await subjects.make('sales1', type, relation)).id)
      const errors = [{ field: 'subjectId', message: `${label}不存在或无权查看` }]
      expect(made).toMatchObject({ status: 404, body: { errors } })
      expect(listed.status).toBe(404)
    },
  )

  it('完成重复的一条,下一条仍在这条记录上;按记录筛选', async () => {
    const { id } = await subjects.make('sales1', type, 'own')
    const asked = { title: '每周催', dueAt: MORNING, repeat: 'weekly', subjectType: type, subjectId: id }
    const sales = subjects.as('sales1')
    const { body } = await sales.post('/api/reminders', asked)
    expect((await sales.post(`/api/reminders/${body.id}/done`)).status).toBe(200)
    const { items } = (await sales.get(`/api/reminders?window=open&subjectType=${type}&subjectId=${id}`)).body
    expect(items).toMatchObject([{ dueAt: '2026-11-30T01:00:00.000Z', subject: { id, state: 'live' } }])
  })
})

describe('所属记录', () => {
  it('客户跟着记录走;别的客户、别的客户的联系人、只说一半,都拒绝', async () => {
    const { customer, order: one } = await order('sales1')
    const other = await app.make.customer({ ownerId: users().sales1 }, as('admin'))
    const contact = await app.make.contact({ customerId: other.id }, as('admin'))
    expect((await remind('sales1', 'order', one.id)).body).toMatchObject({ customerId: customer.id })
    const refused = async (body: object) => {
      const { body: said, status } = await as('sales1').post('/api/reminders', { title: '事', dueAt: MORNING, ...body })
      return [status, said.errors?.[0]?.field]
    }
    const about = { subjectType: 'order', subjectId: one.id }
    expect(await refused({ ...about, customerId: other.id })).toEqual([400, 'customerId'])
    expect(await refused({ ...about, contactId: contact.id })).toEqual([400, 'contactId'])
    expect(await refused({ subjectType: 'order' })).toEqual([400, 'subjectId'])
    expect(await refused({ subjectId: one.id })).toEqual([400, 'subjectType'])
    expect(await refused({ ...about, subjectType: 'user' })).toEqual([400, 'subjectType'])
    expect(await refused({ ...about, subjectId: 0 })).toEqual([400, 'subjectId'])
    for (const query of ['', '?subjectType=order', '?subjectType=user&subjectId=1', '?subjectType=order&subjectId=x'])
      expect((await as('sales1').get(`/api/reminders/of${query}`)).status).toBe(400)
  })

  it('只能交给看得到这条记录的同事;同事的也显示在记录上', async () => {
    const { order: one } = await order('sales1')
    const { body, status } = await remind('sales1', 'order', one.id, { assigneeId: users().sales2 })
    expect([status, body.errors[0].field]).toEqual([400, 'assigneeId'])
    const { body: theirs } = await remind('head1', 'order', one.id)
    expect((await of('sales1', 'order', one.id)).body.items).toMatchObject([
      { id: theirs.id, assigneeId: users().head1 },
    ])
    expect((await as('sales1').get(`/api/reminders/${theirs.id}`)).status).toBe(404)
  })

  it('订单换了客户,提醒也换,客户的下次提醒跟着算', async () => {
    const { customer, order: one } = await order('sales1')
    const other = await app.make.customer({ ownerId: users().sales1 }, as('admin'))
    const { body: made } = await remind('sales1', 'order', one.id)
    await as('sales1').patch(`/api/orders/${one.id}`, { version: one.version, customerId: other.id })
    expect((await as('sales1').get(`/api/reminders/${made.id}`)).body).toMatchObject({ customerId: other.id })
    const next = async (id: number) => (await as('sales1').get(`/api/customers/${id}`)).body.nextReminderAt
    expect([await next(customer.id), await next(other.id)]).toEqual([null, MORNING])
  })

  it('记录删除、作废、看不到了,提醒都还在,说明情况;改期、改派照样行', async () => {
    const [gone, lost] = [await order('sales1'), await order('sales1')]
    const reminders = [
      (await remind('sales1', 'order', gone.order.id)).body,
      (await remind('sales1', 'order', lost.order.id)).body,
    ]
    const subjectOf = async (at: number) => (await as('sales1').get(`/api/reminders/${reminders[at].id}`)).body.subject
    expect(await subjectOf(0)).toMatchObject({ state: 'live', title: gone.order.number })
    await as('admin').delete(`/api/orders/${gone.order.id}?version=${gone.order.version}`)
    expect(await subjectOf(0)).toEqual({ type: 'order', id: gone.order.id, title: gone.order.number, state: 'deleted' })
    await app.store.tx((tx) =>
      tx.updateTable('customers').set({ ownerId: users().sales2 }).where('id', '=', lost.customer.id).execute(),
    )
    expect(await subjectOf(1)).toEqual({ type: 'order', id: lost.order.id, title: '', state: 'unseen' })
    const change = { version: 1, assigneeId: users().head1, dueAt: '2026-11-24T01:00:00.000Z' }
    expect((await as('head1').patch(`/api/reminders/${reminders[0].id}`, change)).status).toBe(200)
    const voided = await order('sales1')
    const { body } = await remind('sales1', 'order', voided.order.id)
    await app.store.tx((tx) =>
      tx.updateTable('orders').set({ state: 'void' }).where('id', '=', voided.order.id).execute(),
    )
    expect((await as('sales1').get(`/api/reminders/${body.id}`)).body.subject.state).toBe('void')
  })

  it('到点的通知说是哪张单、点开就是它;已看不到的不说,也不给打不开的链接', async () => {
    const dueAt = '2026-11-22T00:59:00.000Z'
    const [seen, lost] = [await order('sales1'), await order('sales1')]
    await remind('sales1', 'order', seen.order.id, { title: '催发货', dueAt, notes: '先问仓库' })
    const { body } = await remind('sales1', 'order', lost.order.id, { title: '催付款', dueAt })
    await app.store.tx((tx) =>
      tx.updateTable('customers').set({ ownerId: users().sales2 }).where('id', '=', lost.customer.id).execute(),
    )
    await fire()
    expect(await noticesOf('催发货')).toMatchObject([
      {
        body: `订单 ${seen.order.number}:先问仓库`,
        link: recordPath('order', seen.order.id),
        customerId: seen.customer.id,
      },
    ])
    expect(await noticesOf('催付款')).toMatchObject([
      { body: null, link: `/reminders?open=${body.id}`, customerId: null },
    ])
  })

  it('日程、工作台、日历订阅里都带着单号', async () => {
    const { order: one } = await order('sales1b')
    await remind('sales1b', 'order', one.id, { title: '约装车', dueAt: '2026-11-22T06:00:00.000Z' })
    const { body } = await as('sales1b').get('/api/calendar?from=2026-11-22&to=2026-11-22')
    expect(body.reminders).toMatchObject([{ title: '约装车', subject: { title: one.number } }])
    const home = JSON.stringify((await as('sales1b').get('/api/home')).body)
    expect(home).toContain(one.number)
    const { address } = (await app.as('sales1b').post('/api/reminders/feed')).body
    const ics = (await app.anonymous.get(address)).body as string
    expect(ics.replaceAll('\r\n ', '')).toContain(`约装车 · ${one.number}`)
  })

  it('报销的提醒是个人的:读得到客户的人看不到', async () => {
    const { id } = await subjects.make('sales1', 'expense', 'own')
    const { body } = await subjects.as('sales1').post('/api/reminders', {
      title: '交发票原件',
      dueAt: MORNING,
      subjectType: 'expense',
      subjectId: id,
    })
    expect((await as('admin').get(`/api/reminders/${body.id}`)).status).toBe(404)
    expect((await of('admin', 'expense', id)).body.items).toEqual([])
  })
})
