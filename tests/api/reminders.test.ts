import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Answer } from '../support/client.ts'
import { auditOf, expectRefusal } from '../support/refusal.ts'
let app: TestApp
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const users = () => app.ids.users
const sales1 = () => app.as('sales1')
const refuses = (work: () => Promise<Answer>, status: number, field?: string) => expectRefusal(app, work, status, field)
let n = 0
const company = async (ownerId = users().sales1) => (await app.make.customer({ name: `提醒公司${++n}号`, ownerId })).id
const nextOf = async (id: number) => (await app.as('admin').get(`/api/customers/${id}`)).body.nextReminderAt
// The clock stands at Sunday 2026-11-22 09:00 in Shanghai.
const TODAY = '2026-11-22T06:00:00.000Z'
const TOMORROW = '2026-11-23T01:00:00.000Z'

describe('提醒', () => {
  it('默认给自己;客户带着最早的未完成提醒', async () => {
    const customerId = await company()
    const { body, status } = await sales1().post('/api/reminders', { title: '回访', dueAt: TOMORROW, customerId })
    expect(status).toBe(201)
    expect(body).toMatchObject({ assigneeId: users().sales1, assigneeName: '王业务', repeat: 'none', doneAt: null })
    expect(await nextOf(customerId)).toBe(TOMORROW)
    const earlier = (await sales1().post('/api/reminders', { title: '报价', dueAt: TODAY, customerId })).body
    expect(await nextOf(customerId)).toBe(TODAY)
    await sales1().post(`/api/reminders/${earlier.id}/done`)
    expect(await nextOf(customerId)).toBe(TOMORROW)
    await sales1().patch(`/api/reminders/${body.id}`, { version: 1, dueAt: '2026-12-01T01:00:00.000Z' })
    expect(await nextOf(customerId)).toBe('2026-12-01T01:00:00.000Z')
    await app.as('admin').delete(`/api/reminders/${body.id}?version=2`)
    expect(await nextOf(customerId)).toBeNull()
    await app.as('admin').post(`/api/reminders/${body.id}/restore`)
    expect(await nextOf(customerId)).toBe('2026-12-01T01:00:00.000Z')
  })

  it('交给别人:他要看得见这个客户,也要还在职', async () => {
    const customerId = await company()
    const give = (assigneeId: number) =>
      sales1().post('/api/reminders', { title: '请帮忙', dueAt: TOMORROW, customerId, assigneeId })
    await refuses(() => give(users().sales2), 400, 'assigneeId')
    await refuses(() => give(users().disabled), 400, 'assigneeId')
    expect((await give(users().head1)).status).toBe(201)
    const foreign = await company(users().sales2)
    await refuses(
      () => sales1().post('/api/reminders', { title: '偷看', dueAt: TOMORROW, customerId: foreign }),
      404,
      'customerId',
    )
    await refuses(
      () => sales1().post('/api/reminders', { title: '偷看', dueAt: TOMORROW, customerId: 999_999 }),
      404,
      'customerId',
    )
  })

  it('联系人带出客户;别家的联系人不行', async () => {
    const [one, other] = [await company(), await company()]
    const contact = await app.make.contact({ customerId: one, name: '老张' })
    const made = await sales1().post('/api/reminders', { title: '问老张', dueAt: TOMORROW, contactId: contact.id })
    expect(made.body).toMatchObject({ customerId: one, contactName: '老张' })
    const wrong = { title: '问老张', dueAt: TOMORROW, contactId: contact.id, customerId: other }
    await refuses(() => sales1().post('/api/reminders', wrong), 400, 'contactId')
    await refuses(
      () => sales1().post('/api/reminders', { title: '远古', dueAt: '0001-01-01T00:00:00.000Z' }),
      400,
      'dueAt',
    )
  })

  it('客户转给别人,负责人还没做的提醒跟着过去;协作人的、做完的留在原处', async () => {
    const customerId = await company()
    await app.as('admin').put(`/api/customers/${customerId}/collaborators`, {
      items: [{ userId: users().sales1b, access: 'edit' }],
    })
    const make = async (title: string, assigneeId?: number) =>
      (await sales1().post('/api/reminders', { title, dueAt: TOMORROW, customerId, assigneeId })).body.id as number
    const [open, done, shared] = [await make('回访'), await make('寄样'), await make('试用', users().sales1b)]
    await sales1().post(`/api/reminders/${done}/done`)
    await app.as('admin').post(`/api/customers/${customerId}/transfer`, { version: 1, ownerId: users().sales2 })
    const { items } = (await app.as('sales2').get(`/api/customers/${customerId}/reminders`)).body
    expect(new Map(items.map(({ assigneeId, id }: { id: number; assigneeId: number }) => [id, assigneeId]))).toEqual(
      new Map([
        [open, users().sales2],
        [done, users().sales1],
        [shared, users().sales1b],
      ]),
    )
    expect((await app.as('sales2').post(`/api/reminders/${open}/done`)).status).toBe(200)
  })

  it('客户页上看得到所有人的提醒;看不到客户以后,旧提醒不再说出它的名字', async () => {
    const customerId = await company()
    const { id } = (await sales1().post('/api/reminders', { title: '收货款', dueAt: TOMORROW, customerId })).body
    const shown = await app.as('head1').get(`/api/customers/${customerId}/reminders`)
    expect(shown.body.items).toMatchObject([{ id, assigneeName: '王业务' }])
    expect((await app.as('sales2').get(`/api/customers/${customerId}/reminders`)).status).toBe(404)
    await app.store.tx((tx) =>
      tx.updateTable('customers').set({ ownerId: users().sales2 }).where('id', '=', customerId).execute(),
    )
    const left = (await sales1().get(`/api/reminders/${id}`)).body
    expect(left).toMatchObject({ title: '收货款', customerId: null, customerName: null })
    expect(JSON.stringify((await sales1().get('/api/reminders')).body)).not.toContain(`提醒公司${n}号`)
  })

  it('客户上的提醒,同事看不到,经理看得到下属的', async () => {
    const customerId = await company()
    const { id } = (await sales1().post('/api/reminders', { title: '回电', dueAt: TOMORROW, customerId })).body
    expect((await app.as('sales1b').get(`/api/reminders/${id}`)).status).toBe(404)
    expect((await app.as('head1').get(`/api/reminders/${id}`)).status).toBe(200)
    expect((await app.as('finance').get(`/api/reminders/${id}`)).status).toBe(200)
  })

  it('不挂在客户上的提醒只有做的人和建立的人看得到,看全部的财务、管理员也看不到', async () => {
    const given = { title: '交周报', dueAt: TOMORROW, assigneeId: users().sales1, notes: '私下说' }
    const { body } = await app.as('head1').post('/api/reminders', given)
    const own = (await sales1().post('/api/reminders', { title: '接孩子', dueAt: TOMORROW })).body
    expect(body).toMatchObject({ createdById: users().head1, createdByName: expect.any(String) })
    const mine = `assigneeId=${users().sales1}`
    const sees = async (who: Parameters<TestApp['as']>[0], id: number) => {
      const client = app.as(who)
      const page = (await client.get(`/api/reminders?window=week&size=200&${mine}`)).body
      const { week } = (await client.get(`/api/reminders/counts?${mine}`)).body
      expect(week).toBe(page.total)
      const { reminders: inMonth } = (await client.get(`/api/calendar?from=2026-11-22&to=2026-11-30`)).body
      const found = [page.items, inMonth].map((rows) => rows.some((row: { id: number }) => row.id === id))
      expect(new Set([...found, (await client.get(`/api/reminders/${id}`)).status === 200]).size).toBe(1)
      return found[0]
    }
    for (const who of ['sales1', 'head1', 'admin', 'finance', 'sales1b'] as const) {
      expect(await sees(who, body.id), who).toBe(who === 'sales1' || who === 'head1')
      expect(await sees(who, own.id), who).toBe(who === 'sales1')
      const may = who === 'sales1' || who === 'head1' ? 200 : 404
      const { version } = (await sales1().get(`/api/reminders/${body.id}`)).body
      expect((await app.as(who).patch(`/api/reminders/${body.id}`, { version, notes: who })).status, who).toBe(may)
    }
    const { version } = (await sales1().get(`/api/reminders/${own.id}`)).body
    expect((await app.as('admin').delete(`/api/reminders/${own.id}?version=${version}`)).status).toBe(404)
    await sales1().delete(`/api/reminders/${own.id}?version=${version}`)
    expect(JSON.stringify((await app.as('admin').get('/api/reminders?deleted=only')).body)).not.toContain('接孩子')
    expect((await app.as('admin').post(`/api/reminders/${own.id}/restore`)).status).toBe(404)
    expect((await sales1().post(`/api/reminders/${own.id}/restore`)).status).toBe(200)
  })

  it('每天重复的私事,下一次仍是原来建立的人看得到', async () => {
    const given = { title: '早会纪要', dueAt: TODAY, repeat: 'daily', assigneeId: users().sales1 }
    const { id } = (await app.as('head1').post('/api/reminders', given)).body
    await sales1().post(`/api/reminders/${id}/done`)
    const next = (await app.as('head1').get('/api/reminders?window=open&q=早会纪要')).body
    expect(next.items).toMatchObject([{ createdById: users().head1, assigneeId: users().sales1 }])
  })
})

describe('完成、撤销、推迟', () => {
  it('完成记下谁和几时,不能完成两次;撤销后回到原样', async () => {
    const { id } = (await sales1().post('/api/reminders', { title: '寄样品', dueAt: TODAY })).body
    const done = await sales1().post(`/api/reminders/${id}/done`)
    expect(done.body).toMatchObject({ doneAt: app.clock.now(), doneByName: '王业务', version: 2 })
    await refuses(() => sales1().post(`/api/reminders/${id}/done`), 409)
    expect((await sales1().post(`/api/reminders/${id}/reopen`)).body).toMatchObject({ doneAt: null, version: 3 })
    await refuses(() => sales1().post(`/api/reminders/${id}/reopen`), 409)
    expect((await auditOf(app, 'reminder', id)).map(({ action }) => action)).toEqual(['create', 'done', 'reopen'])
  })

  it('推迟:一小时后、明天、下一工作日、下周一都按公司的钟', async () => {
    const at = async (body: object) => {
      const { id } = (await sales1().post('/api/reminders', { title: '推一推', dueAt: TODAY })).body
      return (await sales1().post(`/api/reminders/${id}/snooze`, body)).body
    }
    expect(await at({ preset: 'hour' })).toMatchObject({ dueAt: '2026-11-22T02:00:00.000Z', plannedAt: TODAY })
    expect((await at({ preset: 'tomorrow' })).dueAt).toBe(TOMORROW)
    expect((await at({ preset: 'nextWorkday' })).dueAt).toBe(TOMORROW)
    expect((await at({ preset: 'nextMonday' })).dueAt).toBe(TOMORROW)
    expect((await at({ until: '2026-12-24T10:00:00.000Z' })).dueAt).toBe('2026-12-24T10:00:00.000Z')
    const { id } = (await sales1().post('/api/reminders', { title: '推一推', dueAt: TODAY })).body
    await refuses(() => sales1().post(`/api/reminders/${id}/snooze`, {}), 400, 'until')
    await refuses(
      () => sales1().post(`/api/reminders/${id}/snooze`, { until: '2026-11-22T00:59:59.999Z' }),
      400,
      'until',
    )
  })

  it('重复的完成后生成下一次,撤销时一起收回;下一次动过就不能撤销', async () => {
    const customerId = await company()
    const first = {
      title: '月度对账',
      dueAt: '2026-10-31T01:00:00.000Z',
      repeat: 'monthly',
      customerId,
      notes: '带发票',
    }
    const { id } = (await sales1().post('/api/reminders', first)).body
    const open = async () => (await sales1().get(`/api/reminders?customerId=${customerId}&window=open`)).body.items
    await sales1().post(`/api/reminders/${id}/done`)
    const [next] = await open()
    expect(next).toMatchObject({ dueAt: '2026-11-30T01:00:00.000Z', repeat: 'monthly', notes: '带发票', version: 1 })
    expect(await nextOf(customerId)).toBe('2026-11-30T01:00:00.000Z')
    await sales1().post(`/api/reminders/${id}/reopen`)
    expect((await open()).map((row: { id: number }) => row.id)).toEqual([id])
    await sales1().post(`/api/reminders/${id}/done`)
    const [again] = await open()
    await sales1().post(`/api/reminders/${again.id}/snooze`, { until: '2026-12-02T01:00:00.000Z' })
    await refuses(() => sales1().post(`/api/reminders/${id}/reopen`), 409)
    // Put off into December, the one after it is still the last of December, not the 2nd of January.
    await sales1().post(`/api/reminders/${again.id}/done`)
    expect((await open()).map((row: { dueAt: string }) => row.dueAt)).toEqual(['2026-12-31T01:00:00.000Z'])
  })
})

describe('今天、逾期、未来 7 天', () => {
  it('按公司的日子分,数字正好是打开后的行数', async () => {
    const who = app.as('sub1')
    const due = ['2026-11-21T15:59:59.999Z', '2026-11-21T16:00:00.000Z', '2026-11-22T15:59:00.000Z', TOMORROW]
    for (const dueAt of [...due, '2026-11-29T15:59:00.000Z', '2026-11-29T16:00:00.000Z'])
      await who.post('/api/reminders', { title: dueAt, dueAt })
    const mine = `assigneeId=${users().sub1}`
    const counts = (await who.get(`/api/reminders/counts?${mine}`)).body
    expect(counts).toEqual({ overdue: 1, today: 2, week: 2, later: 1 })
    for (const [window, count] of Object.entries(counts))
      expect((await who.get(`/api/reminders?window=${window}&${mine}`)).body.total).toBe(count)
    expect((await app.as('sales2').get(`/api/reminders/counts?${mine}`)).body.overdue).toBe(0)
  })

  it('客户在回收站里时,提醒不出现也不响;恢复后回来', async () => {
    const customerId = await company()
    await sales1().post('/api/reminders', { title: '等客户回来', dueAt: TODAY, customerId })
    const total = async () => (await sales1().get(`/api/reminders?window=today&q=等客户回来`)).body.total
    expect(await total()).toBe(1)
    const { version } = (await app.as('admin').get(`/api/customers/${customerId}`)).body
    await app.as('admin').delete(`/api/customers/${customerId}?version=${version}`)
    expect(await total()).toBe(0)
    await app.as('admin').post(`/api/customers/${customerId}/restore`)
    expect(await total()).toBe(1)
  })
})
