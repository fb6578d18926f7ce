import { customer } from '@crm/shared/entities/customer'
import { contact } from '@crm/shared/entities/contact'
import { sortable } from '@crm/shared/kernel/query'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { bareCustomer, insertCustomers } from '../support/bulk.ts'
import { listedEntities } from '../support/endpoints.ts'

let app: TestApp
type Row = Record<string, unknown> & { id: number; name: string }
const MANY = 10_050
const STATUSES = ['potential', 'active', 'won', 'lost'] as const

/** 120 customers of 王业务, three at the same instant each, and more than anybody counts of 孙华南. */
beforeAll(async () => {
  app = await openTestApp()
  const { sales1, sales2 } = app.ids.users
  const minute = (n: number) => new Date(Date.UTC(2026, 5, 1) + n * 60_000).toISOString()
  const mine = Array.from({ length: 120 }, (_, n) =>
    bareCustomer(n, {
      ownerId: sales1,
      updatedAt: minute(Math.floor(n / 3)),
      createdAt: minute(120 - n),
      status: STATUSES[n % 4]!,
      level: n % 5 === 0 ? null : 'ABCD'[n % 4]!,
    }),
  )
  const theirs = Array.from({ length: MANY }, (_, n) => bareCustomer(1_000 + n, { ownerId: sales2 }))
  await insertCustomers(app.store, [...mine, ...theirs])
})
afterAll(() => app.close())

const list = async (query: string, who: 'sales1' | 'sales2' | 'admin' | 'head1' = 'sales1', path = 'customers') =>
  (await app.as(who).get(`/api/${path}?${query}`)).body
const idsOf = (items: Row[]) => items.map(({ id }) => id)
const refused = async (query: string, path = 'customers') => (await app.as('admin').get(`/api/${path}?${query}`)).body

describe('翻页', () => {
  it('页与页相接,不重不漏;同一时刻的按编号排', async () => {
    const pages = []
    for (const page of [1, 2, 3]) pages.push(await list(`size=50&page=${page}`))
    expect(pages.map(({ items }) => items.length)).toEqual([50, 50, 20])
    expect(pages.map(({ total, totalCapped }) => [total, totalCapped])).toEqual([
      [120, false],
      [120, false],
      [120, false],
    ])
    const all: Row[] = pages.flatMap(({ items }) => items)
    expect(new Set(idsOf(all)).size).toBe(120)
    const sorted = all.toSorted((a, b) =>
      a['updatedAt'] === b['updatedAt'] ? b.id - a.id : String(b['updatedAt']).localeCompare(String(a['updatedAt'])),
    )
    expect(idsOf(all)).toEqual(idsOf(sorted))
    expect((await list('')).items).toEqual(pages[0]!.items)
  })

  it('范围之内的空页是空的,不是错', async () => {
    expect(await list('page=4&size=50')).toMatchObject({ items: [], total: 120, nextCursor: null })
  })

  it('总数到一万为止,要精确的可以要', async () => {
    expect(await list('', 'sales2')).toMatchObject({ total: 10_000, totalCapped: true })
    expect(await list('count=exact', 'sales2')).toMatchObject({ total: MANY, totalCapped: false })
    expect(await list('status=potential&count=exact', 'admin')).toMatchObject({ total: MANY + 30, totalCapped: false })
    expect(await list('status=won', 'admin')).toMatchObject({ total: 30, totalCapped: false })
  })

  it('一万行以外不翻', async () => {
    for (const query of ['page=101&size=100', 'page=51&size=200', 'page=10000&size=2', 'page=10000'])
      expect([query, (await refused(query)).code]).toEqual([query, 'page_too_deep'])
    expect((await list('page=50&size=200', 'sales2')).items).toHaveLength(200)
    expect((await list('page=10000&size=1', 'sales2')).items).toHaveLength(1)
  })

  it('页码、行数只认范围内的整数', async () => {
    const bad = ['0', '-1', '01', '1e3', ' 1', '1.5', '1e9', '', 'x', '9007199254740993', '%00', '１']
    for (const value of bad)
      for (const name of ['page', 'size'])
        expect((await refused(`${name}=${value}`)).errors).toMatchObject([{ field: name }])
    expect((await refused('size=201')).errors).toMatchObject([{ field: 'size' }])
    expect((await refused('size=10&size=20')).errors).toMatchObject([{ field: 'size' }])
    expect((await refused('page=10001')).errors).toMatchObject([{ field: 'page' }])
  })
})

describe('游标', () => {
  async function walk(query: string): Promise<Row[]> {
    const all: Row[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: { items: Row[]; nextCursor: string | null } = await list(`${query}${cursor && `&cursor=${cursor}`}`)
      all.push(...page.items)
      cursor = page.nextCursor
      if (all.length > 500) throw new Error('endless')
    }
    return all
  }

  it('走完全部,不重不漏,次序与翻页相同', async () => {
    for (const sort of [
      '-updatedAt',
      'updatedAt',
      'createdAt',
      '-createdAt',
      'name',
      '-name',
      'status',
      '-status',
      'id',
      '-id',
      // May be empty.
      'level',
      '-level',
      'lastFollowUpAt',
      '-status,level,-name',
      'level,-status',
    ]) {
      const whole = await list(`size=200&sort=${sort}`)
      const walked = await walk(`size=35&sort=${sort}`)
      expect([sort, idsOf(walked)]).toEqual([sort, idsOf(whole.items)])
    }
    expect(idsOf(await walk('size=50&status=won,lost'))).toHaveLength(60)
  })

  it('导出一万行以上,仍是列表的次序,也按会空的列', async () => {
    const { body } = await app
      .as('admin')
      .post('/api/customers/export?mode=stream&fields=level,number&sort=-level,number')
    const rows = String(body).trimEnd().split('\r\n').slice(1)
    expect(rows).toHaveLength(120 + MANY)
    const sorted = rows.map((row) => row.split(',') as [string, string])
    const after = (a: string, b: string) => (a === b ? 0 : a > b ? 1 : -1)
    expect(sorted).toEqual(sorted.toSorted(([a, x], [b, y]) => after(b, a) || after(x, y)))
    expect(sorted[0]).toEqual(['D 小客户', 'PL-103'])
  })

  it('翻到一半有人新建,后面的不错位', async () => {
    const first = await list('size=50')
    const added = await app.as('sales1').post('/api/customers', { name: '半路新建' })
    const second = await list(`size=50&cursor=${first.nextCursor}`)
    expect(idsOf(second.items)).not.toContain(first.items.at(-1).id)
    expect(idsOf(second.items)).toEqual(idsOf((await list('size=101')).items.slice(51)))
    await app.as('admin').delete(`/api/customers/${added.body.id}?version=1`)
  })

  it('伪造的、别的排序的、与页码同用的一律拒绝', async () => {
    const made = (parts: unknown) => Buffer.from(JSON.stringify(parts)).toString('base64url')
    const { nextCursor } = await list('size=10&sort=name')
    const bad: string[] = [
      `cursor=${nextCursor}`,
      `cursor=${nextCursor}&sort=-name`,
      `cursor=${nextCursor}&sort=name&page=2`,
      'cursor=',
      'cursor=x',
      'cursor=%E4%B8%AD',
      `cursor=${'a'.repeat(2001)}`,
      `cursor=${made('text')}`,
      `cursor=${made(['-updatedAt', null, 1])}`,
      `cursor=${made(['-updatedAt', 5, 1])}`,
      `cursor=${made(['-updatedAt', { x: 1 }, 1])}`,
      `cursor=${made(['-updatedAt', '2026-01-01', '1'])}`,
      `cursor=${made(['-updatedAt', '2026-01-01', 1.5])}`,
      `cursor=${made(['-updatedAt', 'a\0b', 1])}`,
      `cursor=${made(['number', "' or 1=1", 1, 2])}&sort=-number`,
      `cursor=${made(['level', 5, 1])}&sort=level`,
      `cursor=${made(['-status', null, 1])}&sort=-status`,
      `cursor=${made(['status,-level', 'won', 1])}&sort=status,-level`,
      `cursor=${made(['status,name', 'A', 1])}&sort=status,name`,
      `cursor=${made(['-updatedAt', '2026-01-01', 1])}&q=批量`,
    ]
    for (const query of bad)
      expect([query, (await refused(query)).errors]).toMatchObject([query, [{ field: 'cursor' }]])
    const positions = `cursor=${made(['position', 'abc', 1])}&sort=position`
    expect((await refused(positions, 'dictionaries')).errors).toMatchObject([{ field: 'cursor' }])
  })
})

describe('排序', () => {
  it('每个可排序的字段,升降都对,空的在最前或最后', async () => {
    for (const [name, column] of Object.entries(sortable(customer))) {
      const [up, down] = [await list(`size=200&sort=${name}`), await list(`size=200&sort=-${name}`)]
      expect([name, idsOf(up.items)]).toEqual([name, idsOf(down.items).toReversed()])
      const keys = column === name ? up.items.map((row: Row) => row[name] ?? '') : []
      expect(keys).toEqual(keys.toSorted((a: string | number, b: string | number) => (a < b ? -1 : Number(a > b))))
    }
  })

  it('名称按拼音排', async () => {
    for (const name of ['赵记', '安记', '重庆记', '曹记']) await app.make.tag({ name })
    const customers = ['赵家店', '安家店', '重庆店', '陈家店']
    for (const name of customers) await app.make.customer({ name, status: 'lost', ownerId: app.ids.users.finance })
    const query = `ownerId=${app.ids.users.finance}&sort=name`
    expect((await list(query, 'admin')).items.map((row: Row) => row.name)).toEqual([
      '安家店',
      '陈家店',
      '重庆店',
      '赵家店',
    ])
  })

  it('最多三列,只认声明过的字段', async () => {
    expect((await list('sort=status,-level,name&size=3')).items).toHaveLength(3)
    const bad = [
      '',
      'nameKey',
      'initials',
      'twinNo',
      'phone',
      '-',
      '--name',
      'name ',
      'name;drop',
      '(select 1)',
      'password_hash',
      'name desc',
      'NAME',
      'constructor',
      '__proto__',
      'tagIds',
      'x'.repeat(201),
      'status,level,name,id',
      'name,,id',
      'customers.name',
      '"name"',
      'ownerName',
    ]
    for (const sort of bad)
      expect([sort, (await refused(`sort=${encodeURIComponent(sort)}`)).errors]).toMatchObject([
        sort,
        [{ field: 'sort' }],
      ])
  })

  it('每个对象的默认次序可用,每个可排序字段可用', async () => {
    for (const entity of listedEntities)
      for (const sort of ['', ...Object.keys(sortable(entity)).flatMap((name) => [name, `-${name}`])]) {
        const { status } = await app.as('admin').get(`/api/${entity.path}${sort && `?sort=${sort}`}`)
        expect([entity.path, sort, status]).toEqual([entity.path, sort, 200])
      }
  })
})

describe('要哪些字段', () => {
  it('只给要的,编号与版本总在,引用的名称随行', async () => {
    const [row] = (await list('fields=name,ownerId,tagIds,regionCode&size=1')).items
    expect(Object.keys(row).toSorted()).toEqual(
      ['id', 'version', 'name', 'ownerId', 'ownerName', 'tagIds', 'tagNames', 'regionCode', 'regionName'].toSorted(),
    )
    expect(
      Object.keys((await list('fields=updatedAt&q=批量客户1&size=1')).items[0] ?? { id: 1, version: 1, updatedAt: 1 }),
    ).toEqual(['id', 'version', 'updatedAt'])
  })

  it('没有的、隐藏的字段不是悄悄略过,是拒绝', async () => {
    for (const name of [
      'nameKey',
      'initials',
      'searchText',
      'password',
      '',
      '*',
      'name;',
      '__proto__',
      'toString',
      'x'.repeat(41),
    ])
      expect([name, (await refused(`fields=${name}`)).errors]).toMatchObject([name, [{ field: 'fields' }]])
    for (const entity of [customer, contact]) {
      const all = Object.keys(entity.fields).join(',')
      expect((await app.as('admin').get(`/api/${entity.path}?fields=${all}&size=1`)).status).toBe(200)
    }
  })
})

it('不认得的参数是 400,指明哪一个,每个列表都一样', async () => {
  for (const entity of listedEntities)
    for (const name of [
      'foo',
      'Page',
      'limit',
      'nameKey',
      'passwordHash',
      'deletedAt',
      '__proto__',
      'constructor',
      'sort[]',
      'page[gt]',
      '$where',
    ])
      expect([name, (await refused(`${encodeURIComponent(name)}=1`, entity.path)).errors]).toMatchObject([
        name,
        [{ field: name }],
      ])
})
