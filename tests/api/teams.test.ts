import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const admin = () => app.as('admin')
const seen = async (who: 'head1' | 'sales1' | 'sub1' | 'finance') => {
  const { body } = await app.as(who).get('/api/customers?sort=id&size=200')
  return body.items.map((row: { name: string }) => row.name)
}

describe('部门', () => {
  it('新建、改名、移动、删除、恢复,上级带着名字', async () => {
    const { body: team } = await admin().post('/api/teams', { name: '华北', managerId: app.ids.users.head1 })
    expect(team).toMatchObject({ name: '华北', parentId: null, parentName: null, managerName: '陈经理', version: 1 })
    expect(
      (await admin().patch(`/api/teams/${team.id}`, { version: 1, parentId: app.ids.teams.D2 })).body,
    ).toMatchObject({ parentName: '华南', version: 2 })
    expect((await admin().delete(`/api/teams/${team.id}?version=2`)).status).toBe(204)
    expect((await admin().get('/api/directory')).body.teams.map((t: { name: string }) => t.name)).not.toContain('华北')
    expect((await admin().post(`/api/teams/${team.id}/restore`)).body).toMatchObject({
      name: '华北',
      parentName: '华南',
    })
    expect((await admin().get('/api/teams?q=北')).body.items).toHaveLength(1)
  })

  it('有人或有下级的部门删不掉,并说有多少', async () => {
    expect(await admin().delete(`/api/teams/${app.ids.teams.D1}?version=1`)).toMatchObject({
      status: 409,
      body: { code: 'in_use', detail: '部门下还有 4 名操作员、1 个下级部门,不能删除' },
    })
  })

  it('同一上级下不重名,别处可以', async () => {
    expect(await admin().post('/api/teams', { name: '华东' })).toMatchObject({
      status: 409,
      body: { errors: [{ field: 'name' }] },
    })
    expect((await admin().post('/api/teams', { name: '华东', parentId: app.ids.teams.D2 })).status).toBe(201)
  })

  it('不能成环,也不能超过十层', async () => {
    const { D1, D1a } = app.ids.teams
    for (const parentId of [D1, D1a])
      expect(await admin().patch(`/api/teams/${D1}`, { version: 1, parentId })).toMatchObject({
        status: 400,
        body: { errors: [{ field: 'parentId' }] },
      })
    let parentId: number | null = null
    for (let depth = 1; depth <= 10; depth++) parentId = (await app.make.team({ name: `第${depth}层`, parentId })).id
    expect((await admin().post('/api/teams', { name: '第十一层', parentId })).status).toBe(400)
    expect((await admin().patch(`/api/teams/${app.ids.teams.D2}`, { version: 1, parentId })).status).toBe(400)
  })

  it('两个部门同时互相挂到对方下面,只有一个成', async () => {
    const [one, two] = [await app.make.team({}), await app.make.team({})]
    const all = await Promise.all([
      admin().patch(`/api/teams/${one.id}`, { version: 1, parentId: two.id }),
      admin().patch(`/api/teams/${two.id}`, { version: 1, parentId: one.id }),
    ])
    expect(all.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 400])
  })

  it('上级已删除的部门先要恢复上级', async () => {
    const parent = await app.make.team({})
    const child = await app.make.team({ parentId: parent.id })
    await admin().delete(`/api/teams/${child.id}?version=1`)
    await admin().delete(`/api/teams/${parent.id}?version=1`)
    expect((await admin().post(`/api/teams/${child.id}/restore`)).status).toBe(409)
    await admin().post(`/api/teams/${parent.id}/restore`)
    expect((await admin().post(`/api/teams/${child.id}/restore`)).status).toBe(200)
  })

  it('业务员不能动部门', async () => {
    const sales = app.as('sales1')
    const { D1 } = app.ids.teams
    const tries = [
      sales.get('/api/teams'),
      sales.post('/api/teams', { name: 'x' }),
      sales.patch(`/api/teams/${D1}`, { version: 1, name: 'x' }),
      sales.delete(`/api/teams/${D1}?version=1`),
    ]
    expect((await Promise.all(tries)).map(({ status }) => status)).toEqual([403, 403, 403, 403])
  })

  it('只管本部门及下属的人,不能把别的部门挂到自己之下', async () => {
    const role = await app.make.role({
      reach: 'subtree',
      permissions: ['team.read', 'team.create', 'team.update', 'team.delete', 'customer.read'],
    })
    const keeper = await app.make.role({ reach: 'all', permissions: ['team.update'] })
    const head = await app.make.user({ teamId: app.ids.teams.D1, roleIds: [role.id] })
    const both = await app.make.user({ teamId: app.ids.teams.D1, roleIds: [role.id, keeper.id] })
    const { D1, D2 } = app.ids.teams
    for (const who of [head, both])
      expect((await app.as(who.id).patch(`/api/teams/${D2}`, { version: 1, parentId: D1 })).status).toBe(403)
    expect((await app.as(head.id).post('/api/teams', { name: '华东二组', parentId: D1 })).status).toBe(201)
    expect((await app.as(head.id).post('/api/teams', { name: '自立门户' })).status).toBe(403)
    expect((await app.as(head.id).delete(`/api/teams/${D2}?version=1`)).status).toBe(403)
  })
})

describe('本部门与下属', () => {
  it('看到的是现在在本部门的同事的客户,停用的同事也算,别的部门不算', async () => {
    const { users, teams } = app.ids
    for (const owner of ['sales1', 'sales1b', 'sub1', 'sales2', 'disabled'] as const) {
      if (owner === 'disabled')
        await app.store.tx(
          async (tx) =>
            void (await tx.updateTable('users').set({ disabled: 0 }).where('id', '=', users.disabled).execute()),
        )
      await app.make.customer({ name: owner, ownerId: users[owner] })
    }
    await app.store.tx(
      async (tx) =>
        void (await tx.updateTable('users').set({ disabled: 1 }).where('id', '=', users.disabled).execute()),
    )
    expect(await seen('head1')).toEqual(['sales1', 'sales1b', 'sub1', 'disabled'])
    expect(await seen('sales1')).toEqual(['sales1'])
    expect(await seen('finance')).toEqual(['sales1', 'sales1b', 'sub1', 'sales2', 'disabled'])
    const moved = await admin().patch(`/api/users/${users.sales2}`, { version: 1, teamId: teams.D1a })
    expect(await seen('head1')).toContain('sales2')
    await admin().patch(`/api/users/${users.sales2}`, { version: moved.body.version, teamId: null })
    expect(await seen('head1')).not.toContain('sales2')
  })
})
