import { systemActor } from '@crm/server/core/access/actor'
import { createFirstAdmin, createUser } from '@crm/server/modules/org/service'
import { dictionaries } from '@crm/shared/dictionaries'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { fakeClock } from '../support/clock.ts'
import { openTestStore, type TestStore } from '../support/engine.ts'

describe('公司资料', () => {
  let app: TestApp
  beforeAll(async () => void (app = await openTestApp()))
  afterAll(() => app.close())

  it('人人可看,有权限的人才能改,改动进审计', async () => {
    expect((await app.as('sales1').get('/api/settings')).body).toEqual({
      company: '测试公司',
      companyAddress: '',
      companyPhone: '',
      companyTaxNumber: '',
      companyBank: '',
      companyBankAccount: '',
    })
    expect((await app.as('head1').patch('/api/settings', { company: '改' })).status).toBe(403)
    expect((await app.anonymous.get('/api/settings')).status).toBe(401)
    expect(await app.as('admin').patch('/api/settings', { company: '新公司' })).toMatchObject({
      status: 200,
      body: { company: '新公司' },
    })
    expect((await app.as('sales1').get('/api/auth/me')).body.company).toBe('新公司')
    const { body } = await app.as('admin').get('/api/audit?entity=settings&size=1')
    expect(body.items).toMatchObject([
      { actorName: '管理员', action: 'update', before: { company: '测试公司' }, after: { company: '新公司' } },
    ])
  })

  it('单据抬头:没提的不动,留空的清掉', async () => {
    const heading = {
      companyAddress: '杭州市文三路 1 号',
      companyPhone: '0571-88880000',
      companyTaxNumber: '91330000MA0000000X',
    }
    const change = (body: object) => app.as('admin').patch('/api/settings', { company: '新公司', ...body })
    expect((await change(heading)).body).toMatchObject(heading)
    expect((await change({ companyPhone: '  ' })).body).toMatchObject({ ...heading, companyPhone: '' })
    expect((await change({ companyAddress: null })).body).toMatchObject({ companyAddress: '', companyBank: '' })
    expect((await change({ companyBank: '长'.repeat(101) })).status).toBe(400)
  })

  it('空名字、别的字段、不是文字的都拒绝', async () => {
    for (const body of [
      {},
      { company: '' },
      { company: '  ' },
      { company: 1 },
      { company: '好', secret: 'x' },
      { company: '长'.repeat(101) },
      { __proto__: null, constructor: 1 },
    ])
      expect((await app.as('admin').patch('/api/settings', body)).status).toBe(400)
  })
})

describe('第一次运行', () => {
  let empty: TestStore
  const clock = fakeClock('2026-11-22T01:00:00.000Z', 'Asia/Shanghai')
  const first = { username: 'boss', name: '老板', password: '老板的密码-2026', company: '某某公司' }
  beforeAll(async () => void (empty = await openTestStore()))
  afterAll(() => empty.close())

  it('密码太短、用户名不合规时什么也不留下', async () => {
    for (const wrong of [
      { password: '1234567' },
      { username: 'a b' },
      { company: '' },
      { password: 'BOSSBOSS', username: 'bossboss' },
    ])
      await expect(createFirstAdmin(empty.store, clock, { ...first, ...wrong })).rejects.toMatchObject({
        code: 'invalid_input',
      })
    for (const table of ['users', 'roles', 'dictItems', 'settings', 'auditLog'] as const)
      expect(await empty.store.read.selectFrom(table).selectAll().execute()).toEqual([])
  })

  it('同时运行两次,只有一次成;建好管理员、角色、基础资料和公司名', async () => {
    const all = await Promise.allSettled([
      createFirstAdmin(empty.store, clock, first),
      createFirstAdmin(empty.store, clock, { ...first, username: 'boss2' }),
    ])
    expect(all.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const { read } = empty.store
    expect(await read.selectFrom('users').select('name').execute()).toEqual([{ name: '老板' }])
    expect(await read.selectFrom('roles').select(['name', 'builtIn']).orderBy('id').execute()).toMatchObject([
      { name: '系统管理员', builtIn: 1 },
      { builtIn: 0 },
      { builtIn: 0 },
      { builtIn: 0 },
    ])
    expect(await read.selectFrom('dictItems').selectAll().execute()).toHaveLength(
      Object.values(dictionaries).reduce((sum, { items }) => sum + Object.keys(items).length, 0),
    )
    expect(await read.selectFrom('auditLog').select('actorName').distinct().execute()).toEqual([
      { actorName: '命令行' },
    ])
  })

  it('有了操作员就不能再来一次,哪怕全都停用了', async () => {
    const actor = systemActor(clock.now(), clock.today(), 'cli', '命令行')
    await empty.store.tx((tx) => createUser(tx, actor, { username: 'second', name: '第二人' }, 'x'))
    await empty.store.tx(async (tx) => void (await tx.updateTable('users').set({ disabled: 1 }).execute()))
    await expect(createFirstAdmin(empty.store, clock, first)).rejects.toMatchObject({ code: 'illegal_move' })
  })
})
