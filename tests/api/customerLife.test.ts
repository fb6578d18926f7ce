import { customer as customerEntity } from '@crm/shared/entities/customer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Answer } from '../support/client.ts'
import { auditOf, expectRefusal } from '../support/refusal.ts'

let app: TestApp
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const users = () => app.ids.users
const refuses = (work: () => Promise<Answer>, status: number, field?: string) => expectRefusal(app, work, status, field)
const admin = () => app.as('admin')
const namesOf = async (path: string) =>
  (await admin().get(path)).body.items.map(({ name }: { name: string }) => name).toSorted()

describe('删除与恢复', () => {
  it('联系人随客户进回收站,恢复时只带回一起删的', async () => {
    const { id } = await app.make.customer({ name: '有三位联系人', ownerId: users().sales1 })
    for (const name of ['赵一', '钱二', '孙三']) await app.make.contact({ customerId: id, name })
    const contacts = (await admin().get(`/api/contacts?customerId=${id}&sort=id`)).body.items
    app.clock.advance(1000)
    await admin().delete(`/api/contacts/${contacts[1].id}?version=1`)
    app.clock.advance(1000)
    expect((await admin().delete(`/api/customers/${id}?version=1`)).status).toBe(204)
    expect((await admin().get(`/api/customers/${id}`)).status).toBe(404)
    expect(await namesOf(`/api/contacts?customerId=${id}`)).toEqual([])
    expect(await namesOf(`/api/contacts?customerId=${id}&deleted=only`)).toEqual(['孙三', '赵一', '钱二'].toSorted())
    expect(await namesOf('/api/customers?deleted=only')).toContain('有三位联系人')
    expect((await admin().get('/api/search?q=赵一')).body).toEqual({ customers: [], contacts: [], records: [] })
    app.clock.advance(1000)
    const back = await admin().post(`/api/customers/${id}/restore`)
    expect(back).toMatchObject({ status: 200, body: { id, version: 3, ownerId: users().sales1 } })
    expect(back.body).not.toHaveProperty('deletedAt')
    expect(await namesOf(`/api/contacts?customerId=${id}`)).toEqual(['孙三', '赵一'].toSorted())
    expect((await admin().get('/api/search?q=赵一')).body.contacts).toHaveLength(1)
  })

  it('客户在回收站里时,联系人不能单独恢复', async () => {
    const { id } = await app.make.customer({ name: '整个删掉' })
    const person = await app.make.contact({ customerId: id, name: '李四' })
    await admin().delete(`/api/customers/${id}?version=1`)
    await refuses(() => admin().post(`/api/contacts/${person.id}/restore`), 400, 'customerId')
    await refuses(() => admin().post('/api/contacts', { customerId: id, name: '迟到的联系人' }), 404, 'customerId')
  })

  it('随客户删除和恢复的联系人,审计里各有前后全貌', async () => {
    const { id } = await app.make.customer({ name: '审计联系人' })
    const person = await app.make.contact({ customerId: id, name: '周五', mobile: '13812345678' })
    app.clock.advance(1000)
    const deletedAt = app.clock.now()
    await admin().delete(`/api/customers/${id}?version=1`)
    await admin().post(`/api/customers/${id}/restore`)
    const rows = await auditOf(app, 'contact', person.id)
    expect(rows.map(({ action }) => action)).toEqual(['create', 'remove', 'restore'])
    expect(rows[1]).toMatchObject({
      before: { name: '周五', mobile: '13812345678', deletedAt: null, version: 1 },
      after: { name: '周五', deletedAt, version: 2 },
    })
    expect(rows[2]).toMatchObject({ before: { deletedAt }, after: { deletedAt: null, version: 3 } })
    expect((await admin().get(`/api/contacts/${person.id}`)).body.version).toBe(3)
  })

  it('没有删除权限的人看不到回收站,也恢复不了', async () => {
    const { id } = await app
      .as('sales1')
      .post('/api/customers', { name: '业务员删不掉' })
      .then(({ body }) => body)
    await refuses(() => app.as('sales1').delete(`/api/customers/${id}?version=1`), 403)
    await app.as('head1').delete(`/api/customers/${id}?version=1`)
    await refuses(() => app.as('sales1').get('/api/customers?deleted=only'), 403)
    await refuses(() => app.as('sales1').post(`/api/customers/${id}/restore`), 403)
    expect((await app.as('head1').get('/api/customers?deleted=only')).body.items).toMatchObject([{ id }])
    expect((await app.as('head1').post(`/api/customers/${id}/restore`)).status).toBe(200)
    await refuses(() => app.as('head1').post(`/api/customers/${id}/restore`), 404)
  })

  it('编号已被别人用掉的,恢复时指明', async () => {
    const { id } = await app.make.customer({ name: '让出编号', number: 'X-1' })
    await admin().delete(`/api/customers/${id}?version=1`)
    await app.make.customer({ name: '占了编号', number: 'X-1' })
    await refuses(() => admin().post(`/api/customers/${id}/restore`), 409, 'number')
  })
})

describe('协作人', () => {
  const set = (id: number, items: unknown, who: 'admin' | 'head1' | 'sales1' = 'admin') =>
    app.as(who).put(`/api/customers/${id}/collaborators`, { items })

  it('只读的只能看,可编辑的能改客户、管联系人,都不能删除和转移;收回后立即失效', async () => {
    const { id } = await app.make.customer({ name: '协作的客户', ownerId: users().sales2 })
    const person = await app.make.contact({ customerId: id, name: '吴六' })
    const items = [
      { userId: users().sales1, access: 'read' },
      { userId: users().sales1b, access: 'edit' },
    ]
    expect((await set(id, items)).body.items).toMatchObject([{ userName: '王业务' }, { userName: '李业务' }])
    const { sales1, sales1b } = { sales1: app.as('sales1'), sales1b: app.as('sales1b') }
    expect((await sales1.get(`/api/customers/${id}`)).status).toBe(200)
    expect(await sales1.get(`/api/customers?q=协作的客户`)).toMatchObject({ body: { items: [{ id }] } })
    await refuses(() => sales1.patch(`/api/customers/${id}`, { version: 1, notes: 'x' }), 403)
    await refuses(() => sales1.post('/api/contacts', { customerId: id, name: 'x' }), 403, 'customerId')
    await refuses(() => sales1.delete(`/api/contacts/${person.id}?version=1`), 403)
    expect((await sales1b.patch(`/api/customers/${id}`, { version: 1, notes: '协作' })).status).toBe(200)
    expect((await sales1b.post('/api/contacts', { customerId: id, name: '郑七' })).status).toBe(201)
    expect((await sales1b.delete(`/api/contacts/${person.id}?version=1`)).status).toBe(204)
    await refuses(() => sales1b.delete(`/api/customers/${id}?version=2`), 403)
    await refuses(() => sales1b.patch(`/api/customers/${id}`, { version: 2, ownerId: users().sales1b }), 403)
    await set(id, [])
    for (const client of [sales1, sales1b]) expect((await client.get(`/api/customers/${id}`)).status).toBe(404)
  })

  it('名单整体替换,不能重复、不存在、已停用、越权', async () => {
    const { id } = await app.make.customer({ name: '名单', ownerId: users().sales1 })
    const { disabled, finance, sub1 } = users()
    await set(id, [{ userId: sub1, access: 'read' }], 'head1')
    await refuses(
      () =>
        set(id, [
          { userId: sub1, access: 'read' },
          { userId: sub1, access: 'edit' },
        ]),
      400,
      'items',
    )
    await refuses(
      () =>
        set(id, [
          { userId: finance, access: 'read' },
          { userId: 9_999, access: 'read' },
        ]),
      400,
      'items.1.userId',
    )
    await refuses(() => set(id, [{ userId: disabled, access: 'read' }]), 400, 'items.0.userId')
    await refuses(() => set(id, [{ userId: finance, access: 'owner' }]), 400, 'items.0.access')
    await refuses(() => set(id, [{ userId: finance, access: 'read' }], 'sales1'), 403)
    expect((await app.as('sales1').get(`/api/customers/${id}/collaborators`)).body.items).toEqual([
      { userId: sub1, userName: '赵一组', access: 'read' },
    ])
    expect((await auditOf(app, 'customer', id)).at(-1)).toMatchObject({
      action: 'collaborators',
      before: { collaborators: [] },
      after: { collaborators: [{ userId: sub1, access: 'read' }] },
    })
  })
})

describe('审计与变更记录', () => {
  const keys = [
    'id',
    'version',
    'createdAt',
    'updatedAt',
    'deletedAt',
    ...Object.keys(customerEntity.fields),
  ].toSorted()

  it('新建、修改、删除、恢复各有一条,前后都是完整的一行', async () => {
    const tag = await app.make.tag({ name: '审计标签' })
    const row = await app.make.customer({ name: '留痕的客户', phone: '13812345678', tagIds: [tag.id] })
    await admin().patch(`/api/customers/${row.id}`, { version: 1, tagIds: [], creditFen: 100, phone: '13912345678' })
    await admin().delete(`/api/customers/${row.id}?version=2`)
    await admin().post(`/api/customers/${row.id}/restore`)
    const rows = await auditOf(app, 'customer', row.id)
    expect(rows.map(({ action, actorName, via }) => `${actorName} ${via} ${action}`)).toEqual(
      ['create', 'update', 'remove', 'restore'].map((action) => `管理员 web ${action}`),
    )
    const whole = rows.flatMap(({ after, before }) => [before, after]).filter((state) => state !== null)
    for (const state of whole) expect(Object.keys(state).toSorted()).toEqual(keys)
    expect(whole).toHaveLength(7)
    expect(rows[1]).toMatchObject({
      before: { phone: '13812345678', tagIds: [tag.id], creditFen: null, version: 1 },
      after: { phone: '13912345678', tagIds: [], creditFen: 100, version: 2 },
    })
    for (const [n, { after }] of rows.entries()) expect(rows[n + 1]?.before ?? after).toEqual(after)
  })

  it('变更记录用人看得懂的话说,新的在前', async () => {
    const tag = await app.make.tag({ name: '老客户' })
    const { id } = await app.make.customer({ name: '有记录的客户', ownerId: users().sales1, regionCode: '110000' })
    const change = {
      level: 'B',
      status: 'won',
      creditFen: 123_456,
      tagIds: [tag.id],
      ownerId: users().sub1,
      phone: '13812345678',
    }
    await admin().patch(`/api/customers/${id}`, { version: 1, ...change })
    const { items } = (await app.as('head1').get(`/api/customers/${id}/history`)).body
    expect(items.map(({ action }: { action: string }) => action)).toEqual(['update', 'create'])
    const said = Object.fromEntries(
      items[0].changes.map((c: { label: string; before: string; after: string }) => [
        c.label,
        `${c.before}→${c.after}`,
      ]),
    )
    expect(said).toEqual({
      客户等级: '—→B 普通',
      状态: '待跟进→已成交',
      电话: '—→13812345678',
      负责人: '王业务→赵一组',
      标签: '—→老客户',
      信用额度: '—→1,234.56',
    })
    const masked = (await app.as('finance').get(`/api/customers/${id}/history`)).body
    expect(JSON.stringify(masked)).toContain('138****5678')
    expect(JSON.stringify(masked)).not.toContain('13812345678')
  })
})
