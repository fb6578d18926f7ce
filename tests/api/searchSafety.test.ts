import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { companies, makeCompanies } from '../support/companies.ts'

let app: TestApp
type Who = 'admin' | 'head1' | 'sales1' | 'sales2'
beforeAll(async () => {
  app = await openTestApp()
  await makeCompanies(app)
})
afterAll(() => app.close())

const list = async (q: string, who: Who = 'admin', path = 'customers', more = '') => {
  const { body, status } = await app.as(who).get(`/api/${path}?q=${encodeURIComponent(q)}${more}`)
  expect([q.slice(0, 30), status]).toEqual([q.slice(0, 30), 200])
  return body
}
const names = async (q: string, who: Who = 'admin', path = 'customers') =>
  (await list(q, who, path)).items.map((row: { name: string }) => row.name)
const box = async (q: string, who: Who = 'admin') =>
  (await app.as(who).get(`/api/search?q=${encodeURIComponent(q)}`)).body

describe('符号就是符号', () => {
  const odd = ['100%纯棉', 'a_b贸易', 'a\\b工厂', '"引号"公司', "O'Neil商行", 'NEAR公司', 'AND实业', '𠮷野家', 'ça va']
  it('名称里的符号照字面找到,不当通配', async () => {
    for (const name of odd) await app.make.customer({ name })
    const typed = {
      '100%': '100%纯棉',
      '0%纯': '100%纯棉',
      a_b: 'a_b贸易',
      'a\\b': 'a\\b工厂',
      '"引号"': '"引号"公司',
      "o'neil": "O'Neil商行",
      NEAR: 'NEAR公司',
      and实: 'AND实业',
      𠮷: '𠮷野家',
    }
    for (const [q, name] of Object.entries(typed)) expect([q, await names(q)]).toEqual([q, [name]])
    expect(await names('a%b')).toEqual([])
    expect(await names('平_银行')).toEqual([])
  })

  it('什么样的查询都不出错,只有符号的查不到任何东西', async () => {
    const strange = [
      '%',
      '_',
      '\\',
      '"',
      "'",
      '*',
      '%%',
      '""',
      '(',
      ')',
      '-',
      '--',
      ';',
      ':',
      '^',
      '+',
      '~',
      '.',
      ',',
      '|',
      '&',
      '!',
      '<->',
      '\u200b',
      '　',
      '%_\\',
    ]
    for (const q of strange.filter((text) => text.trim() !== ''))
      expect([q, (await list(q)).items.length]).toEqual([q, 0])
    const syntax = [
      'NEAR(',
      'NEAR(平安, 2)',
      'AND',
      'OR',
      'NOT 平安',
      '平安*',
      '"平安',
      '平安"',
      'a AND b',
      'name:平安',
      '{平安}',
      '平安 OR 1=1',
      "'; drop table customers; --",
      '平安 & ! |',
      '(平安',
      '$1',
      '${平安}',
      '<script>',
      '\u202e平安',
      '👨‍👩‍👧 平安',
      '￥',
      'ﬁ',
      'İ',
      'ß',
      '٣٤٥',
    ]
    for (const q of syntax) await list(q)
    for (const q of [...strange, ...syntax]) expect([q, Object.keys(await box(q)).length]).toEqual([q, 3])
  })

  it('空的、只有空白的等于没有搜索;太长的拒绝', async () => {
    const all = (await list('')).total
    expect(all).toBeGreaterThan(companies.length)
    for (const q of [' ', '　 \t']) expect((await list(q)).total).toBe(all)
    expect(await box('')).toEqual({ customers: [], contacts: [], records: [] })
    expect((await app.as('admin').get('/api/search')).body.errors).toMatchObject([{ field: 'q' }])
    await list('公'.repeat(100))
    for (const q of ['公'.repeat(101), 'a'.repeat(10_000)])
      for (const path of ['customers', 'contacts', 'search', 'users'])
        expect((await app.as('admin').get(`/api/${path}?q=${encodeURIComponent(q)}`)).body.errors).toMatchObject([
          { field: 'q' },
        ])
  })
})

describe('看不见的也搜不到', () => {
  it('别人的客户和联系人,用什么词都不露名字,也不露数目', async () => {
    const mine = await app.make.customer({ name: '平安小店', ownerId: app.ids.users.sales1 })
    const theirs = await app.make.customer({
      name: '平安大厦',
      number: 'P-2',
      ownerId: app.ids.users.sales2,
      phone: '13512349999',
    })
    await app.make.contact({ customerId: theirs.id, name: '平小姐', mobile: '13512348888' })
    for (const q of ['平安', 'pa', '平', '13512348888', '9999', 'P-2', '大厦', '平小姐', 'pxj']) {
      const [page, people, both] = [
        await list(q, 'sales1'),
        await list(q, 'sales1', 'contacts'),
        await box(q, 'sales1'),
      ]
      expect(JSON.stringify([page, people, both])).not.toMatch(/大厦|平小姐|P-2/)
      expect(page.total).toBe(page.items.length)
      expect(people.total).toBe(0)
    }
    expect(await names('平安', 'sales1')).toEqual([mine.name])
    expect(await names('平安', 'head1')).toEqual([mine.name])
    expect(await names('平小姐', 'sales2', 'contacts')).toEqual(['平小姐'])
  })

  it('没有查看权限的人,顶部搜索框什么也没有', async () => {
    const role = await app.make.role({ permissions: ['contact.read'], reach: 'all' })
    const { id } = await app.make.user({ roleIds: [role.id] })
    const found = (await app.as(id).get('/api/search?q=平安')).body
    expect(found.customers).toEqual([])
    expect((await app.as(id).get('/api/search?q=欧阳')).body.contacts).toMatchObject([{ name: '欧阳静' }])
  })
})
