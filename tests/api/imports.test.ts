import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Client } from '../support/client.ts'
import { gb18030 } from '../support/gb18030.ts'
import { checkedUpload, csv, csvText, finished, imported, rowsOf, xlsx } from '../support/importing.ts'

let app: TestApp
let admin: Client
let head: Client

beforeAll(async () => {
  app = await openTestApp()
  admin = app.as('admin')
  head = app.as('head1')
})
afterAll(() => app.close())

const customersNamed = async (q: string, by = admin) =>
  (await by.get(`/api/customers?q=${encodeURIComponent(q)}`)).body.items
const byNumber = async (number: string, by = admin) => (await by.get(`/api/customers?number=${number}`)).body.items[0]
const messages = async (id: number, by = admin) =>
  (await rowsOf(by, id)).map(({ message, status }) => [status, message])

describe('导入客户', () => {
  it('上传只检查,不写入任何客户;确认后才导入', async () => {
    const file = csv([
      ['公司全称', '省    份', '城     市', '所属行业', '公司网址'],
      ['预演银行股份有限公司', '广东', '深圳市', 'J 金融业', 'bank.example.com'],
      ['', '浙江', '杭州市', '金融业', ''],
    ])
    const batch = await checkedUpload(admin, file)
    expect(batch).toMatchObject({
      state: 'checked',
      total: 2,
      failed: 1,
      duplicates: 0,
      created: 0,
      fileName: '客户.csv',
      userName: '管理员',
    })
    expect(batch.mapping).toEqual({
      公司全称: 'name',
      省份: 'regionCode',
      城市: 'regionCode',
      所属行业: 'industry',
      公司网址: 'website',
    })
    expect(batch.sample[0]).toEqual(['预演银行股份有限公司', '广东', '深圳市', 'J 金融业', 'bank.example.com'])
    expect(await customersNamed('预演银行')).toEqual([])
    expect(await messages(batch.id)).toEqual([
      ['ready', null],
      ['failed', '客户名称不能为空'],
    ])
    await admin.post(`/api/imports/${batch.id}/run`)
    expect(await finished(admin, batch.id)).toMatchObject({ state: 'done', done: 2, created: 1, failed: 1 })
    const [made] = await app.store.read
      .selectFrom('customers')
      .selectAll()
      .where('name', '=', '预演银行股份有限公司')
      .execute()
    expect(made).toMatchObject({
      regionCode: '440300',
      industry: 'J',
      website: 'bank.example.com',
      ownerId: app.ids.users.admin,
    })
  })

  it('xlsx 与四种编码的文本导入出完全相同的客户,长编号、前导零、全角字母、日期都不走样', async () => {
    const rows = [
      ['客户编号', '客户名称', '简称', '统一社会信用代码', '电话', '备注', '信用额度'],
      [
        '000001',
        '四码银行股份有限公司',
        '四码Ａ',
        '９1440300192203821６',
        '0755-82088888',
        '第一行\n第二行',
        '12,345.60',
      ],
      ['44030019990101001234567', '长编号𠮷公司', '', '', '02161791000', '成立于2024年1月5日', '0'],
    ]
    const text = csvText(rows)
    const files = [
      await xlsx(rows),
      Buffer.from(text),
      Buffer.from(`\ufeff${text}`),
      gb18030(text),
      Buffer.from(`\ufeff${csvText(rows, '\t')}`, 'utf16le'),
    ]
    const stored = async () =>
      (
        await app.store.read
          .selectFrom('customers')
          .selectAll()
          .where('number', 'in', ['000001', '44030019990101001234567'])
          .orderBy('number')
          .execute()
      ).map(({ id: _id, createdAt: _created, updatedAt: _updated, ...row }) => row)
    const seen: unknown[] = []
    for (const file of files) {
      const batch = await imported(admin, file)
      expect(batch).toMatchObject({ state: 'done', total: 2, created: 2, failed: 0 })
      seen.push(await stored())
      const undone = await admin.post(`/api/imports/${batch.id}/undo`)
      expect(undone.body).toMatchObject({ state: 'undone', undone: 2, left: 0 })
    }
    expect(seen[0]).toMatchObject([
      {
        number: '000001',
        shortName: '四码Ａ',
        creditCode: '914403001922038216',
        phone: '0755-82088888',
        notes: '第一行\n第二行',
        creditFen: 1_234_560,
      },
      { number: '44030019990101001234567', name: '长编号𠮷公司', phone: '02161791000', creditFen: 0 },
    ])
    for (const other of seen) expect(other).toEqual(seen[0])
  })

  it('同一文件再导一次,一家也不多', async () => {
    const file = csv([
      ['客户编号', '客户名称'],
      ['R1', '重复甲公司'],
      ['R2', '重复乙公司'],
      ['', '重复丙公司'],
    ])
    expect(await imported(admin, file)).toMatchObject({ created: 3, skipped: 0 })
    const again = await checkedUpload(admin, file)
    expect(again).toMatchObject({ total: 3, duplicates: 3, failed: 0 })
    expect(await imported(admin, file)).toMatchObject({ created: 0, skipped: 3, duplicates: 3 })
    expect(await customersNamed('重复')).toHaveLength(3)
    expect((await messages(again.id))[0]).toEqual(['duplicate', '与已有的“重复甲公司”(负责人:管理员)客户编号相同'])
  })

  it('文件自己里面的重复也认得:同名不同写法只进一家', async () => {
    const file = csv([['客户名称'], ['自重(集团)股份有限公司'], ['自重集团股份有限公司'], ['自重　有限公司']])
    const batch = await checkedUpload(admin, file)
    expect(batch).toMatchObject({ duplicates: 2 })
    expect((await messages(batch.id)).slice(1)).toEqual([
      ['duplicate', '与第 2 行名称相同'],
      ['duplicate', '与第 2 行名称相同'],
    ])
    expect(await imported(admin, file)).toMatchObject({ created: 1, skipped: 2 })
  })

  it('“更新已有”只改文件里填了的内容;标签只加不减;内容相同的不动', async () => {
    const tag = await app.make.tag({ name: '老客户' })
    const known = await app.make.customer({
      number: 'U1',
      name: '更新公司',
      phone: '13800138000',
      notes: '旧备注',
      tagIds: [tag.id],
    })
    const file = csv([
      ['客户编号', '客户名称', '电话', '地址', '标签', '备注'],
      ['U1', '更新公司', '', '新地址 1 号', '重点、老客户', '-'],
    ])
    const batch = await imported(admin, file, { mode: 'update' })
    expect(batch).toMatchObject({ updated: 1, created: 0, duplicates: 1 })
    expect(batch.warnings).toContain('新增标签:重点')
    expect((await admin.get(`/api/customers/${known.id}`)).body).toMatchObject({
      version: 2,
      phone: '13800138000',
      address: '新地址 1 号',
      notes: '旧备注',
      tagNames: ['老客户', '重点'],
    })
    expect(await imported(admin, file, { mode: 'update' })).toMatchObject({ updated: 0, skipped: 1 })
    expect((await admin.get(`/api/customers/${known.id}`)).body.version).toBe(2)
  })

  it('更新时名称撞上别家客户的行不写,并说明是哪一家', async () => {
    await app.make.customer({ number: 'V1', name: '撞名股份有限公司' })
    const batch = await imported(
      admin,
      csv([
        ['客户编号', '客户名称', '地址'],
        ['V2', '撞名有限公司', '甲路'],
      ]),
      { mode: 'update' },
    )
    expect(batch).toMatchObject({ failed: 1, updated: 0 })
    expect(await messages(batch.id)).toEqual([
      ['failed', '与已有的“撞名股份有限公司”(负责人:管理员)名称相同,但不是同一个客户,未导入'],
    ])
  })

  it('“仍然新建”记下理由;编号相同的不能共用', async () => {
    await app.make.customer({ number: 'T1', name: '双胞胎公司' })
    const batch = await imported(
      admin,
      csv([
        ['客户编号', '客户名称'],
        ['T2', '双胞胎公司'],
        ['T1', '第三家公司'],
      ]),
      { mode: 'create', fileName: '双胞胎.csv' },
    )
    expect(batch).toMatchObject({ created: 1, failed: 1, duplicates: 1 })
    const twin = await byNumber('T2')
    const { body } = await admin.get(`/api/audit?entity=customer&recordId=${twin.id}`)
    expect(body.items).toContainEqual(
      expect.objectContaining({
        action: 'duplicate.override',
        note: '导入:双胞胎.csv',
        via: 'import',
        actorName: '管理员',
      }),
    )
    expect(body.items).toContainEqual(expect.objectContaining({ action: 'create', via: 'import' }))
  })

  it('按负责人列分派;不认识的字典项由有权的人自动建立,其他人的行说明原因', async () => {
    const file = csv([
      ['客户名称', '负责人', '行业'],
      ['分派公司', 'sales1', '量子计算'],
      ['无人公司', '查无此人', ''],
      ['离职公司', '周离职', ''],
    ])
    const mine = await imported(head, file)
    expect(await messages(mine.id, head)).toEqual([
      ['failed', '所属行业没有“量子计算”这一项'],
      ['failed', '负责人“查无此人”不是在用的操作员'],
      ['failed', '负责人“周离职”不是在用的操作员'],
    ])
    const batch = await checkedUpload(admin, file)
    expect(batch.warnings).toContain('新增基础资料:所属行业 量子计算')
    expect((await admin.get('/api/dictionaries?label=量子计算')).body.items).toEqual([])
    expect(await imported(admin, file)).toMatchObject({ created: 1, failed: 2 })
    expect((await customersNamed('分派公司'))[0]).toMatchObject({ ownerId: app.ids.users.sales1 })
    expect((await admin.get('/api/dictionaries?label=量子计算')).body.items).toHaveLength(1)
  })

  it('一格里有几个电话:先放本栏,其余写进备注,并提醒', async () => {
    const batch = await imported(
      admin,
      csv([
        ['客户名称', '电话', '邮箱'],
        ['多话公司', '010-88087733;95030、4001005678', 'a@example.com; b@example.com'],
      ]),
    )
    expect(batch.warnings).toContain('1 行的电话或邮箱不止一个,放不下的写入备注')
    expect((await customersNamed('多话公司'))[0]).toMatchObject({
      phone: '010-88087733',
      email: 'a@example.com',
      notes: '其他电话:95030、4001005678\n其他邮箱:b@example.com',
    })
  })
})
