import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const admin = () => app.as('admin')
const create = (body: object) => admin().post('/api/dictionaries', { dictionary: 'customerSource', ...body })
const itemsOf = async (dictionary: string) =>
  (await app.as('sales1').get(`/api/dictionaries?dictionary=${dictionary}&size=200`)).body.items

describe('基础资料', () => {
  it('按次序列出,人人可看', async () => {
    expect(
      (await itemsOf('customerLevel')).map((item: { code: string; label: string }) => `${item.code} ${item.label}`),
    ).toEqual(['A A 重点', 'B B 普通', 'C C 一般', 'D D 小客户'])
    expect((await app.anonymous.get('/api/dictionaries')).status).toBe(401)
  })

  it('新增时代码可以留空,自动编号', async () => {
    const [one, two] = [await create({ label: '老乡介绍' }), await create({ label: '校友介绍' })]
    expect([one.status, one.body.code, two.body.code]).toEqual([201, 'd1', 'd2'])
    expect(one.body).toMatchObject({ position: 1000, active: true, version: 1 })
    expect((await create({ code: 'douyin', label: '抖音' })).body).toMatchObject({ code: 'douyin' })
  })

  it('同一字典里代码和名称都不重复,别的字典可以同名', async () => {
    expect(await create({ label: '展会' })).toMatchObject({
      status: 409,
      body: { code: 'taken', errors: [{ field: 'label' }] },
    })
    expect(await create({ code: 'website', label: '另一个网站' })).toMatchObject({
      status: 409,
      body: { errors: [{ field: 'code' }] },
    })
    expect((await admin().post('/api/dictionaries', { dictionary: 'customerLevel', label: '展会' })).status).toBe(201)
    const all = await Promise.all(['同时', '同时', '同时'].map((label) => create({ label })))
    expect(all.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409])
  })

  it('改名和次序可以,字典和代码定了就不变,删除没有', async () => {
    const { body: item } = await create({ label: '旧名' })
    expect(
      (await admin().patch(`/api/dictionaries/${item.id}`, { version: 1, label: '新名', position: 5 })).body,
    ).toMatchObject({ label: '新名', position: 5, version: 2 })
    for (const change of [{ code: 'other' }, { code: null }, { dictionary: 'industry' }])
      expect((await admin().patch(`/api/dictionaries/${item.id}`, { version: 2, ...change })).status).toBe(400)
    expect(
      (await admin().patch(`/api/dictionaries/${item.id}`, { version: 2, code: item.code, label: '新名' })).status,
    ).toBe(200)
    expect((await admin().patch(`/api/dictionaries/${item.id}`, { version: 3, label: '展会' })).status).toBe(409)
    expect((await admin().delete(`/api/dictionaries/${item.id}?version=3`)).status).toBe(404)
  })

  it('停用后新客户选不了,用着它的客户照旧', async () => {
    const customer = await app.make.customer({ name: '老客户', source: 'visit' })
    const visit = (await itemsOf('customerSource')).find((item: { code: string }) => item.code === 'visit')
    expect((await admin().patch(`/api/dictionaries/${visit.id}`, { version: 1, active: false })).body.active).toBe(
      false,
    )
    expect(await admin().post('/api/customers', { name: '新客户', source: 'visit' })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'source' }] },
    })
    expect(
      (await admin().patch(`/api/customers/${customer.id}`, { version: 1, source: 'visit', shortName: '老' })).status,
    ).toBe(200)
  })

  it('不认识的字典、带符号的代码 400;没有权限 403', async () => {
    expect((await admin().post('/api/dictionaries', { dictionary: 'nothing', label: 'x' })).status).toBe(400)
    for (const code of ['a b', '中文', "x'", '../x'])
      expect(await create({ code, label: `名称${code}` })).toMatchObject({
        status: 400,
        body: { errors: [{ field: 'code' }] },
      })
    expect((await app.as('head1').post('/api/dictionaries', { dictionary: 'industry', label: 'x' })).status).toBe(403)
    expect((await app.as('head1').patch('/api/dictionaries/1', { version: 1, label: 'x' })).status).toBe(403)
  })
})
