import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Answer } from '../support/client.ts'
import { companyOf, followUpBy, hours } from '../support/followUps.ts'
import { expectRefusal } from '../support/refusal.ts'

let app: TestApp
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const refuses = (work: () => Promise<Answer>, status: number, field?: string) => expectRefusal(app, work, status, field)
const company = (ownerId?: number) => companyOf(app, ownerId)
type Who = Parameters<TestApp['as']>[0]
const write = (who: Who, customerId: number, more: object = {}) => followUpBy(app, who, customerId, more)

describe('时间线', () => {
  const timeline = async (who: Who, customerId: number, query = '') =>
    (await app.as(who).get(`/api/customers/${customerId}/timeline${query}`)).body
  const keys = (page: { items: { key: string }[] }) => page.items.map(({ key }) => key)

  it('新的在前,什么都在,翻页不漏不重', async () => {
    const customerId = await company()
    const contact = await app.make.contact({ customerId, name: '王建国' })
    await app.as('admin').patch(`/api/contacts/${contact.id}`, { version: 1, jobTitle: '经理' })
    for (const ago of [5, 1, 3, 3, 3]) await write('sales1', customerId, { followedAt: hours(-ago) })
    const { body: saved } = await write('sales1', customerId, { remind: { dueAt: hours(2), title: '回访' } })
    await app.as('sales1').post(`/api/reminders/${saved.reminder.id}/done`)
    await app.as('admin').post(`/api/customers/${customerId}/transfer`, { version: 1, ownerId: app.ids.users.sales1b })
    const all = await timeline('admin', customerId, '?size=100')
    expect(all.before).toBeNull()
    const ats = all.items.map(({ at }: { at: string }) => at)
    expect(ats).toEqual([...ats].sort((a: string, b: string) => (a < b ? 1 : -1)))
    expect(all.items.map(({ kind }: { kind: string }) => kind).toSorted()).toEqual(
      [...Array<string>(6).fill('followUp'), 'contact', 'contact', 'owner', 'owner', 'reminder'].toSorted(),
    )
    const paged: string[] = []
    let before: string | null = null
    do {
      const page: { items: { key: string }[]; before: string | null } = await timeline(
        'admin',
        customerId,
        `?size=2${before ? `&before=${encodeURIComponent(before)}` : ''}`,
      )
      paged.push(...keys(page))
      before = page.before
    } while (before)
    expect(paged).toEqual(keys(all))
    const titles = (await timeline('admin', customerId, '?kinds=owner,contact,reminder')).items.map(
      ({ title }: { title: string }) => title,
    )
    expect(titles.toSorted()).toEqual(
      ['转移负责人', '新建客户', '新建联系人 王建国', '修改联系人 王建国', '完成提醒:回访'].toSorted(),
    )
    await refuses(() => app.as('admin').get(`/api/customers/${customerId}/timeline?before=x`), 400, 'before')
    await refuses(() => app.as('sales2').get(`/api/customers/${customerId}/timeline`), 404)
  })

  it('打印过什么说得出来', async () => {
    const customerId = await company()
    await app.as('finance').post('/api/prints', { what: 'statement', ids: [customerId] })
    const { items } = await timeline('admin', customerId, '?kinds=change')
    expect(items).toMatchObject([{ title: '打印对账单' }])
  })

  it('没有查看跟进权限的只看到其余的;号码照样遮盖', async () => {
    const role = await app.make.role({ name: '只看客户', permissions: ['customer.read'], reach: 'all' })
    const guest = await app.make.user({ username: 'guest', name: '访客', roleIds: [role.id] })
    const { id } = await app.make.customer({ name: '号码公司', phone: '13812345678', ownerId: app.ids.users.sales1 })
    await write('sales1', id)
    const seen = await timeline(guest.id, id)
    expect(seen.kinds).not.toContain('followUp')
    expect(keys(seen).some((key) => key.startsWith('interaction'))).toBe(false)
    expect(JSON.stringify(seen)).not.toContain('13812345678')
  })
})

describe('经理看一天', () => {
  it('按人计数、按方式分,只算看得到的', async () => {
    const [mine, theirs] = [await company(), await company(app.ids.users.sales2)]
    const day = '?followedAtFrom=2026-11-10T16:00:00.000Z&followedAtTo=2026-11-11T15:59:59.999Z'
    const at = '2026-11-11T02:00:00.000Z'
    await write('sales1', mine, { followedAt: at })
    await write('sales1', mine, { followedAt: at, kind: 'visit' })
    await write('sales2', theirs, { followedAt: at })
    expect((await app.as('head1').get(`/api/interactions/people${day}`)).body.items).toEqual([
      {
        authorId: app.ids.users.sales1,
        authorName: '王业务',
        count: 2,
        customerCount: 1,
        byKind: { call: 1, visit: 1 },
      },
    ])
    expect((await app.as('admin').get(`/api/interactions/people${day}`)).body.items).toHaveLength(2)
    expect((await app.as('admin').get(`/api/interactions/people${day}&kind=visit`)).body.items).toHaveLength(1)
    await refuses(() => app.as('admin').get('/api/interactions/people'), 400)
    const year = '?followedAtFrom=2025-11-10T16:00:00.000Z&followedAtTo=2026-11-11T15:59:59.999Z'
    await refuses(() => app.as('admin').get(`/api/interactions/people${year}`), 400, 'followedAtTo')
  })

  it('导出看到的,公式不会被执行,导出记入日志', async () => {
    const customerId = await company()
    await write('sales1', customerId, { text: '=1+1', result: 'quoted' })
    const { body, headers, status } = await app.as('head1').post(`/api/interactions/export?customerId=${customerId}`)
    expect(status).toBe(200)
    expect(headers['content-type']).toContain('text/csv')
    const lines = (body as string).split('\r\n')
    expect(lines[0]).toContain('跟进时间,客户,联系人,方式,内容,结果,跟进人')
    expect(lines[1]).toMatch(/^2026-11-22 09:00,跟进公司\d+号,,电话,'=1\+1,已报价,王业务$/)
    expect(lines).toHaveLength(3)
    const log = await app.store.read.selectFrom('auditLog').select('actorName').where('action', '=', 'export').execute()
    expect(log).toMatchObject([{ actorName: '陈经理' }])
    const foreign = await app.as('sales2').post(`/api/interactions/export?customerId=${customerId}`)
    expect((foreign.body as string).split('\r\n')).toHaveLength(2)
  })
})

describe('来电查客户', () => {
  it('整个号码查得到客户和联系人,只在看得到的里面', async () => {
    const customer = await app.make.customer({ name: '来电公司', phone: '021-58881234', ownerId: app.ids.users.sales1 })
    await app.make.contact({ customerId: customer.id, name: '来电人', mobile: '13911112222' })
    const ask = async (who: Who, phone: string) =>
      (await app.as(who).get(`/api/search?phone=${encodeURIComponent(phone)}`)).body
    expect(await ask('sales1', '+86 139 1111 2222')).toMatchObject({ customers: [], contacts: [{ name: '来电人' }] })
    expect(await ask('sales1', '021 5888 1234')).toMatchObject({ customers: [{ name: '来电公司' }], contacts: [] })
    // As switchboards show them: a mobile of another province with a 0, a landline of the same city without its area code.
    expect(await ask('sales1', '013911112222')).toMatchObject({ contacts: [{ name: '来电人' }] })
    expect(await ask('sales1', '58881234')).toMatchObject({ customers: [{ name: '来电公司' }] })
    expect(await ask('sales1', '8881234')).toMatchObject({ customers: [] })
    expect(await ask('sales2', '13911112222')).toEqual({ customers: [], contacts: [], records: [] })
    expect(await ask('admin', '1391111222')).toEqual({ customers: [], contacts: [], records: [] })
    await refuses(() => app.as('sales1').get('/api/search?phone=张三'), 400, 'phone')
    await refuses(() => app.as('sales1').get('/api/search'), 400, 'q')
  })
})
