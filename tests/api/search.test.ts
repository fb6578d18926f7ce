import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { makeCompanies } from '../support/companies.ts'

let app: TestApp
type Who = 'admin' | 'head1' | 'sales1' | 'sales2'
let ids: ReadonlyMap<string, number>
beforeAll(async () => {
  app = await openTestApp()
  ids = await makeCompanies(app)
})
afterAll(() => app.close())

const list = async (q: string, who: Who = 'admin', path = 'customers', more = '') => {
  const { body, status } = await app.as(who).get(`/api/${path}?q=${encodeURIComponent(q)}${more}`)
  expect([q.slice(0, 30), status]).toEqual([q.slice(0, 30), 200])
  return body
}
const numbers = async (q: string, who: Who = 'admin') =>
  (await list(q, who)).items.map((row: { number: string }) => row.number)
const names = async (q: string, who: Who = 'admin', path = 'customers') =>
  (await list(q, who, path)).items.map((row: { name: string }) => row.name)
const box = async (q: string, who: Who = 'admin') =>
  (await app.as(who).get(`/api/search?q=${encodeURIComponent(q)}`)).body

describe('先后次序', () => {
  it('编号相同、编号开头、名称或简称开头、首字母开头、包含', async () => {
    const made = [
      { name: '新蓝ABC贸易', number: 'Z-1' },
      { name: '安步车业', number: 'Z-2' },
      { name: '某某控股', shortName: 'abc控股', number: 'Z-3' },
      { name: 'ABC科技发展', number: 'Z-4' },
      { name: '编号在前', number: 'ABCD-9' },
      { name: '编号正好', number: 'ABC' },
    ]
    for (const row of made) await app.make.customer(row)
    expect(await numbers('abc')).toEqual(['ABC', 'ABCD-9', 'Z-3', 'Z-4', 'Z-2', 'Z-1'])
    expect(await numbers('ＡＢＣ')).toEqual(await numbers('abc'))
  })

  it('同一档里名称短的在前,一样长的先建的在前', async () => {
    for (const name of ['青山建设工程', '青山乙', '青山甲', '青山']) await app.make.customer({ name })
    expect(await names('青山')).toEqual(['青山', '青山乙', '青山甲', '青山建设工程'])
  })

  it('平安、payh、000001 都先找到平安银行', async () => {
    expect(await names('平安')).toEqual(['平安银行股份有限公司', '中国平安保险(集团)股份有限公司'])
    for (const q of ['payh', 'PAYH', 'pay', '000001', '平安银行', '平安银行股份有限公司', ' 平安 '])
      expect([q, (await numbers(q))[0]]).toEqual([q, '000001'])
  })
})

describe('找得到', () => {
  const finds = (q: string, number: string) => async () =>
    expect([q, await numbers(q)]).toEqual([q, expect.arrayContaining([number])])

  it('一个、两个、三个汉字,在开头、中间、结尾', async () => {
    for (const q of ['平', '安', '司', '安银', '银行', '行股', '银行股', '平安银', '限公司']) await finds(q, '000001')()
    expect(await numbers('比')).toEqual(['002594'])
    expect(await numbers('亚迪')).toEqual(['002594'])
  })

  it('拼音首字母,多音字读哪个音都行', async () => {
    const spelt = {
      cqpj: '600132',
      zqpj: '600132',
      caqc: '000625',
      xmgm: '600755',
      lpyl: '300003',
      zsyh: '600036',
      byd: '002594',
      wly: '000858',
      gzmt: '600519',
    }
    for (const [q, number] of Object.entries(spelt)) await finds(q, number)()
    for (const q of ['yh', 'a']) await finds(q, '000001')()
  })

  it('编号的开头与中间、信用代码、邮箱、简称里的空格与全角', async () => {
    const typed: [string, string][] = [
      ['0000', '000002'],
      ['0001', '000001'],
      ['６００５１９', '600519'],
      ['914403001922038216', '000001'],
      ['1922038', '000001'],
      ['pab_db@', '000001'],
      ['PINGAN.COM', '000001'],
      ['万科A', '000002'],
      ['万  科Ａ', '000002'],
      ['五粮液', '000858'],
    ]
    for (const [q, number] of typed) await finds(q, number)()
  })

  it('号码片段、末四位、带区号与空格', async () => {
    for (const q of [
      '8208',
      '8888',
      '82088888',
      '0755-8208',
      '0755 8208 8888',
      '+86 755 82088888',
      '1234567',
      '138 1234',
    ])
      await finds(q, '000001')()
  })

  it('联系人的姓名、首字母、微信、邮箱找到联系人,也找到他的公司', async () => {
    for (const q of ['欧阳静', '欧阳', '静', 'oyj', 'ouyang_j', 'ouyang@pingan', '13812345678', '5678']) {
      await finds(q, '000001')()
      expect([q, await names(q, 'admin', 'contacts')]).toEqual([q, ['欧阳静']])
    }
    for (const q of ['曾国强', 'zgq', 'cgq']) expect(await names(q, 'admin', 'contacts')).toEqual(['曾国强'])
  })

  it('几个词都要有,次序不论,可以一半是联系人', async () => {
    for (const q of ['银行 平安', '平安 股份', '平安　银行', '欧阳 平安', '平安 8208', 'payh 000001'])
      expect([q, (await numbers(q))[0]]).toEqual([q, '000001'])
    expect(await numbers('平安 招商')).toEqual([])
    expect(await numbers('银行 股份 公司 限 有 多余的词不再看')).toContain('600036')
  })

  it('改名后按新名找,旧名找不到;删除后找不到', async () => {
    const { id } = await app.make.customer({ name: '旧名牌匾' })
    await app.as('admin').patch(`/api/customers/${id}`, { version: 1, name: '新换招牌' })
    expect(await names('旧名牌')).toEqual([])
    expect(await names('xhzp')).toEqual(['新换招牌'])
    await app.as('admin').delete(`/api/customers/${id}?version=2`)
    expect(await names('新换')).toEqual([])
    expect((await list('新换', 'admin', 'customers', '&deleted=only')).items).toMatchObject([{ id }])
  })
})

describe('搜索与列表的其他条件', () => {
  it('筛选、排序、翻页与搜索一起用', async () => {
    for (let n = 0; n < 7; n++)
      await app.make.customer({ name: `翻页商号${n}`, status: n % 2 ? 'active' : 'won', number: `F-${9 - n}` })
    const page = async (more: string) =>
      (await list('翻页', 'admin', 'customers', more)).items.map((row: { name: string }) => row.name.slice(-1))
    expect(await page('&size=3')).toEqual(['0', '1', '2'])
    expect(await page('&size=3&page=3')).toEqual(['6'])
    expect(await page('&status=active')).toEqual(['1', '3', '5'])
    expect(await page('&sort=number')).toEqual(['6', '5', '4', '3', '2', '1', '0'])
    expect(await page('&sort=-id&size=2&page=2')).toEqual(['4', '3'])
    expect((await list('翻页', 'admin', 'customers', '&size=3')).total).toBe(7)
  })

  it('顶部搜索框各给最好的五个,带编号与负责人', async () => {
    const found = await box('翻页')
    expect(found.customers).toHaveLength(5)
    expect(found.customers[0]).toEqual({
      id: expect.any(Number),
      number: 'F-9',
      name: '翻页商号0',
      ownerName: '管理员',
    })
    expect((await box('欧阳')).contacts).toEqual([
      {
        id: expect.any(Number),
        name: '欧阳静',
        jobTitle: null,
        customerId: ids.get('000001'),
        customerName: '平安银行股份有限公司',
      },
    ])
  })

  it('标签、操作员、部门、角色、字典的列表也认搜索词', async () => {
    await app.make.tag({ name: '战略合作' })
    await app.make.tag({ name: '普通' })
    expect(await names('战略', 'admin', 'tags')).toEqual(['战略合作'])
    expect(await names('王业', 'admin', 'users')).toEqual(['王业务'])
    expect(await names('华东一', 'admin', 'teams')).toEqual(['华东一组'])
    expect(await names('财', 'admin', 'roles')).toEqual(['财务'])
    for (const path of ['tags', 'users', 'teams', 'roles', 'dictionaries'])
      expect((await list('100%没有', 'admin', path)).items).toEqual([])
  })
})
