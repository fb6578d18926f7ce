import { customerLinks } from '@crm/server/modules/customerLinks'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { uploaded } from '../support/documents.ts'
import { checkMoney } from '../support/moneyChecks.ts'
import { writtenRows } from '../support/writtenRows.ts'

const TODAY = '2026-11-22'
let app: TestApp
beforeAll(async () => void (app = await openTestApp()))
afterAll(() => app.close())

const admin = () => app.as('admin')
async function done(path: string, body: object, method: 'post' | 'put' = 'post') {
  const { body: answer, status } = await admin()[method](path, body)
  expect([path, status, status < 300 ? '' : answer]).toEqual([path, status, ''])
  return answer
}
const customerOf = async (id: number) => (await admin().get(`/api/customers/${id}`)).body
const merge = async (id: number, otherId: number) => {
  const [one, other] = [await customerOf(id), await customerOf(otherId)]
  return done(`/api/customers/${id}/merge`, { version: one.version, otherId, otherVersion: other.version, fields: {} })
}

/** A customer with something of all that can hang on one. */
async function withEverything(name: string, productId: number): Promise<number> {
  const { sales1, sales1b } = app.ids.users
  const tag = await app.make.tag({ name: `${name}的标签` })
  const firstContact = { name: `${name}的人`, mobile: '13811112222' }
  const { id } = await app.make.customer({
    name,
    ownerId: sales1,
    phone: '021-58880000',
    tagIds: [tag.id],
    firstContact,
  })
  const of = { customerId: id }
  await done(
    `/api/customers/${id}/collaborators`,
    { items: [{ userId: app.ids.users.finance, access: 'edit' }] },
    'put',
  )
  await done('/api/interactions', { ...of, kind: 'call', text: '谈过', remind: { dueAt: '2026-12-01T01:00:00.000Z' } })
  await done('/api/feedback', { ...of, type: 'complaint', words: '货送晚了', occurredOn: TODAY })
  await uploaded(admin(), `${name}的资料`, { customer: id })
  await done('/api/product-prices', { ...of, productId, priceFen: 900 })
  await done('/api/price-moves', { ...of, productId, direction: 'up' })
  await done('/api/product-uses', { ...of, productId, fromOn: '2026-10-01', untilOn: '2026-10-31', qtyMilli: 5_000 })
  const lines = [{ productId, qtyMilli: 2_000, priceFen: 10_000 }]
  await done('/api/quotes', { ...of, quotedOn: TODAY, lines })
  const contract = await done('/api/contracts', { ...of, title: `${name}的合同`, amountFen: 5_000 })
  await done(`/api/contracts/${contract.id}/submit`, { version: contract.version })
  const draft = await done('/api/orders', { ...of, orderedOn: TODAY, lines })
  const order = await done(`/api/orders/${draft.id}/submit`, { version: draft.version })
  const goods = [{ orderLineId: order.lines[0].id, qtyMilli: 1_000 }]
  await done('/api/deliveries', { orderId: order.id, kind: 'delivery', deliveredOn: TODAY, lines: goods })
  await done('/api/receipts', { ...of, amountFen: 12_000, receivedOn: TODAY })
  await done('/api/invoices', { orderId: order.id, amountFen: 1_000 })
  await done('/api/expenses', { ...of, type: 'travel', amountFen: 12_300, spentOn: TODAY, purpose: '拜访' })
  const group = await done('/api/credit-groups', { name: `${name}的集团`, creditFen: 50_000 })
  const { version } = (await admin().get(`/api/customers/${id}/credit`)).body
  await done(`/api/customers/${id}/credit`, { version, groupId: group.id }, 'put')
  // An order that waits for consent, and a customer that became part of this one before.
  const steps = [{ mode: 'any', approvers: [{ kind: 'user', userId: app.ids.users.head1 }] }]
  await done('/api/approval-flows/order', { steps }, 'put')
  const asked = await done('/api/orders', { ...of, orderedOn: TODAY, lines })
  await done(`/api/orders/${asked.id}/submit`, { version: asked.version })
  await done('/api/approval-flows/order', { steps: [] }, 'put')
  await merge(id, (await app.make.customer({ name: `先并入${name}的`, ownerId: sales1 })).id)
  const { version: last } = await customerOf(id)
  await done(`/api/customers/${id}/transfer`, { version: last, ownerId: sales1b })
  return id
}

/** How many rows of each kind hang on a customer. */
async function hanging(id: number): Promise<Record<string, number>> {
  const found: Record<string, number> = {}
  for (const { column, of, stays, table } of customerLinks) {
    if (stays) continue
    const more = of ? sql`and ${sql.ref(of.column)} = ${of.value}` : sql``
    const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}
      where ${sql.ref(column)} = ${id} ${more}`.execute(app.store.read as never)
    found[`${table}.${column}`] = Number(rows[0]!.n)
  }
  return found
}
const money = async (id: number) => (await admin().get(`/api/customers/${id}/money`)).body

it('合并两家样样都有的客户,一样不落;撤销以后与合并前一字不差,账也是平的', async () => {
  const product = await done('/api/products', { name: '深沟球轴承', priceFen: 1_000 })
  const a = await withEverything('东方机械', product.id)
  const b = await withEverything('西部机械', product.id)
  const before = await hanging(b)
  expect(Object.entries(before).filter(([, rows]) => rows === 0)).toEqual([])
  await checkMoney(app)
  const [rows, strips] = [await writtenRows(app.store), [await money(a), await money(b)]]

  const { mergeId } = await merge(a, b)
  expect(Object.entries(await hanging(b)).filter(([, left]) => left > 0)).toEqual([])
  await checkMoney(app)

  await done(`/api/customers/merges/${mergeId}/undo`, {})
  expect(await hanging(b)).toEqual(before)
  expect(await writtenRows(app.store)).toEqual(rows)
  expect([await money(a), await money(b)]).toEqual(strips)
  await checkMoney(app)
})
