import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { checkMoney } from '../support/moneyChecks.ts'

/** reliability B09 and B10: what is no amount of 分, no quantity, no day. */
const NO_AMOUNTS = [
  -1,
  0.001,
  0.1 + 0.2,
  1e21,
  2 ** 53,
  2 ** 52,
  '1,234.56',
  '１２３',
  '1e5',
  '￥100',
  '',
  '100',
  true,
  [],
  {},
]
const NO_DAYS = [
  '0000-00-00',
  '2023-02-29',
  '1899-12-31',
  '+275760-09-13',
  '2024/1/5',
  '2024年1月5日',
  '2026-11-22T00:00:00Z',
  ' 2026-11-22',
  '44197',
  44_197,
  '',
  true,
  {},
]
let app: TestApp
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())
const admin = () => app.as('admin')

it('金额、数量、日期不成样子的,哪条路都进不来,说得出是哪一栏,账一分不动', async () => {
  const { id: customerId } = await app.make.customer({ name: '怪数公司', ownerId: app.ids.users.sales1 })
  const made = (await admin().post('/api/contracts', { customerId, title: '供货', amountFen: 200_000 })).body
  const ready = (await admin().post(`/api/contracts/${made.id}/submit`, { version: made.version })).body
  const contract = (
    await admin().post(`/api/contracts/${made.id}/sign`, { version: ready.version, signedOn: '2026-11-01' })
  ).body
  const line = { name: '轴承', qtyMilli: 10_000, priceFen: 10_000 }
  const draft = (await admin().post('/api/orders', { customerId, orderedOn: '2026-11-01', lines: [line] })).body
  const order = (await admin().post(`/api/orders/${draft.id}/submit`, { version: draft.version })).body
  const goods = {
    orderId: order.id,
    deliveredOn: '2026-11-02',
    lines: [{ orderLineId: order.lines[0].id, qtyMilli: 9_000 }],
  }
  await admin().post('/api/deliveries', goods)
  const asked = (await admin().post('/api/invoices', { orderId: order.id, amountFen: 90_000 })).body
  const paper = { version: asked.version, invoiceNumber: 'GS-1', issuedOn: '2026-11-02' }
  const invoice = (await app.as('finance').post(`/api/invoices/${asked.id}/issue`, paper)).body
  const spent = { type: 'travel', amountFen: 100, spentOn: '2026-11-02', purpose: '拜访' }
  const claim = (await admin().post('/api/expenses', spent)).body
  const approved = (await admin().post(`/api/expenses/${claim.id}/submit`, { version: claim.version })).body
  const ordered = { customerId, orderedOn: '2026-11-01' }
  const moved = (qtyMilli: unknown, kind = 'return') => ({
    ...goods,
    kind,
    lines: [{ ...goods.lines[0], qtyMilli }],
  })
  const routes: Record<string, [string, string, (value: unknown) => object, readonly unknown[]]> = {
    'change.amountFen': [
      'post',
      `contracts/${contract.id}/change`,
      (amountFen) => ({ version: contract.version, reason: '改', amountFen }),
      NO_AMOUNTS,
    ],
    'change.endOn': [
      'post',
      `contracts/${contract.id}/change`,
      (endOn) => ({ version: contract.version, reason: '改', endOn }),
      NO_DAYS,
    ],
    'plan.amountFen': [
      'put',
      `contracts/${contract.id}/plan`,
      (amountFen) => ({ items: [{ amountFen, plannedOn: '2026-12-01' }] }),
      NO_AMOUNTS,
    ],
    'plan.plannedOn': [
      'put',
      `contracts/${contract.id}/plan`,
      (plannedOn) => ({ items: [{ amountFen: 1_000, plannedOn }] }),
      NO_DAYS,
    ],
    'red.amountFen': [
      'post',
      `invoices/${invoice.id}/red`,
      (amountFen) => ({ version: invoice.version, reason: '退货', amountFen }),
      NO_AMOUNTS,
    ],
    'red.issuedOn': [
      'post',
      `invoices/${invoice.id}/red`,
      (issuedOn) => ({ version: invoice.version, reason: '退货', amountFen: 1, issuedOn }),
      NO_DAYS,
    ],
    'invoice.amountFen': ['post', 'invoices', (amountFen) => ({ orderId: order.id, amountFen }), NO_AMOUNTS],
    'order.priceFen': ['post', 'orders', (priceFen) => ({ ...ordered, lines: [{ ...line, priceFen }] }), NO_AMOUNTS],
    'order.qtyMilli': ['post', 'orders', (qtyMilli) => ({ ...ordered, lines: [{ ...line, qtyMilli }] }), NO_AMOUNTS],
    'order.discountFen': ['post', 'orders', (discountFen) => ({ ...ordered, discountFen, lines: [line] }), NO_AMOUNTS],
    'order.discountBp': [
      'post',
      'orders',
      (discountBp) => ({ ...ordered, lines: [{ ...line, discountBp }] }),
      [...NO_AMOUNTS, 10_001],
    ],
    'order.orderedOn': ['post', 'orders', (orderedOn) => ({ customerId, orderedOn, lines: [line] }), NO_DAYS],
    'return.qtyMilli': ['post', 'deliveries', (qtyMilli) => moved(qtyMilli), [...NO_AMOUNTS, 0]],
    'return.deliveredOn': ['post', 'deliveries', (deliveredOn) => ({ ...moved(1), deliveredOn }), NO_DAYS],
    'receipt.amountFen': [
      'post',
      'receipts',
      (amountFen) => ({ customerId, amountFen, receivedOn: '2026-11-02' }),
      [...NO_AMOUNTS.slice(1), 0],
    ],
    'receipt.receivedOn': ['post', 'receipts', (receivedOn) => ({ customerId, amountFen: 100, receivedOn }), NO_DAYS],
    'expense.amountFen': ['post', 'expenses', (amountFen) => ({ ...spent, amountFen }), [...NO_AMOUNTS, 0]],
    'expense.spentOn': ['post', 'expenses', (spentOn) => ({ ...spent, spentOn }), NO_DAYS],
    'pay.paidOn': ['post', `expenses/${approved.id}/pay`, (paidOn) => ({ version: approved.version, paidOn }), NO_DAYS],
    'void.reason': [
      'post',
      `expenses/${approved.id}/void`,
      (reason) => ({ version: approved.version, reason }),
      ['', ' ', 1, true, {}, [], 'x'.repeat(201)],
    ],
  }
  const before = await app.store.read
    .selectFrom('auditLog')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  for (const [name, [method, path, bodyOf, values]] of Object.entries(routes))
    for (const value of values) {
      const { body, status } = await admin()[method as 'post' | 'put'](`/api/${path}`, bodyOf(value))
      const field = name.split('.')[1]!
      expect([name, value, status]).toEqual([name, value, 400])
      expect([name, value, (body.errors as { field: string }[]).some((error) => error.field.endsWith(field))]).toEqual([
        name,
        value,
        true,
      ])
    }
  const after = await app.store.read
    .selectFrom('auditLog')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  expect(after).toEqual(before)
  await checkMoney(app)
})
