import { writeXlsx } from 'hucre'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import type { Client } from '../support/client.ts'
import { checkedUpload, csv, download, imported, rowsOf, type Sheet, sheetOf, upload } from '../support/importing.ts'

let app: TestApp
let admin: Client
beforeAll(async () => {
  app = await openTestApp()
  admin = app.as('admin')
  await app.make.customer({ name: '订单导入公司', number: 'KH-9', ownerId: app.ids.users.sales1 })
  await app.make.product({ name: '轴承 6204', number: 'P-1', spec: '20×47', priceFen: 1_250, costFen: 700 })
  await app.make.product({ name: '油封', number: 'P-2', spec: '大', priceFen: 300 })
  await app.make.product({ name: '油封', number: 'P-3', spec: '小', priceFen: 200 })
})
afterAll(() => app.close())

const load = (rows: Sheet, more: object = {}) => imported(admin, csv(rows), { entity: 'order', ...more })
const messages = async (id: number) => (await rowsOf(admin, id)).map(({ message, status }) => [status, message])
const numbered = async (number: string) => {
  const { items } = (await admin.get(`/api/orders?number=${encodeURIComponent(number)}`)).body
  return items[0] ? (await admin.get(`/api/orders/${items[0].id}`)).body : null
}
const book = async (sheets: Record<string, Sheet>) =>
  Buffer.from(
    await writeXlsx({
      sheets: Object.entries(sheets).map(([name, rows]) => ({ name, rows: rows.map((row) => [...row]) })),
    }),
  )
const HEAD = ['订单编号', '客户', '下单日期', '产品编号', '品名', '规格', '数量', '单价', '折扣', '金额', '订单金额']

describe('导入订单与明细', () => {
  it('一行一条明细:同一编号合成一张草稿,产品按编号或名称找,金额按明细规则算', async () => {
    const batch = await load([
      HEAD,
      ['DD-1', 'KH-9', '2025-03-01', 'P-1', '', '', '2.5', '12.50', '5%', '29.69', '35.69'],
      ['DD-1', 'KH-9', '2025-03-01', '', '油封', '小', '3', '2', '', '6.00', ''],
      ['DD-2', '订单导入公司', '2025/3/2', '', '运费', '', '1', '80', '', '', ''],
      ['', '', '', '', '轴承 6204', '', '1', '12.5', '', '', ''],
    ])
    expect(batch).toMatchObject({ total: 4, created: 4, failed: 0 })
    expect(batch.warnings.join()).toContain('1 条明细的品名不在产品目录里')
    const first = await numbered('DD-1')
    expect(first).toMatchObject({ state: 'draft', amountFen: 3_569, orderedOn: '2025-03-01', ownerName: '王业务' })
    expect(first.lines).toMatchObject([
      { name: '轴承 6204', spec: '20×47', qtyMilli: 2_500, amountFen: 2_969, discountBp: 500 },
      { name: '油封', spec: '小', qtyMilli: 3_000, amountFen: 600, taxRateBp: 1_300 },
    ])
    expect(first.lines[1].productName).toBe('油封')
    const second = await numbered('DD-2')
    expect(
      second.lines.map((line: { name: string; productId: number | null }) => [line.name, line.productId === null]),
    ).toEqual([
      ['运费', true],
      ['轴承 6204', false],
    ])
  })

  it('再导一次一张不多;新订单的自动编号让开导入的编号', async () => {
    const rows = [HEAD, ['DD-1', 'KH-9', '2025-03-01', 'P-1', '', '', '9', '1', '', '', '']]
    expect(await load(rows)).toMatchObject({ created: 0, skipped: 1 })
    expect((await numbered('DD-1')).lines).toHaveLength(2)
    const next = await admin.post('/api/orders', {
      customerId: 1,
      orderedOn: '2026-11-22',
      lines: [{ name: '件', qtyMilli: 1_000, priceFen: 1 }],
    })
    const taken = `DD202611-${String(Number(next.body.number.slice(-4)) + 1).padStart(4, '0')}`
    expect(await load([HEAD, [taken, 'KH-9', '2025-03-01', 'P-1', '', '', '1', '1', '', '', '']])).toMatchObject({
      created: 1,
    })
    const after = await admin.post('/api/orders', {
      customerId: 1,
      orderedOn: '2026-11-22',
      lines: [{ name: '件', qtyMilli: 1_000, priceFen: 1 }],
    })
    expect(after.body.number > taken).toBe(true)
    expect((await upload(admin, csv(rows), { entity: 'order', mode: 'update' })).status).toBe(400)
  })

  it('一条明细错,整张不导入,别的订单照常;错处说出行、列和两个金额', async () => {
    const batch = await load([
      HEAD,
      ['E-1', 'KH-9', '2025-03-01', 'P-1', '', '', '2', '12.50', '', '26', ''],
      ['E-1', 'KH-9', '2025-03-01', 'P-1', '', '', '1', '12.50', '', '', ''],
      ['E-2', 'KH-9', '2025-03-01', 'P-9', '', '', '1', '1', '', '', ''],
      ['E-3', '查无此公司', '2025-03-01', 'P-1', '', '', '1', '1', '', '', ''],
      ['E-4', 'KH-9', '2025-03-01', '', '油封', '', '1', '1', '', '', ''],
      ['E-5', 'KH-9', '2025-03-01', 'P-1', '', '', '1', '1', '', '', '2'],
      ['E-6', 'KH-9', '2025-03-01', 'P-1', '', '', '1', '1', '', '', ''],
      ['E-6', 'KH-9', '2025-03-09', 'P-1', '', '', '1', '1', '', '', ''],
      ['E-7', 'KH-9', '2025-03-01', 'P-1', '', '', '半箱', '1', '', '', ''],
      ['E-8', 'KH-9', '2025-03-01', 'P-1', '', '', '1', '1', '', '', ''],
    ])
    expect(batch).toMatchObject({ created: 1, failed: 9 })
    expect(await messages(batch.id)).toEqual([
      ['failed', '金额写着 26.00,按数量、单价和折扣算是 25.00'],
      ['failed', '同一张单的第 2 行有错,整张不导入'],
      ['failed', expect.stringContaining('找不到产品“P-9”')],
      ['failed', expect.stringContaining('找不到客户“查无此公司”')],
      ['failed', expect.stringContaining('有几个产品叫“油封”')],
      ['failed', '订单金额写着 2.00,按明细算是 1.00'],
      ['failed', '同一张单的第 9 行有错,整张不导入'],
      ['failed', '下单日期与同一张单的第 8 行不同,应只写一次或写得一样'],
      ['failed', expect.stringContaining('数量应为最多三位小数的数字,而不是“半箱”')],
      ['created', null],
    ])
    expect(await numbered('E-1')).toBeNull()
    // The mended file uploads as it is.
    const { bytes } = await download(app, await app.signIn('admin'), `/api/imports/${batch.id}/errors.xlsx`)
    const rows = await sheetOf(bytes)
    expect(rows[1]!.slice(-2)).toEqual(['金额', expect.stringContaining('26.00')])
    const mended = rows.slice(0, 3).map((row) => row.map((cell) => (cell === '26' ? '25' : cell)))
    expect(await load(mended)).toMatchObject({ created: 2, failed: 0 })
  })

  it('两个工作表按编号合起来;没有明细、没有订单、写了两次的都说清在哪张表哪一行', async () => {
    const file = await book({
      订单: [
        ['订单编号', '客户', '下单日期', '备注'],
        ['T-1', 'KH-9', '2025-05-01', '第一张'],
        ['T-2', 'KH-9', '2025-05-02', ''],
        ['T-3', '', '2025-05-03', ''],
        ['T-5', 'KH-9', '没有日期', ''],
      ],
      订单明细: [
        ['订单编号', '产品编号', '数量', '单价', '备注'],
        ['T-1', 'P-1', '1', '10', '行里的'],
        ['T-3', 'P-1', '1', '10', ''],
        ['T-1', 'P-2', '2', '5', ''],
        ['T-4', 'P-2', '2', '5', ''],
        ['T-5', 'P-2', '两', '5', ''],
      ],
    })
    const checked = await checkedUpload(admin, file, { entity: 'order', fileName: '订单.xlsx' })
    expect(checked).toMatchObject({ total: 6, failed: 4 })
    expect(checked.warnings.join()).toContain('“订单”与“订单明细”两个工作表')
    const rows = await rowsOf(admin, checked.id)
    expect(rows.map(({ message, place, status }) => [place, status, message])).toEqual([
      ['订单明细 第 2 行', 'ready', null],
      ['订单明细 第 3 行', 'failed', '订单 第 4 行:客户不能为空'],
      ['订单明细 第 4 行', 'ready', null],
      ['订单明细 第 5 行', 'failed', expect.stringContaining('在“订单”里没有这个编号')],
      [
        '订单明细 第 6 行',
        'failed',
        expect.stringMatching(/订单 第 5 行:.*下单日期应为日期.*订单明细 第 6 行:.*数量应为/),
      ],
      ['订单 第 3 行', 'failed', expect.stringContaining('在“订单明细”里没有明细')],
    ])
    await admin.post(`/api/imports/${checked.id}/run`)
    await expect.poll(async () => (await admin.get(`/api/imports/${checked.id}`)).body.state).toBe('done')
    const made = await numbered('T-1')
    expect(made).toMatchObject({ notes: '第一张', amountFen: 2_000 })
    expect(made.lines.map(({ notes }: { notes: string | null }) => notes)).toEqual(['行里的', null])
  })

  it('历史订单要有权限:已交货的应收、交货单都在;撤销全部收回,可以再导', async () => {
    const rows = [
      ['订单编号', '客户', '下单日期', '状态', '交货日期', '产品编号', '数量', '单价', '已交'],
      ['H-1', 'KH-9', '2025-06-01', '已交货', '2025-06-05', 'P-1', '2', '10', '2'],
      ['H-2', 'KH-9', '2025-06-02', '部分交货', '2025-06-05', 'P-1', '4', '10', '1'],
      ['H-3', 'KH-9', '2025-06-03', '已确认', '', 'P-1', '1', '10', ''],
      ['H-4', 'KH-9', '2025-06-03', '部分交货', '', 'P-1', '1', '10', '1'],
    ]
    const role = await app.make.role({
      reach: 'all',
      permissions: ['order.import', 'order.create', 'order.read', 'customer.read', 'product.read'],
    })
    const clerk = app.as((await app.make.user({ roleIds: [role.id] })).id)
    const { body } = await upload(clerk, csv(rows), { entity: 'order' })
    expect(body.failed).toBe(4)
    expect((await rowsOf(clerk, body.id))[2]!.message).toContain('要有导入历史订单的权限')

    const batch = await load(rows)
    expect(batch).toMatchObject({ created: 3, failed: 1 })
    expect((await messages(batch.id))[3]![1]).toContain('按 1 条明细的已交数量是“已交货”')
    const done = await numbered('H-1')
    expect(done).toMatchObject({ state: 'delivered', lines: [{ deliveredMilli: 2_000, costFen: 700 }] })
    expect(await numbered('H-2')).toMatchObject({ state: 'partial' })
    const owed = (await admin.get(`/api/receivables?orderId=${done.id}`)).body.items
    expect(owed).toMatchObject([{ amountFen: 2_000, activeOn: '2025-06-05' }])
    const undone = await admin.post(`/api/imports/${batch.id}/undo`)
    expect(undone.body).toMatchObject({ state: 'undone', undone: 3, left: 0 })
    expect(await numbered('H-1')).toBeNull()
    expect((await admin.get(`/api/receivables?orderId=${done.id}&status=due,overdue`)).body.items).toEqual([])
    expect(await load(rows.slice(0, 2))).toMatchObject({ created: 1 })
  })

  it('已交、已退与状态对不上的不导入,预览时能说的预览时说;全退回来的仍是已确认,交货单都在', async () => {
    const rows = [
      ['订单编号', '客户', '下单日期', '状态', '产品编号', '数量', '单价', '已交', '已退'],
      ['B-1', 'KH-9', '2025-06-01', '已交货', 'P-1', '2', '10', '2', '3'],
      ['B-2', 'KH-9', '2025-06-01', '草稿', 'P-1', '2', '10', '1', ''],
      ['B-3', 'KH-9', '2025-06-01', '已确认', 'P-1', '2', '10', '1', ''],
      ['B-4', 'KH-9', '2025-06-01', '已确认', 'P-1', '2', '10', '2', '2'],
    ]
    const checked = await checkedUpload(admin, csv(rows), { entity: 'order' })
    expect(await messages(checked.id)).toEqual([
      ['failed', '已退不能多于已交'],
      ['failed', '草稿不能有已交,状态要写部分交货或已交货'],
      ['ready', null],
      ['ready', null],
    ])
    const batch = await load(rows)
    expect(batch).toMatchObject({ created: 1, failed: 3 })
    expect((await messages(batch.id))[2]![1]).toContain('按 1 条明细的已交数量是“部分交货”')
    const back = await numbered('B-4')
    expect(back).toMatchObject({ state: 'confirmed', lines: [{ deliveredMilli: 2_000, returnedMilli: 2_000 }] })
  })
})
