import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const audit = async (query = '') => (await app.as('admin').get(`/api/audit?${query}`)).body
const login = (username: string, password: string) => app.anonymous.post('/api/auth/login', { username, password })

describe('审计日志', () => {
  it('登录成功、失败、被拦、退出、改密码、重置密码都在,谁、何时、从哪里', async () => {
    const cookie = String((await login('sales1', app.password)).headers['set-cookie']).split(';')[0]!
    await login('sales1', '错误的密码')
    await app.anonymous.post(
      '/api/auth/password',
      { oldPassword: app.password, newPassword: '全新的密码-01' },
      { cookie },
    )
    await app.anonymous.post('/api/auth/logout', undefined, { cookie })
    const id = app.ids.users.sales1
    await app.as('admin').post(`/api/users/${id}/password`, { password: '重置的密码-01' })
    const { items } = await audit(`entity=signIn&recordId=${id}`)
    expect(items.map((row: { action: string; actorName: string }) => `${row.actorName} ${row.action}`)).toEqual([
      '管理员 passwordReset',
      '王业务 logout',
      '王业务 passwordChanged',
      '未登录 loginFailed',
      '王业务 login',
    ])
    expect(items[4]).toMatchObject({ actorId: id, at: '2026-11-22T01:00:00.000Z', via: 'web', address: '127.0.0.1' })
    for (let n = 0; n < 12; n++) await login('sales2', '错误的密码')
    const { items: failed } = await audit('entity=signIn')
    expect(failed.filter((row: { action: string }) => row.action === 'loginBlocked')).toMatchObject([
      { note: 'login:account:sales2' },
    ])
  })

  it('日志里没有密码,也没有误输在用户名框里的密码', async () => {
    await login('我的密码是这个', '错误的密码')
    const all = JSON.stringify(await app.store.read.selectFrom('auditLog').selectAll().execute())
    for (const secret of [app.password, '错误的密码', '全新的密码-01', '重置的密码-01', '我的密码是这个', '$argon2id$'])
      expect(all).not.toContain(secret)
  })

  it('按动作筛选;导出筛出来的,每条写明谁、从哪里、改了什么,导出本身也记下', async () => {
    const row = await app.make.customer({ name: '=导出公司', status: 'potential' })
    await app.as('admin').patch(`/api/customers/${row.id}`, { version: row.version, status: 'won' })
    const asked = `entity=customer&action=update&recordId=${row.id}`
    expect((await audit(asked)).items).toMatchObject([{ action: 'update', recordId: row.id }])
    const { body: text } = await app.byToken('admin').post(`/api/audit/export?${asked}`)
    const lines = (text as string).replace('\uFEFF', '').trim().split('\r\n')
    expect(lines).toHaveLength(2)
    expect(lines[0]).toBe('时间,操作员,来源,地址,对象,编号,名称,动作,变更,备注')
    expect(lines[1]).toContain('管理员,网页,127.0.0.1,客户,')
    expect(lines[1]).toContain('状态:待跟进 → 已成交')
    expect(lines[1]).toContain("'=导出公司")
    expect((await audit('action=export')).items[0]).toMatchObject({ entity: 'audit', after: { rows: 1 } })
    expect((await app.as('sales1').post('/api/audit/export')).status).toBe(403)
  })

  it('记下角色变动的前后全貌,一条一行,换行写不进去', async () => {
    const role = await app.make.role({ name: '审计用', permissions: ['customer.read'] })
    await app
      .as('admin')
      .patch(`/api/roles/${role.id}`, { version: 1, permissions: ['customer.read', 'customer.create'] })
    const { items } = await audit(`entity=role&recordId=${role.id}`)
    expect(items).toMatchObject([
      {
        action: 'update',
        before: { name: '审计用', permissions: '["customer.read"]' },
        after: { permissions: '["customer.read","customer.create"]', version: 2 },
      },
      { action: 'create', before: null },
    ])
    expect(
      (await app.as('admin').post('/api/roles', { name: '伪造\n2026 管理员 login', permissions: [] })).status,
    ).toBe(400)
  })

  it('被拒绝的修改不留下任何变动', async () => {
    const before = (await audit('size=1')).items[0].id
    await app.as('sales1b').patch('/api/settings', { company: '改' })
    await app.as('admin').patch(`/api/roles/${app.ids.roles.系统管理员}`, { version: 1, name: '改' })
    await app.as('admin').post('/api/users', { username: 'admin', name: '重名', password: '重名的密码-2026' })
    expect((await audit('size=1')).items[0].id).toBe(before)
  })

  it('按对象、操作员、时间筛选,新的在前,总数有上限', async () => {
    expect((await audit(`entity=user&actorId=${app.ids.users.sales1}`)).items).toEqual([])
    expect((await audit('entity=user,team')).items.length).toBeGreaterThan(5)
    app.clock.advance(60_000)
    await app.make.team({ name: '审计部' })
    expect((await audit('atFrom=2026-11-22T01:01:00.000Z')).items).toMatchObject([
      { entity: 'team', after: { name: '审计部' } },
    ])
    expect((await audit('atTo=2026-11-22T00:59:59.999Z')).items).toEqual([])
    const { items, total, totalCapped } = await audit('size=3&page=2')
    const ids = items.map((row: { id: number }) => row.id)
    expect(ids).toEqual(ids.toSorted((a: number, b: number) => b - a))
    expect([items.length, totalCapped, total > 20]).toEqual([3, false, true])
    for (const query of ['size=201', 'page=101&size=100', 'sort=id', 'actorId=x', 'atFrom=2026', 'recordId=1e3'])
      expect((await app.as('admin').get(`/api/audit?${query}`)).status).toBe(400)
  })

  it('没有权限的人看不到;接口和数据库都改不了、删不掉', async () => {
    for (const who of ['head1', 'sales1b', 'finance'] as const)
      expect((await app.as(who).get('/api/audit')).status).toBe(403)
    for (const answer of [
      await app.as('admin').delete('/api/audit/1'),
      await app.as('admin').patch('/api/audit/1', {}),
      await app.as('admin').post('/api/audit', {}),
    ])
      expect(answer.status).toBe(404)
    const { count } = await app.store.read
      .selectFrom('auditLog')
      .select((e) => e.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    for (const statement of [
      sql`delete from ${sql.table('auditLog')}`,
      sql`update ${sql.table('auditLog')} set note = 'x'`,
    ])
      await expect(app.store.tx((tx) => statement.execute(tx))).rejects.toThrow('append-only')
    expect(
      (
        await app.store.read
          .selectFrom('auditLog')
          .select((e) => e.fn.countAll<number>().as('count'))
          .executeTakeFirstOrThrow()
      ).count,
    ).toBe(count)
  })

  it('看得到审计但看不到号码的人,前后记录里的号码也是遮住的', async () => {
    await app.make.customer({ name: '有电话的客户', phone: '13812345678' })
    const role = await app.make.role({ reach: 'all', permissions: ['audit.read', 'phone.reveal'] })
    const reader = await app.make.user({ roleIds: [role.id] })
    const { body } = await app.as(reader.id).get('/api/audit?entity=customer')
    expect(body.items[0].after).toMatchObject({ name: '有电话的客户', phone: '138****5678' })
    expect((await audit('entity=customer')).items[0].after.phone).toBe('13812345678')
  })

  it('范围不是“全部”的人,只看得到自己圈子里做的事', async () => {
    const role = await app.make.role({ reach: 'team', permissions: ['audit.read'] })
    const reader = await app.make.user({ teamId: app.ids.teams.D1, roleIds: [role.id] })
    await app.as('sales1b').post('/api/customers', { name: '李业务的客户' })
    await app.as('sales2').post('/api/customers', { name: '孙华南的客户' })
    const { body } = await app.as(reader.id).get('/api/audit?size=200')
    expect(new Set(body.items.map((row: { actorName: string }) => row.actorName))).toEqual(
      new Set(['王业务', '李业务']),
    )
  })
})
