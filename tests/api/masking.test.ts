import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Answer } from '../support/client.ts'
import { addressOf, promised } from '../support/endpoints.ts'
import { auditOf, expectRefusal } from '../support/refusal.ts'

let app: TestApp
/** Ids of one customer and one contact per owner; all carry numbers. */
const rows: Record<'sales1' | 'sales2', { customer: number; contact: number }> = {} as never
/** 财务 sees every customer, numbers only within 华东. */
let halfBlind: number
const NUMBERS = {
  sales1: { phone: '0755-8208 8888', mobile: '138 1234 5678', mobile2: '13912345670', direct: '021-62345671' },
  sales2: { phone: '020-38771234', mobile: '+86 13798765432', mobile2: '13698765430', direct: '0571-87654321' },
}
beforeAll(async () => {
  app = await openTestApp()
  for (const who of ['sales1', 'sales2'] as const) {
    const { direct, mobile, mobile2, phone } = NUMBERS[who]
    const { id } = await app.make.customer({ name: `${who}的客户`, ownerId: app.ids.users[who], phone })
    const contact = await app.make.contact({ customerId: id, name: `${who}的联系人`, mobile, mobile2, phone: direct })
    rows[who] = { customer: id, contact: contact.id }
    await app.as('admin').patch(`/api/customers/${id}`, { version: 1, notes: '留一条变更', phone: `${phone}转1` })
    await app.as('admin').patch(`/api/customers/${id}`, { version: 2, phone })
    const gone = await app.make.customer({ name: `${who}删掉的客户`, ownerId: app.ids.users[who], phone })
    await app.as('admin').delete(`/api/customers/${gone.id}?version=1`)
  }
  const reader = await app.make.role({
    reach: 'all',
    permissions: ['customer.read', 'contact.read', 'customer.delete'],
  })
  const numbers = await app.make.role({ reach: 'subtree', permissions: ['phone.read'] })
  halfBlind = (await app.make.user({ teamId: app.ids.teams.D1, roleIds: [reader.id, numbers.id] })).id
  await app.as('admin').put(`/api/customers/${rows.sales2.customer}/collaborators`, {
    items: [{ userId: app.ids.users.sales1b, access: 'edit' }],
  })
})
afterAll(() => app.close())

const digitsIn = (text: string) => text.replace(/[\s()+-]/g, '')
const secrets = (who: 'sales1' | 'sales2') => Object.values(NUMBERS[who]).map((n) => digitsIn(n).replace(/^86/, ''))
/** Numbers that stand in the answer in full, however they are written. */
const leaksIn = ({ body }: Answer, who: 'sales1' | 'sales2') => {
  const plain = digitsIn(JSON.stringify(body))
  return secrets(who).filter((number) => plain.includes(number))
}

describe('没有“直接看到完整号码”的人', () => {
  const extras = [
    '',
    '?q=客户',
    '?q=13812345678',
    '?q=5678',
    '?deleted=only',
    '?fields=phone,mobile,mobile2',
    '?sort=id',
    '?count=exact',
  ]
  const urls = () =>
    promised
      .filter(({ method }) => method === 'GET')
      .flatMap(({ path }) => {
        const ids = path.includes('contacts')
          ? [rows.sales1.contact, rows.sales2.contact]
          : [rows.sales1.customer, rows.sales2.customer]
        const bases = path.includes(':id') ? ids.map((id) => addressOf(path, id)) : [path]
        return bases.flatMap((base) => (path.includes(':id') ? [base] : extras.map((extra) => base + extra)))
      })

  it('走遍所有读取接口,看不到一个完整号码', async () => {
    const leaks: string[] = []
    const seen: string[] = []
    for (const who of ['sales1', 'sales1b', 'finance'] as const)
      for (const url of urls()) {
        const answer = await app.as(who).get(url)
        if (answer.status === 200) seen.push(url)
        for (const owner of ['sales1', 'sales2'] as const)
          for (const number of leaksIn(answer, owner)) leaks.push(`${who} ${url} ${number}`)
      }
    expect(leaks).toEqual([])
    // The crawl did reach the numbers: they are there, masked.
    expect(seen).toContain(`/api/customers/${rows.sales1.customer}/history`)
    const shown = JSON.stringify((await app.as('finance').get('/api/contacts?sort=id')).body)
    for (const mask of ['138****5678', '139****5670', '021****5671', '137****5432']) expect(shown).toContain(mask)
  })

  it('保存、冲突、转移、恢复、查重的答复里也没有', async () => {
    const { customer: id, contact } = rows.sales1
    const { version } = (await app.as('admin').get(`/api/customers/${id}`)).body
    const sales1 = app.as('sales1')
    const answers = [
      await sales1.patch(`/api/customers/${id}`, { version, notes: '自己改的' }),
      await sales1.patch(`/api/customers/${id}`, { version, notes: '冲突' }),
      await sales1.patch(`/api/contacts/${contact}`, { version: 1, jobTitle: '经理' }),
      await sales1.patch(`/api/contacts/${contact}`, { version: 1, jobTitle: '冲突' }),
      await sales1.post('/api/customers/check', { name: 'sales1的客户', phone: NUMBERS.sales1.phone }),
      await sales1.post('/api/customers', { name: 'sales2的客户', phone: NUMBERS.sales2.phone }),
      await sales1.post(
        '/api/customers',
        { name: '新登记的', phone: NUMBERS.sales1.phone },
        { 'idempotency-key': 'm' },
      ),
      await sales1.post(
        '/api/customers',
        { name: '新登记的', phone: NUMBERS.sales1.phone },
        { 'idempotency-key': 'm' },
      ),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 409, 200, 409, 200, 409, 201, 201])
    for (const answer of answers) expect([...leaksIn(answer, 'sales1'), ...leaksIn(answer, 'sales2')]).toEqual([])
  })

  it('号码不能用来筛选、排序', async () => {
    const tree = (op: string) => `filter=${encodeURIComponent(JSON.stringify({ field: 'phone', op, value: '0755' }))}`
    const queries = [
      'phone=0755',
      'phoneFrom=0',
      'sort=phone',
      'sort=-phone',
      'sort=name,phone',
      tree('startsWith'),
      tree('empty'),
    ]
    for (const path of ['customers', 'contacts'])
      for (const query of [...queries, 'mobile=138', 'sort=mobile', 'sort=mobile2'])
        for (const who of ['sales1', 'admin'] as const)
          expect([query, (await app.as(who).get(`/api/${path}?${query}`)).status]).toEqual([query, 400])
  })
})

describe('完整号码只在范围内', () => {
  it('看得到全部客户、只能看华东号码的人,别组的仍是遮住的', async () => {
    for (const path of ['customers', 'contacts']) {
      const answer = await app.as(halfBlind).get(`/api/${path}`)
      const shown = digitsIn(JSON.stringify(answer.body))
      for (const number of path === 'customers' ? secrets('sales1').slice(0, 1) : secrets('sales1').slice(1))
        expect(shown).toContain(number)
      expect(leaksIn(answer, 'sales2')).toEqual([])
    }
    for (const kind of ['customer', 'contact'] as const) {
      expect(leaksIn(await app.as(halfBlind).get(`/api/${kind}s/${rows.sales1[kind]}`), 'sales1')).not.toEqual([])
      expect(leaksIn(await app.as(halfBlind).get(`/api/${kind}s/${rows.sales2[kind]}`), 'sales2')).toEqual([])
    }
    expect(
      leaksIn(await app.as(halfBlind).get(`/api/customers/${rows.sales1.customer}/history`), 'sales1'),
    ).not.toEqual([])
    expect(leaksIn(await app.as(halfBlind).get(`/api/customers/${rows.sales2.customer}/history`), 'sales2')).toEqual([])
  })
})

describe('点击显示', () => {
  const reveal = (who: 'sales1' | 'sales1b' | 'sales2' | 'finance' | number, path: string, field: string) =>
    app.as(who).post(`/api/${path}/reveal`, { field })

  it('自己的客户和联系人,一次一个号码,六十秒,谁看过记入日志,日志里没有号码', async () => {
    const { contact, customer } = rows.sales1
    expect((await reveal('sales1', `customers/${customer}`, 'phone')).body).toEqual({
      value: NUMBERS.sales1.phone,
      seconds: 60,
    })
    expect((await reveal('sales1', `contacts/${contact}`, 'mobile')).body).toEqual({
      value: NUMBERS.sales1.mobile,
      seconds: 60,
    })
    const looked = (await auditOf(app, 'contact', contact)).filter(({ action }) => action === 'reveal')
    expect(looked).toMatchObject([{ actorName: '王业务', note: 'mobile', before: null, after: null }])
    const bare = await app.make.customer({ name: '没有电话', ownerId: app.ids.users.sales1 })
    expect((await reveal('sales1', `customers/${bare.id}`, 'phone')).body.value).toBe(null)
  })

  it('别人的看不到;只读协作人可以;没有权限的不行;不认得的字段不行', async () => {
    const { contact, customer } = rows.sales2
    const refuses = (work: () => Promise<Answer>, status: number, field?: string) =>
      expectRefusal(app, work, status, field)
    await refuses(() => reveal('sales1', `customers/${customer}`, 'phone'), 404)
    await refuses(() => reveal('sales1', `contacts/${contact}`, 'mobile'), 404)
    await refuses(() => reveal(halfBlind, `customers/${customer}`, 'phone'), 403)
    await refuses(() => reveal('sales2', `customers/${customer}`, 'notes'), 400, 'field')
    await refuses(() => reveal('sales2', `contacts/${contact}`, 'passwordHash'), 400, 'field')
    expect((await reveal('sales1b', `customers/${customer}`, 'phone')).body.value).toBe(NUMBERS.sales2.phone)
  })
})

describe('遮住的号码写回来', () => {
  it('不算改动,真号码原样', async () => {
    const row = (await app.as('sales1').get(`/api/contacts/${rows.sales1.contact}`)).body
    const { mobile, mobile2, phone, version } = row
    expect(mobile).toBe('138****5678')
    const saved = await app
      .as('sales1')
      .patch(`/api/contacts/${row.id}`, { version, mobile, mobile2, phone, notes: '整行写回' })
    expect(saved).toMatchObject({ status: 200, body: { notes: '整行写回', mobile } })
    const { direct, ...typed } = NUMBERS.sales1
    expect((await app.as('admin').get(`/api/contacts/${row.id}`)).body).toMatchObject({ ...typed, phone: direct })
  })

  it('不是自己那个号码的遮盖样子,或新建时带星号,一律拒绝', async () => {
    const id = rows.sales1.contact
    const { version } = (await app.as('admin').get(`/api/contacts/${id}`)).body
    for (const mobile of ['139****5678', '138****5679', '138***5678', '****', '*', '13812345*78', '138••••5678'])
      await expectRefusal(app, () => app.as('sales1').patch(`/api/contacts/${id}`, { version, mobile }), 400, 'mobile')
    await expectRefusal(
      app,
      () => app.as('sales1').post('/api/customers', { name: '星号', phone: '138****5678' }),
      400,
      'phone',
    )
    const firstContact = { name: '星', mobile: '138****5678' }
    await expectRefusal(app, () => app.as('sales1').post('/api/customers', { name: '星号', firstContact }), 400)
  })
})

describe('不能靠搜索把号码一位一位猜出来', () => {
  const hits = async (who: 'sales1' | 'head1' | 'finance' | number, q: string) => {
    const query = `q=${encodeURIComponent(q)}`
    const totals = ['customers', 'contacts'].map(
      async (path) => (await app.as(who).get(`/api/${path}?${query}`)).body.items.length,
    )
    const both = (await app.as(who).get(`/api/search?${query}`)).body
    return [...(await Promise.all(totals)), both.customers.length, both.contacts.length]
  }

  it('没有权限的只认整个号码或末四位', async () => {
    for (const q of ['13812345678', '138 1234 5678', '+86 138-1234-5678', '8613812345678', '5678'])
      for (const who of ['sales1', 'finance'] as const) expect([q, ...(await hits(who, q))]).toEqual([q, 1, 1, 1, 1])
    const parts = [
      '138',
      '1381',
      '13812',
      '138123',
      '1381234',
      '13812345',
      '138123456',
      '1381234567',
      '3812345678',
      '345678',
      '45678',
      '678',
      '567',
    ]
    for (const q of parts)
      for (const who of ['sales1', 'finance'] as const) expect([q, ...(await hits(who, q))]).toEqual([q, 0, 0, 0, 0])
    for (const q of ['138****5678', '138%5678', '138_2345678', '138*'])
      expect([q, ...(await hits('sales1', q))]).toEqual([q, 0, 0, 0, 0])
  })

  it('有权限的按片段找,但只在看得到号码的范围内', async () => {
    for (const q of ['1381', '12345', '5678', '3812345678']) expect((await hits('head1', q))[0]).toBeGreaterThan(0)
    expect(await hits(halfBlind, '1379876')).toEqual([0, 0, 0, 0])
    expect(await hits(halfBlind, '13798765432')).toEqual([1, 1, 1, 1])
    expect((await hits(halfBlind, '1381234'))[1]).toBe(1)
  })
})
