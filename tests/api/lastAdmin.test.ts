import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
beforeEach(async () => void (app = await openTestApp()))
afterEach(() => app.close())

const edit = (by: number, id: number, version: number, change: object) =>
  app.as(by).patch(`/api/users/${id}`, { version, ...change })
const anotherAdmin = () => app.make.user({ roleIds: [app.ids.roles.系统管理员] })

describe('最后一名系统管理员', () => {
  it('停不掉自己,也丢不掉角色', async () => {
    const id = app.ids.users.admin
    expect(await edit(id, id, 1, { disabled: true })).toMatchObject({
      status: 409,
      body: { code: 'illegal_move', detail: '不能停用自己' },
    })
    expect(await edit(id, id, 1, { roleIds: [app.ids.roles.业务员] })).toMatchObject({
      status: 409,
      body: { detail: '至少要保留一名启用的系统管理员' },
    })
    expect(await edit(id, id, 1, { name: '改名可以' })).toMatchObject({ status: 200, body: { version: 2 } })
  })

  it('有了第二名,第一名才能停用;停用后第二名就是最后一名', async () => {
    const second = await anotherAdmin()
    expect((await edit(second.id, app.ids.users.admin, 1, { disabled: true })).status).toBe(200)
    expect((await edit(second.id, second.id, 1, { roleIds: [] })).status).toBe(409)
    expect((await app.as('admin').get('/api/auth/me')).status).toBe(401)
  })

  it('已停用的管理员不算数', async () => {
    const second = await anotherAdmin()
    expect((await edit(app.ids.users.admin, second.id, 1, { disabled: true })).status).toBe(200)
    expect((await edit(app.ids.users.admin, app.ids.users.admin, 1, { roleIds: [] })).status).toBe(409)
    expect((await edit(app.ids.users.admin, second.id, 2, { roleIds: [] })).status).toBe(200)
  })

  it('两名管理员同时停用对方,总有一名留下', async () => {
    const second = await anotherAdmin()
    await Promise.all([app.as('admin').get('/api/auth/me'), app.as(second.id).get('/api/auth/me')])
    const all = await Promise.all([
      edit(second.id, app.ids.users.admin, 1, { disabled: true }),
      edit(app.ids.users.admin, second.id, 1, { disabled: true }),
    ])
    expect(all.filter(({ status }) => status === 200)).toHaveLength(1)
    const left = await app.store.read
      .selectFrom('users')
      .select('id')
      .where('id', 'in', [app.ids.users.admin, second.id])
      .where('disabled', '=', 0)
      .execute()
    expect(left).toHaveLength(1)
  })
})
