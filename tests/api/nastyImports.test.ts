import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { csv, imported, rowsOf } from '../support/importing.ts'

let app: TestApp
beforeAll(async () => {
  app = await openTestApp()
  await app.make.customer({ name: '怪表公司', number: 'KH-9', ownerId: app.ids.users.sales1 })
})
afterAll(() => app.close())

const AMOUNTS = [
  '0.001',
  '1e5',
  'NaN',
  'Infinity',
  '9007199254740993',
  '1,23.4',
  '一百',
  '12-3',
  '0x10',
  '--1',
  '1.2.3',
]
const DAYS = ['0000-00-00', '2023-02-29', '1899-12-31', '+275760-09-13', '2026-13-01', '昨天', 'Invalid Date']
const FILES = {
  receipt: {
    head: ['客户', '金额', '到账日期', '银行流水号'],
    row: (amount: string, on: string, n: number) => ['KH-9', amount, on, `LS-${n}`],
    count: 'receipts',
  },
  contract: {
    head: ['合同编号', '合同名称', '客户', '金额', '签订日期', '状态'],
    row: (amount: string, on: string, n: number) => [`HT-${n}`, '供货', 'KH-9', amount, on, '履行中'],
    count: 'contracts',
  },
  order: {
    head: ['订单编号', '客户', '下单日期', '状态', '品名', '数量', '单价'],
    row: (amount: string, on: string, n: number) => [`DD-${n}`, 'KH-9', on, '已确认', '件', '1', amount],
    count: 'orders',
  },
} as const

it('导入里不成样子的金额和日期一行也进不来,每行说得出是哪一栏', async () => {
  const found: Record<string, string> = {}
  for (const [entity, { count, head, row }] of Object.entries(FILES)) {
    const rows = [...AMOUNTS.map((amount) => [amount, '2026-11-02']), ...DAYS.map((on) => ['100', on])]
    const file = csv([[...head], ...rows.map(([amount, on], n) => row(amount!, on!, n))])
    const batch = await imported(app.as('admin'), file, { entity: entity as keyof typeof FILES })
    for (const [n, { message, status }] of (await rowsOf(app.as('admin'), batch.id)).entries())
      if (status !== 'failed' || !message) found[`${entity} ${rows[n]!.join(' ')}`] = `${status} ${message}`
    const { n } = await app.store.read
      .selectFrom(count) // unscoped: the test's own
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow()
    expect([entity, batch.created, n, found]).toEqual([entity, 0, 0, {}])
  }
})
