import { type ImportBatch, importEntities, type ImportEntity, type ImportRow } from '@crm/shared/contract/imports'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { checkedUpload, csv, download, imported, type Sheet, sheetOf, xlsx } from '../support/importing.ts'

let app: TestApp
const admin = () => app.as('admin')
const HEAD = ['客户名称', '客户编号', '电话', '联系人', '职务', '手机', '联系人邮箱', '首要联系人']
const file = (rows: Sheet) => csv([HEAD, ...rows])
const options = { entity: 'customerContact', fileName: '客户与联系人.csv' } as const
const rowsOf = async ({ id }: ImportBatch) =>
  (await admin().get(`/api/imports/${id}/rows`)).body.items as readonly ImportRow[]
async function customerOf(number: string) {
  const [row] = (await admin().get(`/api/customers?number=${number}`)).body.items
  return row as { id: number; version: number; name: string; phone: string } | undefined
}
const contactsOf = async (id: number) =>
  ((await admin().get(`/api/contacts?customerId=${id}&sort=id`)).body.items as Record<string, unknown>[]).map(
    ({ isPrimary, jobTitle, mobile, name }) => [name, jobTitle, mobile, isPrimary],
  )

beforeAll(async () => {
  app = await openTestApp()
})
afterAll(() => app.close())

describe('客户与联系人在一张表里', () => {
  it('一行一位联系人:客户重复写或者空着都是同一家,第一位(或标明的)是首要联系人', async () => {
    const batch = await imported(
      admin(),
      file([
        ['深圳恒达电子有限公司', 'KL-1', '0755-26509999', '张三', '采购经理', '13800000001', 'zhang@hd.cn', ''],
        ['深圳恒达电子有限公司', '', '', '李四', '', '13800000002', '', '是'],
        ['', '', '', '王五', '财务', '', '', ''],
        ['广州没有联系人公司', 'KL-2', '020-88887777;13911112222', '', '', '', '', ''],
        ['深圳恒达电子有限公司 ', '', '', '赵六', '', '', '', ''],
      ]),
      options,
    )
    expect(batch).toMatchObject({ total: 5, created: 5, failed: 0, state: 'done' })
    const one = (await customerOf('KL-1'))!
    expect(await contactsOf(one.id)).toEqual([
      ['李四', null, '13800000002', true],
      ['张三', '采购经理', '13800000001', false],
      ['王五', '财务', null, false],
      ['赵六', null, null, false],
    ])
    // The company's second number belongs to no person.
    const two = (await customerOf('KL-2'))!
    expect(await contactsOf(two.id)).toEqual([])
    const { notes } = (await admin().get(`/api/customers/${two.id}`)).body
    expect(notes).toContain('13911112222')
  })

  it('一行有错,这家的都不进,别家照进;错在哪一行哪一列说得清', async () => {
    const batch = await checkedUpload(
      admin(),
      file([
        ['甲公司', 'KL-3', '', '张三', '', '13800000003', '', ''],
        ['甲公司', '', '', '', '经理', '', '', ''],
        ['甲公司', '', '', '李四', '', '不是号码', '', ''],
        ['乙公司', 'KL-4', '', '张三', '', '138****0004', '', ''],
        ['丙公司', 'KL-5', '', '张三', '', '', '', ''],
        ['丙公司', 'KL-6', '', '张三', '', '', '', ''],
        ['丁公司', 'KL-7', '', '张三', '', '', '', ''],
        ['', '', '', '只有联系人', '', '', '', ''],
      ]),
      options,
    )
    const rows = await rowsOf(batch)
    expect(rows.map(({ message, status }) => [status, message])).toEqual([
      ['failed', '同一家客户的第 3 行有错,整家不导入'],
      ['failed', expect.stringMatching(/联系人姓名不能为空/)],
      ['failed', expect.stringMatching(/手机.*不是号码|手机/)],
      ['failed', expect.stringMatching(/手机含有 \*/)],
      ['failed', expect.stringMatching(/第 7 行有错,整家不导入/)],
      ['failed', expect.stringMatching(/客户编号与同一家客户的第 6 行不同|写了两次/)],
      ['ready', null],
      ['ready', null],
    ])
  })

  it('已有的客户:跳过就都跳过;更新只补上没有的联系人,已有的联系人不动', async () => {
    const { id } = await app.make.customer({ name: '老客户公司', number: 'KL-8' })
    await app.make.contact({ customerId: id, name: '老联系人', mobile: '13800000008', jobTitle: '经理' })
    const book = file([
      ['老客户公司', 'KL-8', '0755-1234567', '老联系人', '总监', '13800000008', '', ''],
      ['老客户公司', '', '', '新联系人', '采购', '13800000009', '', ''],
    ])
    expect(await imported(admin(), book, options)).toMatchObject({ created: 0, skipped: 2, updated: 0 })
    expect(await contactsOf(id)).toHaveLength(1)
    expect(await imported(admin(), book, { ...options, mode: 'update' })).toMatchObject({ updated: 2, failed: 0 })
    expect(await contactsOf(id)).toEqual([
      ['老联系人', '经理', '13800000008', true],
      ['新联系人', '采购', '13800000009', false],
    ])
    expect((await customerOf('KL-8'))!.phone).toContain('1234567')
    // Nothing left to bring.
    expect(await imported(admin(), book, { ...options, mode: 'update' })).toMatchObject({ updated: 0, skipped: 2 })
  })

  it('撤销连同联系人一起撤;联系人改过的、有了订单的,客户和联系人都留下', async () => {
    const batch = await imported(
      admin(),
      file([
        ['撤销公司', 'KL-10', '', '张三', '', '', '', ''],
        ['撤销公司', '', '', '李四', '', '', '', '是'],
        ['改过公司', 'KL-11', '', '张三', '', '', '', ''],
        ['成交公司', 'KL-12', '', '张三', '', '', '', ''],
      ]),
      options,
    )
    const [touched, sold] = [(await customerOf('KL-11'))!, (await customerOf('KL-12'))!]
    const [person] = (await admin().get(`/api/contacts?customerId=${touched.id}`)).body.items
    await admin().patch(`/api/contacts/${person.id}`, { version: person.version, jobTitle: '经理' })
    const lines = [{ name: '货', qtyMilli: 1_000, priceFen: 100 }]
    await admin().post('/api/orders', { customerId: sold.id, orderedOn: '2026-11-01', lines })
    const undone = (await admin().post(`/api/imports/${batch.id}/undo`)).body
    expect(undone).toMatchObject({ state: 'undone', undone: 2, left: 2 })
    expect(await customerOf('KL-10')).toBe(undefined)
    expect(await contactsOf(touched.id)).toHaveLength(1)
    expect(await contactsOf(sold.id)).toHaveLength(1)
    const rows = await rowsOf(batch)
    expect(rows.slice(2).map(({ message }) => message)).toEqual([
      '联系人之后有人改过或增减过,未撤销',
      '已有订单或交货,未撤销',
    ])
  })

  it('没有新建联系人权限的,带联系人的行不导入;没有导入权限的不能传', async () => {
    const permissions = ['customer.read', 'customer.create', 'customer.import'] as const
    const role = await app.make.role({ reach: 'all', permissions: [...permissions] })
    const clerk = app.as((await app.make.user({ roleIds: [role.id] })).id)
    const batch = await checkedUpload(
      clerk,
      file([
        ['有人公司', 'KL-20', '', '张三', '', '', '', ''],
        ['没人公司', 'KL-21', '', '', '', '', '', ''],
      ]),
      options,
    )
    expect(batch).toMatchObject({ total: 2, failed: 1 })
  })
})

describe('导入模板', () => {
  const template = async (entity: string) =>
    download(app, await app.signIn('admin'), `/api/imports/template.xlsx?entity=${entity}`)

  it.each(Object.entries(importEntities))(
    '%s:每一列都认得,样子行看得懂,原样传上去一行都不导入',
    async (entity, noun) => {
      const { bytes, headers } = await template(entity)
      expect(decodeURIComponent(String(headers['content-disposition']))).toContain(`${noun}导入模板.xlsx`)
      const options = { entity: entity as ImportEntity, fileName: '模板.xlsx' }
      const batch = await checkedUpload(admin(), Buffer.from(bytes), options)
      expect(Object.keys(batch.mapping).toSorted()).toEqual(batch.headers.toSorted())
      const rows = await rowsOf(batch)
      expect(rows.map(({ status }) => status)).toEqual(rows.map(() => 'failed'))
      expect(rows[0]!.message).toBe('模板里的示例行,不导入')
      for (const { message } of rows) expect(message).toMatch(/^模板里的示例行,不导入$|的第 2 行有错,整[家张]不导入$/)
    },
  )

  it('照样子填的客户和联系人导得进去', async () => {
    const rows = await sheetOf((await template('customerContact')).bytes)
    const mine = rows.map((row) => row.map((cell) => cell.replace('示例:', '照样填的')))
    const batch = await imported(admin(), await xlsx(mine), { ...options, fileName: '照样子.xlsx' })
    expect(batch).toMatchObject({ total: 3, created: 3, failed: 0 })
    expect(await contactsOf((await customerOf('KH-0001'))!.id)).toHaveLength(2)
  })

  it('没有导入权限的下载不到,只问有的', async () => {
    expect((await app.as('sales1').get('/api/imports/template.xlsx?entity=customer')).status).toBe(403)
    expect((await admin().get('/api/imports/template.xlsx?entity=user')).status).toBe(400)
    expect((await admin().get('/api/imports/template.xlsx')).status).toBe(400)
  })
})
