import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Client } from '../support/client.ts'
import { csv, imported, rowsOf, type Sheet, upload } from '../support/importing.ts'

let app: TestApp
let admin: Client
beforeAll(async () => {
  app = await openTestApp()
  admin = app.as('admin')
})
afterAll(() => app.close())

const load = (rows: Sheet, more: object = {}, by = admin) => imported(by, csv(rows), { entity: 'product', ...more })
const messages = async (id: number, by = admin) =>
  (await rowsOf(by, id)).map(({ message, status }) => [status, message])
const named = async (name: string) => (await admin.get(`/api/products?name=${encodeURIComponent(name)}`)).body.items

describe('导入产品', () => {
  it('自动辨认表头;没有的类别和单位一并新增;一行错不影响别的行', async () => {
    const batch = await load([
      ['货号', '品名', '分类', '规格', '计量单位', '含税单价', '进价', '税率', '在售'],
      ['P-1', '轴承 6204', '传动件', '20×47', '个', '12.50', '7', '13%', '是'],
      ['P-2', '油封', '密封件', '', '盘', '3', '', '', '否'],
      ['P-3', '没有价', '传动件', '', '', '', '', '', ''],
      ['P-1', '编号重复的', '', '', '', '1', '', '', ''],
    ])
    expect(batch).toMatchObject({ state: 'done', created: 2, failed: 1, skipped: 1 })
    expect(batch.warnings.join()).toMatch(/新增基础资料:.*盘/)
    expect(batch.warnings.join()).toMatch(/新增产品类别:传动件、密封件/)
    expect((await messages(batch.id)).slice(2)).toEqual([
      ['failed', '标准售价不能为空'],
      ['skipped', expect.stringContaining('产品编号相同')],
    ])
    expect((await named('轴承 6204'))[0]).toMatchObject({
      number: 'P-1',
      categoryName: '传动件',
      unit: 'piece',
      priceFen: 1_250,
      costFen: 700,
      taxRateBp: 1_300,
      active: true,
    })
    expect((await named('油封'))[0]).toMatchObject({ active: false, taxRateBp: 1_300, costFen: null })
  })

  it('类别写成“上级/下级”的,没有的逐级新增,已有的上级不重复;空的一级不收', async () => {
    await app.make.productCategory({ name: '五金' })
    const batch = await load([
      ['编号', '名称', '类别', '售价'],
      ['C-1', '深沟球', '五金/轴承/深沟', '1'],
      ['C-2', '调心', '五金 / 轴承', '1'],
      ['C-3', '散件', '五金//轴承', '1'],
    ])
    expect(batch).toMatchObject({ created: 2, failed: 1 })
    expect((await messages(batch.id))[2]![1]).toContain('五金//轴承')
    const { items } = (await admin.get('/api/product-categories?sort=id')).body
    const of = (name: string) => items.filter((row: { name: string }) => row.name === name)
    expect(of('五金')).toHaveLength(1)
    expect(of('轴承')).toMatchObject([{ parentId: of('五金')[0].id }])
    expect(of('深沟')).toMatchObject([{ parentId: of('轴承')[0].id }])
    expect([(await named('深沟球'))[0].categoryName, (await named('调心'))[0].categoryName]).toEqual(['深沟', '轴承'])
  })

  it('已有的按编号更新,没有编号的按名称与规格;相同的跳过', async () => {
    await app.make.product({ name: '要调价的', number: 'U-1', priceFen: 100 })
    await app.make.product({ name: '凭名字的', spec: '大号', priceFen: 100 })
    const rows = [
      ['编号', '名称', '规格', '售价'],
      ['U-1', '要调价的', '', '2'],
      ['', '凭名字的', '大号', '3'],
      ['', '凭名字的', '小号', '4'],
    ]
    expect(await load(rows, { mode: 'update' })).toMatchObject({ created: 1, updated: 2, failed: 0 })
    expect((await named('要调价的'))[0].priceFen).toBe(200)
    expect((await named('凭名字的')).map((row: { priceFen: number }) => row.priceFen).toSorted()).toEqual([300, 400])
    expect(await load(rows)).toMatchObject({ created: 0, skipped: 3 })
  })

  it('导出的文件原样导得回来', async () => {
    const { body } = await admin.post(`/api/products/export?q=${encodeURIComponent('要调价的')}`)
    const batch = await imported(admin, Buffer.from(body), { entity: 'product', mode: 'update' })
    expect(batch).toMatchObject({ total: 1, skipped: 1, failed: 0 })
    expect(await messages(batch.id)).toEqual([['skipped', '内容与已有的相同']])
  })

  it('撤销把没人动过的收回,用过的留下', async () => {
    const batch = await load([
      ['编号', '名称', '售价'],
      ['X-1', '会撤的', '1'],
      ['X-2', '会留的', '1'],
    ])
    const [kept] = await named('会留的')
    await app.make.productPrice({ productId: kept.id, priceFen: 1 })
    const { body } = await admin.post(`/api/imports/${batch.id}/undo`)
    expect(body).toMatchObject({ state: 'undone', undone: 1, left: 1 })
    expect([(await named('会撤的')).length, (await named('会留的')).length]).toEqual([0, 1])
    expect(
      await load([
        ['编号', '名称', '售价'],
        ['X-1', '会撤的', '1'],
      ]),
    ).toMatchObject({ created: 1 })
  })

  it('导入产品要有导入产品的权限,导入客户的权限不够;没有成本权限的不能填成本', async () => {
    const file = csv([
      ['名称', '售价', '成本'],
      ['越权的', '1', '1'],
    ])
    expect((await upload(app.as('head1'), file, { entity: 'product' })).status).toBe(403)
    expect((await upload(app.as('sales1'), file, { entity: 'product' })).status).toBe(403)
    const role = await app.make.role({
      reach: 'own',
      permissions: ['product.import', 'product.read', 'product.create'],
    })
    const keeper = app.as((await app.make.user({ roleIds: [role.id] })).id)
    const { body, status } = await upload(keeper, file, { entity: 'product' })
    expect(status).toBe(201)
    expect(await messages(body.id, keeper)).toEqual([['failed', '没有填写成本价的权限']])
    expect((await upload(keeper, csv([['名称'], ['客户']]), { entity: 'customer' })).status).toBe(403)
    expect((await keeper.get('/api/imports')).body.total).toBe(1)
    expect((await app.as('head1').get(`/api/imports/${body.id}`)).status).toBe(404)
  })
})
