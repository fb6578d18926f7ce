import { customer as customerEntity } from '@crm/shared/entities/customer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Answer } from '../support/client.ts'
import { expectRefusal } from '../support/refusal.ts'

let app: TestApp
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const CODE = '914403001922038216'
const users = () => app.ids.users
const one = async (id: number, who: 'admin' | 'sales1' | 'head1' = 'admin') => app.as(who).get(`/api/customers/${id}`)
const patch = (id: number, body: object, who: 'admin' | 'sales1' | 'head1' | 'sales2' = 'admin') =>
  app.as(who).patch(`/api/customers/${id}`, body)
const refuses = (work: () => Promise<Answer>, status: number, field?: string) => expectRefusal(app, work, status, field)

describe('新建客户', () => {
  it('只填名称也行:自动编号,归自己,待跟进', async () => {
    const { body, status } = await app.as('sales1').post('/api/customers', { name: ' 蓝天商贸有限公司　' })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      name: '蓝天商贸有限公司',
      number: 'KH202611-0001',
      status: 'potential',
      ownerId: users().sales1,
      ownerName: '王业务',
      tagIds: [],
      tagNames: [],
      version: 1,
      createdAt: app.clock.now(),
      updatedAt: app.clock.now(),
      phone: null,
    })
    expect((await one(body.id, 'sales1')).body).toEqual(body)
  })

  it('每个字段存得下、读得回,写法统一', async () => {
    const tag = await app.make.tag({ name: '重点' })
    const typed = {
      number: '000001',
      name: '平安银行股份有限公司',
      shortName: '平安银行',
      level: 'A',
      status: 'active',
      source: 'exhibition',
      industry: 'J',
      regionCode: '440304',
      address: '广东省深圳市罗湖区深南东路5047号',
      phone: '0755-8208 8888',
      email: 'PAB_db@pingan.com.cn',
      website: 'bank.pingan.com',
      creditCode: '91440300 192203821６',
      creditFen: 1_234_567_89,
      terms: 'monthly',
      termsDays: 30,
      notes: '第一行\n第二行\t完',
      tagIds: [tag.id, tag.id],
    }
    const row = await app.make.customer(typed as never)
    expect(row).toMatchObject({
      ...typed,
      creditCode: CODE,
      tagIds: [tag.id],
      tagNames: ['重点'],
      regionName: expect.stringContaining('深圳'),
      ownerName: '管理员',
    })
    expect(Object.keys(row).filter((key) => /nameKey|twinNo|initials|Folded|searchText|nameLength/.test(key))).toEqual(
      [],
    )
  })

  it('引用的东西要存在:标签、字典、地区、负责人', async () => {
    const bad: Record<string, unknown> = {
      tagIds: [999],
      level: 'Z',
      source: 'nowhere',
      regionCode: '990000',
      ownerId: 999,
    }
    for (const [field, value] of Object.entries(bad))
      await refuses(() => app.as('admin').post('/api/customers', { name: '引用有误', [field]: value }), 400, field)
    const item = await app.make.dictItem({ dictionary: 'customerLevel', label: '停用的等级' })
    await app.as('admin').patch(`/api/dictionaries/${item.id}`, { version: 1, active: false })
    await refuses(() => app.as('admin').post('/api/customers', { name: '引用停用', level: item.code }), 400, 'level')
  })
})

describe('负责人', () => {
  it('业务员只能归自己;经理可在本部门及下属之内指派;管理员谁都行', async () => {
    const { disabled, sales1, sales1b, sales2, sub1 } = users()
    const create = (who: 'sales1' | 'head1' | 'admin', ownerId: number) =>
      app.as(who).post('/api/customers', { name: `归属${who}${ownerId}`, ownerId })
    await refuses(() => create('sales1', sales1b), 403)
    await refuses(() => create('head1', sales2), 400, 'ownerId')
    await refuses(() => create('admin', disabled), 400, 'ownerId')
    expect((await create('sales1', sales1)).status).toBe(201)
    expect((await create('head1', sub1)).body).toMatchObject({ ownerId: sub1, ownerName: '赵一组' })
    expect((await create('admin', sales2)).body.ownerId).toBe(sales2)
  })

  it('修改负责人与转移同一规矩;不能没有负责人', async () => {
    const { sales1, sales1b, sales2 } = users()
    const { id } = await app.make.customer({ name: '换人的客户', ownerId: sales1 })
    await refuses(() => patch(id, { version: 1, ownerId: sales1b }, 'sales1'), 403)
    await refuses(() => app.as('sales1').post(`/api/customers/${id}/transfer`, { version: 1, ownerId: sales1b }), 403)
    await refuses(() => patch(id, { version: 1, ownerId: null }), 400, 'ownerId')
    await refuses(
      () => app.as('head1').post(`/api/customers/${id}/transfer`, { version: 1, ownerId: sales2 }),
      400,
      'ownerId',
    )
    const moved = await app.as('head1').post(`/api/customers/${id}/transfer`, { version: 1, ownerId: sales1b })
    expect(moved).toMatchObject({ status: 200, body: { ownerId: sales1b, ownerName: '李业务', version: 2 } })
    expect((await one(id, 'sales1')).status).toBe(404)
    expect((await app.as('sales1b').get(`/api/customers/${id}`)).status).toBe(200)
    await refuses(() => app.as('head1').post(`/api/customers/${id}/transfer`, { version: 1, ownerId: sales1 }), 409)
  })

  it('离职的人的客户,同部门经理仍看得到、转得走', async () => {
    const leaver = await app.make.user({ name: '将离职', teamId: app.ids.teams.D1, roleIds: [app.ids.roles.业务员] })
    const { id } = await app
      .as(leaver.id)
      .post('/api/customers', { name: '离职者的客户' })
      .then((answer) => answer.body)
    await app.as('admin').patch(`/api/users/${leaver.id}`, { version: 1, disabled: true })
    expect((await one(id, 'head1')).body.ownerName).toBe('将离职')
    expect((await patch(id, { version: 1, notes: '负责人不变也能改' }, 'head1')).status).toBe(200)
    const moved = await app.as('head1').post(`/api/customers/${id}/transfer`, { version: 2, ownerId: users().sub1 })
    expect(moved.status).toBe(200)
  })
})

it('实体里的每个字段都在上面的“每个字段存得下”里试过', () => {
  const tried = [
    'number',
    'name',
    'shortName',
    'level',
    'status',
    'source',
    'industry',
    'regionCode',
    'address',
    'phone',
    'email',
    'website',
    'creditCode',
    'creditFen',
    'terms',
    'termsDays',
    'notes',
    'tagIds',
    'ownerId',
  ]
  const writable = Object.entries(customerEntity.fields).filter(([, field]) => !('readonly' in field))
  expect(writable.map(([key]) => key).toSorted()).toEqual(tried.toSorted())
})
