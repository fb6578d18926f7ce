import { createInteraction } from '@crm/server/modules/work/interactions/service'
import { loadRights } from '@crm/server/modules/org/service'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Answer } from '../support/client.ts'
import { companyOf, followUpBy, hours, NOW } from '../support/followUps.ts'
import { auditOf, expectRefusal } from '../support/refusal.ts'

let app: TestApp
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const refuses = (work: () => Promise<Answer>, status: number, field?: string) => expectRefusal(app, work, status, field)
const company = (ownerId?: number) => companyOf(app, ownerId)
type Who = Parameters<TestApp['as']>[0]
const write = (who: Who, customerId: number, more: object = {}) => followUpBy(app, who, customerId, more)
const trace = async (id: number) =>
  app.store.read
    .selectFrom('customers')
    .select(['lastFollowUpAt', 'lastValidFollowUpAt', 'nextReminderAt'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()

describe('写跟进', () => {
  it('默认现在、自己写的;客户上看得到最近跟进', async () => {
    const customerId = await company()
    const contact = await app.make.contact({ customerId, name: '王建国' })
    const { body, status } = await write('sales1', customerId, { contactId: contact.id, result: 'quoted' })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      interaction: {
        followedAt: NOW,
        authorName: '王业务',
        contactName: '王建国',
        kind: 'call',
        result: 'quoted',
        version: 1,
      },
      reminder: null,
    })
    expect(await trace(customerId)).toMatchObject({ lastFollowUpAt: NOW, lastValidFollowUpAt: NOW })
    expect((await app.as('sales1').get(`/api/customers/${customerId}`)).body.lastFollowUpAt).toBe(NOW)
    expect((await auditOf(app, 'interaction', body.interaction.id)).at(-1)).toMatchObject({
      action: 'create',
      after: { text: '谈了价格', authorId: app.ids.users.sales1 },
    })
  })

  it('连同下次提醒一起保存,客户上看得到下次提醒', async () => {
    const customerId = await company()
    const { body } = await write('sales1', customerId, { remind: { dueAt: hours(24) } })
    expect(body.reminder).toMatchObject({ dueAt: hours(24) })
    expect((await app.as('sales1').get(`/api/reminders/${body.reminder.id}`)).body).toMatchObject({
      customerId,
      assigneeId: app.ids.users.sales1,
      interactionId: body.interaction.id,
    })
    expect((await trace(customerId)).nextReminderAt).toBe(hours(24))
  })

  it('提醒、附件、联系人有一样不成,什么都不留下', async () => {
    const customerId = await company()
    const other = await app.make.contact({ customerId: await company(), name: '别家的人' })
    await refuses(() => write('sales1', customerId, { remind: { dueAt: hours(-1) } }), 400, 'remind.dueAt')
    await refuses(() => write('sales1', customerId, { remind: { dueAt: '明天' } }), 400, 'remind.dueAt')
    await refuses(() => write('sales1', customerId, { documentIds: [999_999] }), 400, 'documentIds.0')
    await refuses(() => write('sales1', customerId, { contactId: other.id }), 400, 'contactId')
    await refuses(() => write('sales1', customerId, { followedAt: hours(2) }), 400, 'followedAt')
    await refuses(() => write('sales1', customerId, { text: '  \n ' }), 400, 'text')
    await refuses(() => write('sales1', customerId, { kind: 'telepathy' }), 400, 'kind')
    const bare = await app.make.role({
      name: '只写跟进',
      permissions: ['customer.read', 'interaction.read', 'interaction.create'],
    })
    const clerk = await app.make.user({ username: 'clerk', name: '文员', roleIds: [bare.id] })
    const own = await company(clerk.id)
    await refuses(() => write(clerk.id, own, { remind: { dueAt: hours(24) } }), 403)
    expect((await write(clerk.id, own)).status).toBe(201)
  })

  it('附件跟着跟进走', async () => {
    const customerId = await company()
    const boundary = 'x-boundary'
    const { body: draft } = await app.as('sales1').send({
      method: 'POST',
      url: '/api/documents',
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      payload: `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="报价.txt"\r\n\r\n一千元\r\n--${boundary}--\r\n`,
    })
    const { status } = await write('sales1', customerId, { documentIds: [draft.id] })
    expect(status).toBe(201)
    const { body } = await app.as('sales1').get(`/api/customers/${customerId}/timeline?kinds=followUp`)
    expect(body.items[0].files).toMatchObject([{ id: draft.id, name: '报价.txt' }])
  })
})

describe('哪些跟进算数', () => {
  it('补写、导入、外人写的只算最近跟进,不延长客户的归属', async () => {
    const late = await company()
    await write('sales1', late, { followedAt: hours(-25) })
    expect(await trace(late)).toMatchObject({ lastFollowUpAt: hours(-25), lastValidFollowUpAt: null })

    const foreign = await company()
    await write('admin', foreign)
    expect(await trace(foreign)).toMatchObject({ lastFollowUpAt: NOW, lastValidFollowUpAt: null })

    const imported = await company()
    const rights = (await loadRights(app.store.read, app.ids.users.sales1))!
    const importing = { ...rights, at: NOW, today: '2026-11-22', via: 'import', address: null } as const
    await app.store.tx((tx) => createInteraction(tx, importing, { customerId: imported, kind: 'call', text: '旧系统' }))
    expect(await trace(imported)).toMatchObject({ lastFollowUpAt: NOW, lastValidFollowUpAt: null })

    const nextMorning = await company()
    await write('sales1', nextMorning, { followedAt: hours(-16) })
    expect((await trace(nextMorning)).lastValidFollowUpAt).toBe(hours(-16))
  })

  it('较早的不盖掉较晚的;删除、改时间后重新算', async () => {
    const customerId = await company()
    const { body: first } = await write('sales1', customerId, { followedAt: hours(-3) })
    const { body: second } = await write('sales1', customerId, { followedAt: hours(-1) })
    await write('sales1', customerId, { followedAt: hours(-2) })
    expect(await trace(customerId)).toMatchObject({ lastFollowUpAt: hours(-1), lastValidFollowUpAt: hours(-1) })
    await app.as('sales1').delete(`/api/interactions/${second.interaction.id}?version=1`)
    expect(await trace(customerId)).toMatchObject({ lastFollowUpAt: hours(-2), lastValidFollowUpAt: hours(-2) })
    const moved = { version: 1, followedAt: hours(-48) }
    await app.as('sales1').patch(`/api/interactions/${first.interaction.id}`, moved)
    await app.as('admin').post(`/api/interactions/${second.interaction.id}/restore`)
    expect(await trace(customerId)).toMatchObject({ lastFollowUpAt: hours(-1), lastValidFollowUpAt: hours(-1) })
  })

  it('撤销刚写的跟进,提醒一起撤掉;动过的提醒留着', async () => {
    const customerId = await company()
    const { body } = await write('sales1', customerId, { remind: { dueAt: hours(24) } })
    expect((await app.as('sales1').delete(`/api/interactions/${body.interaction.id}?version=1`)).status).toBe(204)
    expect(await trace(customerId)).toEqual({ lastFollowUpAt: null, lastValidFollowUpAt: null, nextReminderAt: null })
    const { body: kept } = await write('sales1', customerId, { remind: { dueAt: hours(24) } })
    await app.as('sales1').patch(`/api/reminders/${kept.reminder.id}`, { version: 1, dueAt: hours(48) })
    await app.as('sales1').delete(`/api/interactions/${kept.interaction.id}?version=1`)
    expect((await trace(customerId)).nextReminderAt).toBe(hours(48))
  })
})

describe('谁看得到,谁能改', () => {
  it('看得到客户才看得到跟进;别人的客户 404', async () => {
    const customerId = await company()
    const { body } = await write('sales1', customerId)
    expect((await app.as('head1').get(`/api/interactions/${body.interaction.id}`)).status).toBe(200)
    await refuses(() => app.as('sales2').get(`/api/interactions/${body.interaction.id}`), 404)
    await refuses(() => write('sales2', customerId), 404)
    expect((await app.as('sales2').get(`/api/interactions?customerId=${customerId}`)).body.items).toEqual([])
  })

  it('自己写的自己改;别人写的要有权限', async () => {
    const customerId = await company()
    const { body } = await write('head1', customerId)
    const one = `/api/interactions/${body.interaction.id}`
    await refuses(() => app.as('sales1').patch(one, { version: 1, text: '改经理的' }), 403)
    await refuses(() => app.as('sales1').delete(`${one}?version=1`), 403)
    expect((await app.as('head1').patch(one, { version: 1, text: '改自己的' })).body).toMatchObject({ version: 2 })
    const { body: mine } = await write('sales1', customerId)
    const edited = await app
      .as('head1')
      .patch(`/api/interactions/${mine.interaction.id}`, { version: 1, text: '经理补充' })
    expect(edited.body).toMatchObject({ text: '经理补充', authorName: '王业务' })
    expect((await auditOf(app, 'interaction', mine.interaction.id)).at(-1)).toMatchObject({
      action: 'update',
      actorName: '陈经理',
      before: { text: '谈了价格' },
      after: { text: '经理补充' },
    })
    await refuses(
      () => app.as('sales1').patch(`/api/interactions/${mine.interaction.id}`, { version: 1, text: '晚了' }),
      409,
    )
    await refuses(
      () => app.as('sales1').patch(`/api/interactions/${mine.interaction.id}`, { version: 2, customerId }),
      400,
      'customerId',
    )
  })

  it('客户进了回收站,跟进跟着看不见,恢复后还在', async () => {
    const customerId = await company()
    const { body } = await write('sales1', customerId)
    await app.as('admin').delete(`/api/customers/${customerId}?version=1`)
    await refuses(() => app.as('admin').get(`/api/interactions/${body.interaction.id}`), 404)
    expect((await app.as('admin').get(`/api/interactions?customerId=${customerId}`)).body.total).toBe(0)
    await app.as('admin').post(`/api/customers/${customerId}/restore`)
    expect((await app.as('sales1').get(`/api/interactions/${body.interaction.id}`)).status).toBe(200)
  })
})

describe('批示', () => {
  const told = async (userId: number) =>
    app.store.read.selectFrom('notifications').select(['title', 'link', 'body']).where('userId', '=', userId).execute()

  it('通知写的人、负责人、协作人和提到的人;看不到客户的人指名拒绝', async () => {
    const customerId = await company()
    await app.as('admin').put(`/api/customers/${customerId}/collaborators`, {
      items: [{ userId: app.ids.users.sub1, access: 'read' }],
    })
    const { body } = await write('sales1', customerId)
    const url = `/api/interactions/${body.interaction.id}/comments`
    const { users } = app.ids
    const answer = await app.as('head1').post(url, { text: '周五前给报价', mentionIds: [users.finance] })
    expect(answer).toMatchObject({ status: 201, body: { authorName: '陈经理', text: '周五前给报价' } })
    const link = `/customers/${customerId}#e-interaction-${body.interaction.id}`
    for (const id of [users.sales1, users.sub1])
      expect(await told(id)).toMatchObject([
        { title: expect.stringContaining('陈经理批示了'), link, body: '周五前给报价' },
      ])
    expect(await told(users.finance)).toMatchObject([{ title: expect.stringContaining('提到了你'), link }])
    expect(await told(users.head1)).toEqual([])
    await refuses(() => app.as('head1').post(url, { text: '看看', mentionIds: [users.sales2] }), 400, 'mentionIds')
    expect((await app.as('head1').post(url, { text: '看看', mentionIds: [users.sales2] })).body.detail).toContain(
      '孙华南',
    )
    await refuses(() => app.as('head1').post(url, { text: '看看', mentionIds: [users.disabled] }), 400, 'mentionIds')
    await refuses(() => app.as('sales2').post(url, { text: '插嘴' }), 404)
    expect((await app.as('sub1').get(url)).body.items).toMatchObject([{ text: '周五前给报价' }])
  })

  it('批示的人收到回答', async () => {
    const customerId = await company()
    const { body } = await write('sales1', customerId)
    const url = `/api/interactions/${body.interaction.id}/comments`
    await app.as('head1').post(url, { text: '账期最多 30 天' })
    const before = (await told(app.ids.users.head1)).length
    await app.as('sales1').post(url, { text: '今天下午报给客户' })
    expect((await told(app.ids.users.head1)).slice(before)).toMatchObject([
      { title: expect.stringContaining('王业务批示了'), body: '今天下午报给客户' },
    ])
  })
})
