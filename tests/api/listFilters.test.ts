import { customer } from '@crm/shared/entities/customer'
import { contact } from '@crm/shared/entities/contact'
import { filterable } from '@crm/shared/kernel/query'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
// Rows as the API shows them; the test looks at whatever field it filters by.
// oxlint-disable-next-line typescript/no-explicit-any
type Row = Record<string, any>
let customers: Row[]
let contacts: Row[]
const tags: number[] = []

/** A dozen customers that differ in everything one can filter by; one minute apart. */
beforeAll(async () => {
  app = await openTestApp()
  const { admin, sales1, sales2, sub1 } = app.ids.users
  for (const name of ['重点', '战略']) tags.push((await app.make.tag({ name })).id)
  const pick = <T>(list: readonly T[], n: number): T => list[n % list.length]!
  for (let n = 0; n < 12; n++) {
    const { id } = await app.make.customer({
      name: `筛选${n}`,
      level: pick(['A', 'B', null], n),
      status: pick(['potential', 'active', 'won', 'lost'], n),
      source: pick(['website', null], n),
      industry: pick(['C', 'J', 'K'], n),
      regionCode: pick(['440304', '440305', '440106', '110101', null], n),
      ownerId: pick([sales1, sales2, sub1, admin], n),
      creditFen: pick([null, 0, 100_00, 5_000_00], n),
      terms: pick(['cash', 'net', null], n),
      tagIds: pick([[], [tags[0]!], tags], n),
      ...(n === 3 && { creditCode: '914403001922038216' }),
    } as never)
    const birthday = pick([null, '1990-01-31', '1988-02-29'], n)
    await app.make.contact({
      customerId: id,
      name: `人${n}`,
      birthday,
      decisionRole: pick(['decider', null], n),
    } as never)
    app.clock.advance(60_000)
  }
  const all = async (path: string) => (await app.as('admin').get(`/api/${path}?size=200&sort=id`)).body.items
  customers = await all('customers')
  contacts = await all('contacts')
})
afterAll(() => app.close())

const found = async (path: string, query: string, who: 'admin' | 'sales1' = 'admin') => {
  const { body, status } = await app.as(who).get(`/api/${path}?sort=id&size=200&${query}`)
  expect([query, status, body.errors]).toEqual([query, 200, undefined])
  return body.items.map(({ id }: Row) => id)
}
const expectFound = async (path: 'customers' | 'contacts', query: string, keep: (row: Row) => boolean) => {
  const wanted = (path === 'customers' ? customers : contacts).filter(keep).map(({ id }) => id)
  expect([query, await found(path, query)]).toEqual([query, wanted])
}
const tree = (node: unknown) => `filter=${encodeURIComponent(JSON.stringify(node))}`

describe('逐个字段', () => {
  it('客户:选项、字典、引用、标签、地区、金额、时间、精确文字', async () => {
    const { sales1, sub1 } = app.ids.users
    const [first, second] = tags as [number, number]
    const at = customers[4]!['createdAt'] as string
    const cases: [string, (row: Row) => boolean][] = [
      ['status=won', (row) => row['status'] === 'won'],
      ['status=won,lost', (row) => ['won', 'lost'].includes(row['status'])],
      ['level=A', (row) => row['level'] === 'A'],
      ['level=A,B', (row) => row['level'] !== null],
      ['industry=C,K', (row) => ['C', 'K'].includes(row['industry'])],
      ['source=website', (row) => row['source'] === 'website'],
      ['terms=cash', (row) => row['terms'] === 'cash'],
      [`ownerId=${sales1}`, (row) => row['ownerId'] === sales1],
      [`ownerId=${sales1},${sub1}`, (row) => [sales1, sub1].includes(row['ownerId'])],
      ['ownerId=none', () => false],
      [`tagIds=${first}`, (row) => row['tagIds'].includes(first)],
      [`tagIds=${second},${first}`, (row) => row['tagIds'].length > 0],
      ['tagIds=none', (row) => row['tagIds'].length === 0],
      [`tagIds=none,${second}`, (row) => row['tagIds'].length !== 1],
      ['regionCode=440000', (row) => row['regionCode']?.startsWith('44')],
      ['regionCode=440300', (row) => row['regionCode']?.startsWith('4403')],
      ['regionCode=440304', (row) => row['regionCode'] === '440304'],
      ['creditFenFrom=10000', (row) => row['creditFen'] >= 10_000],
      ['creditFenTo=0', (row) => row['creditFen'] === 0],
      ['creditFen=500000', (row) => row['creditFen'] === 500_000],
      ['creditFenFrom=1&creditFenTo=10000', (row) => row['creditFen'] === 10_000],
      ['name=筛选3', (row) => row['name'] === '筛选3'],
      ['name=筛选', () => false],
      ['creditCode=914403001922038216', (row) => row['creditCode'] !== null],
      [`number=${customers[2]!['number']}`, (row) => row['id'] === customers[2]!['id']],
      [`createdAtFrom=${at}`, (row) => row['createdAt'] >= at],
      [`createdAtTo=${at}`, (row) => row['createdAt'] <= at],
      [`createdAt=${at}`, (row) => row['createdAt'] === at],
      [`updatedAtFrom=${at}&status=won`, (row) => row['updatedAt'] >= at && row['status'] === 'won'],
      [`lastFollowUpAtFrom=${at}`, (row) => row['lastFollowUpAt'] >= at],
      [`nextReminderAtFrom=${at}`, (row) => row['nextReminderAt'] >= at],
      [`teamId=${app.ids.teams.D1}`, (row) => row['ownerId'] === sales1],
      [`teamId=${app.ids.teams.D1},${app.ids.teams.D1a}`, (row) => [sales1, sub1].includes(row['ownerId'])],
    ]
    for (const [query, keep] of cases) await expectFound('customers', query, keep)
    const tried = cases.map(([query]) => query).join('&')
    expect(filterable(customer).filter(([key]) => !new RegExp(`(^|&)${key}(From|To)?=`).test(tried))).toEqual([])
  })

  it('联系人:客户、首要、角色、生日', async () => {
    const { id } = customers[1]!
    const cases: [string, (row: Row) => boolean][] = [
      [`customerId=${id}`, (row) => row['customerId'] === id],
      ['isPrimary=true', (row) => row['isPrimary']],
      ['isPrimary=0', (row) => !row['isPrimary']],
      ['decisionRole=decider', (row) => row['decisionRole'] === 'decider'],
      ['birthday=1990-01-31', (row) => row['birthday'] === '1990-01-31'],
      ['birthdayFrom=1989-01-01', (row) => row['birthday'] > '1989'],
      ['birthdayTo=1989-01-01', (row) => row['birthday'] !== null && row['birthday'] < '1989'],
      ['name=人3', (row) => row['name'] === '人3'],
    ]
    for (const [query, keep] of cases) await expectFound('contacts', query, keep)
    const tried = cases.map(([query]) => query).join('&')
    expect(filterable(contact).filter(([key]) => !new RegExp(`(^|&)${key}(From|To)?=`).test(tried))).toEqual([])
  })

  it('不成样子的值是 400,指明参数,不猜', async () => {
    const bad: Record<string, readonly string[]> = {
      status: ['', 'WON', 'won ', 'x', 'won,,lost', 'toString', '__proto__'],
      level: ['a b', "A'", '中', 'x'.repeat(41), ''],
      ownerId: [
        '0',
        '-1',
        '01',
        ' 1',
        '1e3',
        '1.0',
        'x',
        '',
        'null',
        '9007199254740993',
        '{"$ne":1}',
        '1 or 1=1',
        'none1',
        '１',
      ],
      tagIds: ['x', '1,x', '1,,2'],
      customerId: ['x', '[object Object]'],
      creditFen: ['1.5', '01', '1e3', '1,000', '￥1', 'NaN', 'Infinity', '', '9007199254740993'],
      creditFenFrom: ['x'],
      birthday: ['1990-1-31', '1990-02-30', '1990', '', '0000-00-00', '19900131'],
      birthdayTo: ['tomorrow'],
      createdAtFrom: ['2026-01-31', '2026-01-31T08:00:00Z', 'x', '', '2026-01-31T08:00:00.000+08:00'],
      isPrimary: ['yes', 'TRUE', '2', ''],
      regionCode: ['abc', '44', '4', '', '%', '000000', '4403040'],
      name: ['x'.repeat(201), '%00'],
      teamId: ['none', 'x', '0'],
    }
    for (const [name, values] of Object.entries(bad))
      for (const value of values) {
        const path = ['customerId', 'birthday', 'birthdayTo', 'isPrimary'].includes(name) ? 'contacts' : 'customers'
        const raw = value === '%00' ? value : encodeURIComponent(value)
        const { body } = await app.as('admin').get(`/api/${path}?${name}=${raw}`)
        expect([name, value, body.status, body.errors?.[0].field]).toEqual([name, value, 400, name])
      }
    const many = Array.from({ length: 101 }, (_, n) => n + 1).join()
    expect((await app.as('admin').get(`/api/customers?ownerId=${many}`)).status).toBe(400)
  })
})

describe('条件树', () => {
  it('且、或、嵌套,各种比较', async () => {
    const { sales1 } = app.ids.users
    const [first] = tags as [number]
    const won = { field: 'status', op: 'eq', value: 'won' }
    const cases: [unknown, (row: Row) => boolean][] = [
      [won, (row) => row['status'] === 'won'],
      [
        { and: [won, { field: 'industry', op: 'eq', value: 'K' }] },
        (row) => row['status'] === 'won' && row['industry'] === 'K',
      ],
      [
        { or: [won, { field: 'level', op: 'eq', value: 'A' }] },
        (row) => row['status'] === 'won' || row['level'] === 'A',
      ],
      [
        { and: [{ or: [won, { and: [{ field: 'level', op: 'empty' }] }] }, { field: 'terms', op: 'notEmpty' }] },
        (row) => (row['status'] === 'won' || row['level'] === null) && row['terms'] !== null,
      ],
      [{ field: 'status', op: 'in', value: ['won', 'lost'] }, (row) => ['won', 'lost'].includes(row['status'])],
      [{ field: 'status', op: 'ne', value: 'won' }, (row) => row['status'] !== 'won'],
      [{ field: 'level', op: 'ne', value: 'A' }, (row) => row['level'] !== 'A'],
      [{ field: 'ownerId', op: 'in', value: [sales1] }, (row) => row['ownerId'] === sales1],
      [{ field: 'ownerId', op: 'ne', value: sales1 }, (row) => row['ownerId'] !== sales1],
      [{ field: 'tagIds', op: 'eq', value: first }, (row) => row['tagIds'].includes(first)],
      [{ field: 'tagIds', op: 'ne', value: first }, (row) => !row['tagIds'].includes(first)],
      [{ field: 'tagIds', op: 'empty' }, (row) => row['tagIds'].length === 0],
      [{ field: 'tagIds', op: 'notEmpty' }, (row) => row['tagIds'].length > 0],
      [{ field: 'creditFen', op: 'gte', value: 10_000 }, (row) => row['creditFen'] >= 10_000],
      [{ field: 'creditFen', op: 'lte', value: 0 }, (row) => row['creditFen'] === 0],
      [{ field: 'creditFen', op: 'empty' }, (row) => row['creditFen'] === null],
      [{ field: 'name', op: 'contains', value: '选1' }, (row) => row['name'].includes('选1')],
      [{ field: 'name', op: 'startsWith', value: '筛选1' }, (row) => row['name'].startsWith('筛选1')],
      [{ field: 'name', op: 'contains', value: '%' }, () => false],
      [{ field: 'name', op: 'startsWith', value: '_' }, () => false],
      [{ field: 'regionCode', op: 'eq', value: '440000' }, (row) => row['regionCode']?.startsWith('44')],
      [{ field: 'regionCode', op: 'ne', value: '440300' }, (row) => !row['regionCode']?.startsWith('4403')],
      [
        { field: 'createdAt', op: 'lte', value: customers[2]!['createdAt'] },
        (row) => row['createdAt'] <= customers[2]!['createdAt'],
      ],
    ]
    for (const [node, keep] of cases) await expectFound('customers', tree(node), keep)
    await expectFound('contacts', tree({ field: 'isPrimary', op: 'eq', value: true }), (row) => row['isPrimary'])
    await expectFound(
      'contacts',
      tree({ field: 'birthday', op: 'gte', value: '1989-01-01' }),
      (row) => row['birthday'] > '1989',
    )
    await expectFound(
      'customers',
      `${tree(won)}&industry=K`,
      (row) => row['status'] === 'won' && row['industry'] === 'K',
    )
  })

  it('条件树不能放宽看得见的范围', async () => {
    const everything = tree({
      or: [
        { field: 'name', op: 'notEmpty' },
        { field: 'ownerId', op: 'ne', value: 1 },
      ],
    })
    expect(await found('customers', everything, 'sales1')).toEqual(
      customers.filter((row) => row['ownerId'] === app.ids.users.sales1).map(({ id }) => id),
    )
  })

  it('写错的树是 400,指明 filter', async () => {
    const leaf = { field: 'status', op: 'eq', value: 'won' }
    const deep = (levels: number): unknown => (levels === 0 ? leaf : { and: [deep(levels - 1)] })
    const shapes = [null, [], 'x', 1, {}, { and: {} }, { and: [] }, { or: [] }, { and: [leaf], or: [leaf] }]
    const nested = [
      { and: [leaf], field: 'status' },
      { ...leaf, extra: 1 },
      { and: [leaf], value: 1 },
      { and: [null] },
      { and: [[leaf]] },
    ]
    const fields = [
      'phone',
      'nameKey',
      'passwordHash',
      'twinNo',
      'id',
      '__proto__',
      'constructor',
      'deletedAt',
      1,
      null,
      ['status'],
    ]
    const ops = ['like', '', null, 'EQ', 'contains', 'gte', 'startsWith', '= 1 or 1', ['eq'], { eq: 1 }]
    const values = ['WON', '', null, 1, true, {}, [], [null], ['won', 'x'], undefined]
    const valuesOf = (field: string, op: string, list: unknown[]) => list.map((value) => ({ field, op, value }))
    const bad: unknown[] = [
      ...shapes,
      ...nested,
      deep(5),
      { or: Array.from({ length: 51 }, () => leaf) },
      ...fields.map((field) => ({ ...leaf, field })),
      ...ops.map((op) => ({ ...leaf, op })),
      ...values.map((value) => ({ ...leaf, value })),
      ...valuesOf('creditFen', 'gte', ['1', 1.5, '2026-01-31', true, 1e300]),
      ...valuesOf('creditFen', 'lte', [[1], 'x', true]),
      ...valuesOf('ownerId', 'eq', ['x', 0.5, [1, 'x'], 'none']),
      ...valuesOf('name', 'contains', [['a', 'b'], 5, 'x'.repeat(201), 'a\0b']),
      ...valuesOf('name', 'startsWith', [['a', 'b'], 5]),
      ...valuesOf('regionCode', 'eq', ['44', 'abc', '']),
      ...valuesOf('ownerId', 'gte', [1]),
      ...valuesOf('level', 'gte', ['A']),
      ...valuesOf('createdAt', 'gte', ['2026-01-31']),
    ]
    const raw = ['filter=', 'filter={', 'filter=%00', `filter=${'x'.repeat(8_001)}`, `filter=${'['.repeat(5_000)}`]
    for (const query of [...bad.map(tree), ...raw]) {
      const { body } = await app.as('admin').get(`/api/customers?${query}`)
      expect([decodeURIComponent(query).slice(0, 90), body.status, body.errors?.[0].field]).toEqual([
        decodeURIComponent(query).slice(0, 90),
        400,
        'filter',
      ])
    }
    const flag = tree({ field: 'isPrimary', op: 'gte', value: true })
    expect((await app.as('admin').get(`/api/contacts?${flag}`)).status).toBe(400)
  })
})
