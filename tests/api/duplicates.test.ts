import type { DuplicateMatch } from '@crm/shared/contract/customers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Answer } from '../support/client.ts'
import { auditOf, expectRefusal } from '../support/refusal.ts'

let app: TestApp
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const [CODE, CODE2, CODE3] = ['914403001922038216', '91440300192181490G', '91110000100006485K']
type Who = 'admin' | 'head1' | 'sales1' | 'sales1b' | 'sales2'
const users = () => app.ids.users
const refuses = (work: () => Promise<Answer>, status: number, field?: string) => expectRefusal(app, work, status, field)
const create = (who: Who, body: object) => app.as(who).post('/api/customers', body)
const check = async (who: Who, body: object): Promise<DuplicateMatch[]> =>
  (await app.as(who).post('/api/customers/check', body)).body.matches
const briefly = (matches: readonly DuplicateMatch[]) => matches.map((m) => `${m.level} ${m.by} ${m.name}`)

describe('拦截:名称或信用代码相同', () => {
  it('写法不同的同一名称都拦住,告诉他是谁的,不告诉别的', async () => {
    await app.make.customer({
      name: '深圳市蓝天商贸有限公司',
      ownerId: users().sales2,
      phone: '13812345678',
      notes: '机密',
    })
    const spellings = [
      '深圳市蓝天商贸有限公司',
      '深圳市蓝天商贸股份有限公司',
      '深圳市蓝天商贸集团有限责任公司',
      ' 深圳市 蓝天商贸（集团） ',
      '深圳市·蓝天商贸',
    ]
    for (const name of spellings) await refuses(() => create('sales1', { name }), 409, 'name')
    const { body } = await create('sales1', { name: spellings[1] })
    expect(body).toMatchObject({ code: 'duplicate', detail: expect.stringContaining('孙华南') })
    expect(body.matches).toEqual([
      {
        level: 'block',
        by: 'name',
        subject: 'customer',
        name: '深圳市蓝天商贸有限公司',
        ownerName: '孙华南',
        state: 'live',
        id: null,
        customerId: null,
        claimId: null,
        asking: 'may',
      },
    ])
    expect(JSON.stringify(body)).not.toMatch(/138|机密/)
  })

  it('能打开的人得到编号,可以直接过去', async () => {
    const row = await app.make.customer({ name: '大海贸易', ownerId: users().sales1 })
    expect((await create('head1', { name: '大海贸易有限公司' })).body.matches).toMatchObject([
      { id: row.id, customerId: row.id },
    ])
    expect((await create('sales2', { name: '大海贸易' })).body.matches).toMatchObject([{ id: null, customerId: null }])
  })

  it('全角半角、大小写、空格之外的差别不算同名', async () => {
    await app.make.customer({ name: 'ＡＢＣ科技' })
    for (const name of ['abc科技', 'A B C 科技有限公司']) await refuses(() => create('sales1', { name }), 409, 'name')
    expect((await create('sales1', { name: 'ABD科技' })).status).toBe(201)
  })

  it('信用代码相同也拦,名称不同、写法不同都一样', async () => {
    await app.make.customer({ name: '平安银行股份有限公司', creditCode: CODE, ownerId: users().sales2 })
    for (const creditCode of [CODE, '9144 0300 1922 0382 16', '９１４４０３００１９２２０３８２１６'])
      await refuses(() => create('sales1', { name: '另一个名字', creditCode }), 409, 'creditCode')
    expect((await create('sales1', { name: '另一个名字', creditCode: CODE })).body.matches).toMatchObject([
      { by: 'creditCode', name: '平安银行股份有限公司' },
    ])
  })

  it('改名、改信用代码时同样拦,自己不算', async () => {
    await app.make.customer({ name: '已有的甲公司', creditCode: CODE2 })
    const { id } = await app.make.customer({ name: '原来的乙公司', ownerId: users().sales1 })
    const patch = (body: object) => app.as('sales1').patch(`/api/customers/${id}`, { version: 1, ...body })
    await refuses(() => patch({ name: '已有的甲公司股份有限公司' }), 409, 'name')
    await refuses(() => patch({ creditCode: CODE2 }), 409, 'creditCode')
    expect((await patch({ name: '原来的乙公司有限公司', creditCode: CODE3 })).status).toBe(200)
    const again = await app
      .as('sales1')
      .patch(`/api/customers/${id}`, { version: 2, name: '原来的乙公司', creditCode: CODE3 })
    expect(again.status).toBe(200)
  })

  it('回收站里的也拦,提示可以恢复;恢复时再查一次', async () => {
    const gone = await app.make.customer({ name: '进了回收站的公司' })
    await app.as('admin').delete(`/api/customers/${gone.id}?version=1`)
    const { body } = await create('sales1', { name: '进了回收站的公司' })
    expect(body).toMatchObject({ detail: expect.stringContaining('恢复'), matches: [{ state: 'recycled', id: null }] })
    const twin = await create('admin', { name: '进了回收站的公司', overrideReason: '重新登记' })
    expect(twin.status).toBe(201)
    await refuses(() => app.as('admin').post(`/api/customers/${gone.id}/restore`), 409, 'name')
    await app.as('admin').delete(`/api/customers/${twin.body.id}?version=1`)
    expect((await app.as('admin').post(`/api/customers/${gone.id}/restore`)).status).toBe(200)
  })
})

describe('公海里的', () => {
  it('说在公海,公海的成员可以当场领取;不是成员的只知道在公海', async () => {
    const facts = { name: '华东公海', memberTeamIds: [app.ids.teams.D1] }
    const { id: poolId } = (await app.as('admin').post('/api/pools', facts)).body
    const { id } = await app.make.customer({ name: '公海里的旧客户', phone: '13744445555', ownerId: users().sales1 })
    await app.as('sales1').post(`/api/customers/${id}/release`, { poolId, reason: '不跟了' })
    const { body } = await create('sales1b', { name: '公海里的旧客户' })
    expect(body).toMatchObject({
      detail: expect.stringContaining('在公海里,可以领取'),
      matches: [{ state: 'pooled', ownerName: null, id: null, customerId: null, claimId: id }],
    })
    expect(await check('sales1b', { phone: '13744445555' })).toMatchObject([{ level: 'warn', claimId: id }])
    const foreign = (await create('sales2', { name: '公海里的旧客户' })).body
    expect(foreign.matches).toMatchObject([{ state: 'pooled', id: null, customerId: null, claimId: null }])
    expect(foreign.detail).toMatch(/在公海里[)）]$/)
    expect((await app.as('sales1b').post(`/api/customers/${id}/claim`)).status).toBe(200)
    expect(await check('sales1b', { name: '公海里的旧客户' })).toMatchObject([{ state: 'live', id, claimId: null }])
  })
})

describe('仍然保存', () => {
  it('要有权限,也要有理由;记在审计里', async () => {
    await app.make.customer({ name: '同名公司', ownerId: users().sales1 })
    await refuses(() => create('sales1', { name: '同名公司', overrideReason: '就是要' }), 409, 'name')
    for (const overrideReason of [undefined, null, '', '  '])
      await refuses(() => create('head1', { name: '同名公司', overrideReason }), 409, 'name')
    const twin = await create('head1', { name: '同名公司', overrideReason: '两地各有一家' })
    expect(twin.status).toBe(201)
    expect(twin.body).not.toHaveProperty('overrideReason')
    const noted = (await auditOf(app, 'customer', twin.body.id)).map(({ action, note }) =>
      `${action} ${note ?? ''}`.trim(),
    )
    expect(noted).toEqual(['create', 'duplicate.override 两地各有一家'])
  })

  it('双胞胎依次编号,改回原名也行', async () => {
    const twins = ['一', '二', '三'].map((n) => ({ name: '三胞胎公司', overrideReason: `第${n}家` }))
    for (const body of twins) await create('admin', body)
    const twinNos = async () =>
      (
        await app.store.read
          .selectFrom('customers')
          .select(['id', 'twinNo'])
          .where('nameKey', '=', '三胞胎公司')
          .where('deletedAt', 'is', null)
          .orderBy('id')
          .execute()
      ).map(({ twinNo }) => twinNo)
    expect(await twinNos()).toEqual([0, 1, 2])
    const { items } = (await app.as('admin').get('/api/customers?name=三胞胎公司&sort=id')).body
    await app.as('admin').delete(`/api/customers/${items[1].id}?version=1`)
    const rename = (body: object) => app.as('admin').patch(`/api/customers/${items[2].id}`, body)
    expect((await rename({ version: 1, name: '改叫别的' })).status).toBe(200)
    expect((await rename({ version: 2, name: '三胞胎公司' })).status).toBe(409)
    expect((await rename({ version: 2, name: '三胞胎公司', overrideReason: '改回来' })).status).toBe(200)
    expect(await twinNos()).toEqual([0, 1])
  })

  it('没有重复时给了理由也照常保存,不记作强行', async () => {
    const { body } = await create('head1', { name: '独一无二', overrideReason: '以防万一' })
    expect((await auditOf(app, 'customer', body.id)).map(({ action }) => action)).toEqual(['create'])
  })
})

describe('提醒与提示(边填边查)', () => {
  it('电话相同提醒,写法不同、写在联系人名下都找得到', async () => {
    const row = await app.make.customer({ name: '电话公司', phone: '0755-8208 8888转801', ownerId: users().sales2 })
    await app.make.contact({ customerId: row.id, name: '林小姐', mobile: '+86 139-0000-1111' })
    for (const phone of ['075582088888', '+86 755 8208 8888', '(0755)82088888-802'])
      expect(briefly(await check('sales1', { phone }))).toEqual(['warn phone 电话公司'])
    const [match] = await check('sales1', { phone: '13900001111' })
    expect(match).toMatchObject({ subject: 'contact', name: '电话公司·林小姐', ownerName: '孙华南', id: null })
    for (const phone of ['1390000', '1111', '0000', '%', '139****1111'])
      expect(await check('sales1', { phone })).toEqual([])
  })

  it('邮箱相同提醒,不分大小写', async () => {
    const row = await app.make.customer({ name: '邮箱公司', email: 'Info@Example.com.cn', ownerId: users().sales2 })
    await app.make.contact({ customerId: row.id, name: '何先生', email: 'HE@example.com.cn' })
    expect(briefly(await check('sales1', { email: 'info@example.COM.cn' }))).toEqual(['warn email 邮箱公司'])
    expect(briefly(await check('sales1', { email: 'he@Example.com.cn' }))).toEqual(['warn email 邮箱公司·何先生'])
    for (const email of ['nfo@example.com.cn', '%@example.com.cn', 'example.com.cn'])
      expect(await check('sales1', { email })).toEqual([])
  })

  it('名称相近提示,不拦保存', async () => {
    await app.make.customer({ name: '江苏恒瑞医药科技股份有限公司', ownerId: users().sales2 })
    const hint = ['hint similar 江苏恒瑞医药科技股份有限公司']
    for (const name of ['江苏恒瑞医药科技发展有限公司', '江苏恒瑞医药新科技'])
      expect(briefly(await check('sales1', { name }))).toEqual(hint)
    for (const name of ['江苏恒瑞', '浙江华海药业', '恒瑞']) expect(await check('sales1', { name })).toEqual([])
    expect((await create('sales1', { name: '江苏恒瑞医药科技发展有限公司' })).status).toBe(201)
  })

  it('强的在前,每个客户只说一次;正在改的客户不算', async () => {
    const row = await app.make.customer({ name: '样样相同', phone: '13711112222', email: 'same@example.com' })
    await app.make.customer({ name: '同电话的另一家', phone: '13711112222' })
    const typed = { name: '样样相同有限公司', phone: '13711112222', email: 'same@example.com' }
    expect(briefly(await check('admin', typed))).toEqual(['block name 样样相同', 'warn phone 同电话的另一家'])
    expect(briefly(await check('admin', { ...typed, exceptId: row.id }))).toEqual(['warn phone 同电话的另一家'])
    await refuses(() => app.as('sales2').post('/api/customers/check', { ...typed, exceptId: row.id }), 404)
    expect(await check('admin', {})).toEqual([])
  })

  it('答复只有名称、负责人、状态;查重不留痕迹', async () => {
    const matches = await check('sales1', { name: '深圳市蓝天商贸', phone: '13812345678' })
    const keys = ['asking', 'by', 'claimId', 'customerId', 'id', 'level', 'name', 'ownerName', 'state', 'subject']
    expect(matches.length).toBeGreaterThan(0)
    for (const match of matches) expect(Object.keys(match).toSorted()).toEqual(keys)
    expect(JSON.stringify(matches)).not.toContain('5678')
  })
})

describe('同时新建', () => {
  const statuses = (answers: readonly Answer[]) => answers.map(({ status }) => status).toSorted((a, b) => a - b)
  const allBut = (n: number) => [201, ...Array.from({ length: n - 1 }, () => 409)]

  it('五十人同时新建同一名称,正好成一个', async () => {
    const forms = ['有限公司', '股份有限公司', '集团', '']
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => create(n % 2 ? 'sales1' : 'sales2', { name: `抢注贸易${forms[n % 4]}` })),
    )
    expect(statuses(answers)).toEqual(allBut(50))
    expect(answers.filter(({ status }) => status === 409).every(({ body }) => body.code === 'duplicate')).toBe(true)
  })

  it('二十人同时用同一信用代码、不同名称,正好成一个', async () => {
    const code = '91440101231250367E'
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => create('sales1', { name: `抢码${n}`, creditCode: code })),
    )
    expect(statuses(answers)).toEqual(allBut(20))
  })

  it('十人同时强行新建同名,各得其号', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => create('admin', { name: '同时强行', overrideReason: `第${n}个` })),
    )
    expect(statuses(answers)).toEqual(Array.from({ length: 10 }, () => 201))
    const { items } = (await app.as('admin').get('/api/customers?name=同时强行')).body
    expect(new Set(items.map(({ number }: { number: string }) => number)).size).toBe(10)
  })

  it('两人同时把各自的客户改成同一个名字,只成一个', async () => {
    const rows = []
    for (const n of [1, 2, 3, 4]) rows.push(await app.make.customer({ name: `改名前${n}` }))
    const answers = await Promise.all(
      rows.map(({ id }) => app.as('admin').patch(`/api/customers/${id}`, { version: 1, name: '改成一样' })),
    )
    expect(statuses(answers)).toEqual([200, 409, 409, 409])
  })
})
