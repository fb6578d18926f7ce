import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Answer } from '../support/client.ts'
import { auditOf, expectRefusal } from '../support/refusal.ts'

let app: TestApp
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const users = () => app.ids.users
const admin = () => app.as('admin')
const refuses = (work: () => Promise<Answer>, status: number, field?: string) => expectRefusal(app, work, status, field)
let n = 0
const company = async (ownerId = users().sales1) =>
  (await app.make.customer({ name: `联系人公司${++n}号`, ownerId })).id
const primaryOf = async (customerId: number) =>
  (await admin().get(`/api/contacts?customerId=${customerId}&isPrimary=true`)).body.items.map(
    (row: { name: string }) => row.name,
  )

describe('联系人', () => {
  it('每个字段存得下、读得回;没填的有默认', async () => {
    const customerId = await company()
    const typed = {
      customerId,
      name: '欧阳静',
      isPrimary: true,
      decisionRole: 'decider',
      jobTitle: '采购总监',
      department: '供应链部',
      mobile: '+86 138 1234 5678',
      mobile2: '13900001111',
      phone: '010-6588 3001转802',
      email: 'ouyang@example.com.cn',
      wechat: 'ouyang_jing',
      birthday: '1988-02-29',
      birthdayCalendar: 'lunar',
      notes: '不吃辣',
    }
    const { body, status } = await app.as('sales1').post('/api/contacts', typed)
    expect(status).toBe(201)
    const { mobile: _, mobile2: __, phone: ___, ...shown } = typed
    expect(body).toMatchObject({ ...shown, version: 1, customerName: expect.stringContaining('联系人公司') })
    expect((await admin().get(`/api/contacts/${body.id}`)).body).toMatchObject(typed)
    const bare = await app.make.contact({ customerId, name: '只有名字' })
    expect(bare).toMatchObject({ isPrimary: false, birthdayCalendar: 'solar', mobile: null, birthday: null })
  })

  it('修改要版本号,审计前后完整', async () => {
    const { id } = await app.make.contact({ customerId: await company(), name: '冯八', mobile: '13812345678' })
    expect((await app.as('sales1').patch(`/api/contacts/${id}`, { version: 1, jobTitle: '经理' })).body.version).toBe(2)
    const late = await app.as('sales1').patch(`/api/contacts/${id}`, { version: 1, jobTitle: '总监' })
    expect(late).toMatchObject({
      status: 409,
      body: { current: { version: 2, jobTitle: '经理', mobile: '138****5678' } },
    })
    await refuses(() => app.as('sales1').patch(`/api/contacts/${id}`, { jobTitle: 'x' }), 400, 'version')
    await refuses(() => app.as('sales1').delete(`/api/contacts/${id}?version=1`), 409)
    await refuses(() => app.as('sales1').delete(`/api/contacts/${id}`), 400, 'version')
    expect((await auditOf(app, 'contact', id)).at(-1)).toMatchObject({
      action: 'update',
      before: { jobTitle: null, mobile: '13812345678', version: 1 },
      after: { jobTitle: '经理', mobile: '13812345678', version: 2 },
    })
  })

  it('不能建在、也不能移到看不见的客户名下;目标不存在是同样的回答', async () => {
    const [mine, foreign] = [await company(), await company(users().sales2)]
    const { id } = await app.make.contact({ customerId: mine, name: '卫九' })
    for (const customerId of [foreign, 999_999]) {
      await refuses(() => app.as('sales1').post('/api/contacts', { customerId, name: '偷渡' }), 404, 'customerId')
      await refuses(() => app.as('sales1').patch(`/api/contacts/${id}`, { version: 1, customerId }), 404, 'customerId')
    }
    const other = await company()
    const moved = await app.as('sales1').patch(`/api/contacts/${id}`, { version: 1, customerId: other })
    expect(moved).toMatchObject({ status: 200, body: { customerId: other, isPrimary: true } })
    expect((await admin().get(`/api/customers?q=卫九`)).body.items).toMatchObject([{ id: other }])
  })

  it('别人客户的联系人改不了客户归属,也拿不到自己名下', async () => {
    const foreign = await company(users().sales2)
    const { id } = await app.make.contact({ customerId: foreign, name: '褚十' })
    const mine = await company()
    await refuses(() => app.as('sales1').patch(`/api/contacts/${id}`, { version: 1, customerId: mine }), 404)
    expect((await app.as('sales1').get(`/api/contacts?customerId=${foreign}`)).body.items).toEqual([])
  })
})

describe('首要联系人', () => {
  it('第一位自动成为首要,后来指定的接替他,至多一位', async () => {
    const customerId = await company()
    const first = await app.make.contact({ customerId, name: '老大' })
    expect(first.isPrimary).toBe(true)
    await app.make.contact({ customerId, name: '老二' })
    expect(await primaryOf(customerId)).toEqual(['老大'])
    const third = await app.make.contact({ customerId, name: '老三', isPrimary: true })
    expect(await primaryOf(customerId)).toEqual(['老三'])
    await admin().patch(`/api/contacts/${first.id}`, { version: 2, isPrimary: true })
    expect(await primaryOf(customerId)).toEqual(['老大'])
    expect((await admin().get(`/api/contacts/${third.id}`)).body).toMatchObject({ isPrimary: false, version: 2 })
    expect((await auditOf(app, 'contact', third.id)).at(-1)).toMatchObject({
      action: 'update',
      before: { isPrimary: 1, version: 1 },
      after: { isPrimary: 0, version: 2 },
    })
  })

  it('不能直接取消首要;首要的离开后由最早的一位接替', async () => {
    const customerId = await company()
    const a = await app.make.contact({ customerId, name: '甲' })
    const b = await app.make.contact({ customerId, name: '乙' })
    await app.make.contact({ customerId, name: '丙' })
    await refuses(() => admin().patch(`/api/contacts/${a.id}`, { version: 1, isPrimary: false }), 400, 'isPrimary')
    await admin().delete(`/api/contacts/${a.id}?version=1`)
    expect(await primaryOf(customerId)).toEqual(['乙'])
    await admin().post(`/api/contacts/${a.id}/restore`)
    expect(await primaryOf(customerId)).toEqual(['乙'])
    const elsewhere = await company()
    const { version } = (await admin().get(`/api/contacts/${b.id}`)).body
    await admin().patch(`/api/contacts/${b.id}`, { version, customerId: elsewhere })
    expect(await primaryOf(customerId)).toEqual(['甲'])
    expect(await primaryOf(elsewhere)).toEqual(['乙'])
  })

  it('十人同时各添一位首要联系人,最后仍只有一位', async () => {
    const customerId = await company()
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        admin().post('/api/contacts', { customerId, name: `争${i}`, isPrimary: true }),
      ),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
    expect(await primaryOf(customerId)).toHaveLength(1)
    expect((await admin().get(`/api/contacts?customerId=${customerId}`)).body.total).toBe(10)
  })

  it('新建客户时一并登记的联系人是首要的,同一个事务', async () => {
    const { body } = await app.as('sales1').post('/api/customers', {
      name: '带联系人的客户',
      firstContact: { name: '蒋首要', mobile: '13812345678', jobTitle: '老板' },
    })
    expect((await admin().get(`/api/contacts?customerId=${body.id}`)).body.items).toMatchObject([
      { name: '蒋首要', isPrimary: true, mobile: '13812345678', jobTitle: '老板', customerName: '带联系人的客户' },
    ])
    const bad = { name: '联系人有误', firstContact: { name: '沈', mobile: '12' } }
    await refuses(() => app.as('sales1').post('/api/customers', bad), 400, 'firstContact.mobile')
  })

  it('新建客户时一次登记几位联系人:第一位是首要的,一位有误全不保存', async () => {
    const post = (values: object) => app.as('sales1').post('/api/customers', values)
    const zhou = { name: '周一', mobile: '13812340001' }
    const { body } = await post({
      name: '三位联系人的客户',
      firstContact: zhou,
      moreContacts: [
        { name: '周二', mobile: '13812340002', jobTitle: '财务' },
        { name: '周一', mobile: '13812340003' },
      ],
    })
    const { items } = (await admin().get(`/api/contacts?customerId=${body.id}&sort=id`)).body
    expect(items).toMatchObject([
      { ...zhou, isPrimary: true },
      { name: '周二', isPrimary: false, jobTitle: '财务' },
      { name: '周一', isPrimary: false, mobile: '13812340003' },
    ])
    expect(await auditOf(app, 'contact', items[1].id)).toMatchObject([{ action: 'create', after: { name: '周二' } }])
    const twin = { name: '同一人填两次', firstContact: zhou, moreContacts: [{ name: '周一' }] }
    await refuses(() => post(twin), 400, 'moreContacts.0.name')
    const short = { name: '第二位号码有误', moreContacts: [{ name: '吴' }, { name: '郑', mobile: '12' }] }
    await refuses(() => post(short), 400, 'moreContacts.1.mobile')
    const many = { name: '太多', moreContacts: Array.from({ length: 10 }, (_, i) => ({ name: `第${i}位` })) }
    await refuses(() => post(many), 400, 'moreContacts')
  })

  it('没填首要联系人时,其他联系人的第一位就是;没有新建联系人权限的人什么也留不下', async () => {
    const moreContacts = [{ name: '吴甲' }, { name: '吴乙' }]
    const { body } = await app.as('sales1').post('/api/customers', { name: '只填其他联系人', moreContacts })
    expect(await primaryOf(body.id)).toEqual(['吴甲'])
    const role = await app.make.role({ name: '只建客户', permissions: ['customer.read', 'customer.create'] })
    const { id } = await app.make.user({ roleIds: [role.id] })
    const only = app.as(id)
    await refuses(() => only.post('/api/customers', { name: '连联系人一起', moreContacts }), 403)
    expect((await only.post('/api/customers', { name: '不带联系人' })).status).toBe(201)
  })
})

describe('删除与恢复', () => {
  it('删了的在回收站,看不到客户的人也看不到他', async () => {
    const customerId = await company()
    const { id } = await app.make.contact({ customerId, name: '韩要删' })
    expect((await app.as('sales1').delete(`/api/contacts/${id}?version=1`)).status).toBe(204)
    expect((await app.as('sales1').get(`/api/contacts/${id}`)).status).toBe(404)
    const recycled = (who: 'sales1' | 'sales2') =>
      app.as(who).get(`/api/contacts?deleted=only&customerId=${customerId}`)
    expect((await recycled('sales1')).body.items).toMatchObject([{ id, deletedAt: app.clock.now() }])
    expect((await recycled('sales2')).body.items).toEqual([])
    await refuses(() => app.as('sales2').post(`/api/contacts/${id}/restore`), 404)
    expect(await app.as('sales1').post(`/api/contacts/${id}/restore`)).toMatchObject({
      status: 200,
      body: { id, version: 3, isPrimary: true },
    })
  })

  it('删掉的联系人的号码不再把客户找出来,恢复后又能', async () => {
    const customerId = await company()
    const { id } = await app.make.contact({ customerId, name: '杨换号', mobile: '13577778888' })
    const found = async () =>
      (await admin().get('/api/customers?q=13577778888')).body.items.map((row: { id: number }) => row.id)
    expect(await found()).toEqual([customerId])
    await admin().delete(`/api/contacts/${id}?version=1`)
    expect(await found()).toEqual([])
    await admin().post(`/api/contacts/${id}/restore`)
    expect(await found()).toEqual([customerId])
    await admin().patch(`/api/contacts/${id}`, { version: 3, mobile: '13566669999' })
    expect(await found()).toEqual([])
  })
})
