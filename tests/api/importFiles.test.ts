import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Client } from '../support/client.ts'
import { checkedUpload, csv, download, form, imported, sheetOf, upload, xlsx } from '../support/importing.ts'

let app: TestApp
let admin: Client
let head: Client

beforeAll(async () => {
  app = await openTestApp()
  admin = app.as('admin')
  head = app.as('head1')
})
afterAll(() => app.close())

const byNumber = async (number: string, by = admin) => (await by.get(`/api/customers?number=${number}`)).body.items[0]

describe('导入的文件', () => {
  it('错误行可以下载,改好以后原样上传就能导入', async () => {
    const file = await xlsx([
      ['编码', '单位', '联系电话', '生效日'],
      ['E1', '错误甲公司', '不是电话', '2024-01-05'],
      ['E2', '正确乙公司', '=1+1', '2024-01-05'],
      ['E3', '正确丙公司', '13800138001', ''],
    ])
    const batch = await imported(admin, file, { mapping: { 单位: 'name' } })
    expect(batch).toMatchObject({ created: 1, failed: 2 })
    const { bytes, headers, status } = await download(
      app,
      await app.signIn('admin'),
      `/api/imports/${batch.id}/errors.xlsx`,
    )
    expect(status).toBe(200)
    expect(headers['content-disposition']).toContain('attachment')
    const sheet = await sheetOf(bytes)
    expect(sheet).toEqual([
      ['编码', '单位', '联系电话', '生效日', '错误列', '错误原因'],
      ['E1', '错误甲公司', '不是电话', '2024-01-05', '联系电话', '联系电话:电话不是有效的电话号码'],
      ['E2', '正确乙公司', '=1+1', '2024-01-05', '联系电话', '联系电话:电话不是有效的电话号码'],
    ])
    sheet[1]![2] = '0755-82088888'
    sheet[2]![2] = '13800138002'
    const mended = await imported(admin, await xlsx(sheet))
    expect(mended).toMatchObject({
      created: 2,
      failed: 0,
      mapping: { 编码: 'number', 单位: 'name', 联系电话: 'phone' },
    })
    expect(await byNumber('E1')).toMatchObject({ name: '错误甲公司', phone: '0755-82088888' })
  })

  it('换一种列对应重新检查;两列对到同一项、不存在的列或项都被指出', async () => {
    const batch = await checkedUpload(
      admin,
      csv([
        ['甲', '乙'],
        ['换列公司', 'C1'],
      ]),
    )
    expect(batch).toMatchObject({ mapping: {}, failed: 1 })
    expect(batch.warnings).toContain('没有一列对应“客户名称”')
    const check = (mapping: object) => admin.post(`/api/imports/${batch.id}/check`, { mapping })
    for (const mapping of [{ 甲: 'name', 乙: 'name' }, { 丙: 'name' }, { 甲: 'nameKey' }, { 甲: '__proto__' }])
      expect((await check(mapping)).status).toBe(400)
    expect((await check({ 甲: 'name', 乙: 'number' })).body).toMatchObject({
      failed: 0,
      mapping: { 甲: 'name', 乙: 'number' },
      mode: 'skip',
    })
    expect((await admin.post(`/api/imports/${batch.id}/run`)).status).toBe(200)
    expect((await check({ 甲: 'name' })).status).toBe(409)
    expect((await admin.post(`/api/imports/${batch.id}/run`)).status).toBe(409)
  })

  it('上次改过的列对应,同样表头的文件下次自动用上', async () => {
    const first = await checkedUpload(
      admin,
      csv([
        ['代码A', '名头'],
        ['K1', '记忆公司'],
      ]),
      { mapping: { 代码A: 'number', 名头: 'name' } },
    )
    const second = await checkedUpload(
      admin,
      csv([
        ['名头', '代码Ａ'],
        ['记忆二公司', 'K2'],
      ]),
    )
    expect(second).toMatchObject({ failed: 0, mapping: { 名头: 'name', 代码Ａ: 'number' } })
    expect(first.mapping).toEqual({ 代码A: 'number', 名头: 'name' })
    expect(
      (
        await checkedUpload(
          head,
          csv([
            ['名头', '代码Ａ'],
            ['记忆二公司', 'K2'],
          ]),
        )
      ).mapping,
    ).toEqual({})
  })

  it('表头叫 __proto__、constructor、toString 也只是列名', async () => {
    const file = csv([
      ['__proto__', 'constructor', 'toString', '客户名称'],
      ['{"isAdmin":true}', 'x', 'y', '原型公司'],
    ])
    const batch = await checkedUpload(admin, file, { mapping: {} })
    expect(batch.headers).toEqual(['__proto__', 'constructor', 'toString', '客户名称'])
    expect(batch.mapping).toEqual({ 客户名称: 'name' })
    expect(Object.prototype).not.toHaveProperty('isAdmin')
    const raw = '{"__proto__":"address"}'
    const answer = await admin.send({
      method: 'POST',
      url: '/api/imports',
      ...form(file, { entity: 'customer', mapping: raw }),
    })
    expect(answer.status).toBe(201)
    expect(Object.entries(answer.body.mapping)).toEqual([
      ['客户名称', 'name'],
      ['__proto__', 'address'],
    ])
    expect((await imported(admin, file)).created).toBe(1)
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined()
  })

  it('读不了的文件当场说明,不留下批次', async () => {
    const before = (await admin.get('/api/imports')).body.total
    const refused = async (file: Buffer, status: number) => {
      const answer = await upload(admin, file)
      expect([answer.status, answer.headers['content-type']]).toEqual([status, expect.stringContaining('problem+json')])
      expect(answer.body.detail).toMatch(/\p{Script=Han}/u)
    }
    await refused(Buffer.from('%PDF-1.7'), 422)
    await refused(Buffer.from(''), 422)
    await refused(csv([['客户名称']]), 422)
    await refused(Buffer.from('PK\x03\x04 broken'), 422)
    expect((await admin.get('/api/imports')).body.total).toBe(before)
  })
})
