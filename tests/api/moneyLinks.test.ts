import type { CustomerMoney, CustomerSums } from '@crm/shared/contract/customerMoney'
import type { PermissionName, Reach } from '@crm/shared/permissions'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
let customerId: number
const BASE: PermissionName[] = ['customer.read', 'receivable.read', 'product.cost']
interface Role {
  readonly reach: Reach
  readonly permissions: PermissionName[]
}
/** Somebody with these roles. */
async function person(...roles: readonly Role[]) {
  const made = await Promise.all(roles.map((role) => app.make.role({ ...role })))
  return app.as((await app.make.user({ teamId: app.ids.teams.D2, roleIds: made.map(({ id }) => id) })).id)
}
type Person = Awaited<ReturnType<typeof person>>

/** Every list the strip opens for this person; each has to answer. */
async function opened(by: Person): Promise<string[]> {
  const { facts } = (await by.get(`/api/customers/${customerId}/money`)).body as CustomerMoney
  const links = facts.flatMap(({ key, link, parts = [] }) => [
    { key: key as string, link },
    ...parts.map((part) => ({ key: `${key} ${part.label}`, link: part.link })),
  ])
  const found = []
  for (const { key, link } of links) {
    if (!link) continue
    const { body, status } = await by.get(`${link.list}?${new URLSearchParams(link.query)}`)
    expect([key, status, body.items.length > 0]).toEqual([key, 200, true])
    found.push(key)
  }
  return found
}
const valueOf = async (by: Person, key: string) =>
  ((await by.get(`/api/customers/${customerId}/money`)).body as CustomerMoney).facts.find((fact) => fact.key === key)

beforeAll(async () => {
  app = await openTestApp()
  const admin = app.as('admin')
  customerId = (await app.make.customer({ name: '资金条公司', ownerId: app.ids.users.sales1 })).id
  const product = await app.make.product({ name: '轴承', costFen: 4_000 })
  const lines = [{ productId: product.id, qtyMilli: 1_000, priceFen: 10_000 }]
  const draft = (await admin.post('/api/orders', { customerId, orderedOn: '2026-11-01', lines })).body
  const items = [{ amountFen: 10_000, plannedOn: '2026-11-02' }]
  await admin.put(`/api/orders/${draft.id}/plan`, { items })
  const { status } = await admin.post(`/api/orders/${draft.id}/submit`, { version: draft.version })
  if (status !== 200) throw new Error(`the order was refused: ${status}`)
  await admin.post('/api/receipts', { customerId, amountFen: 4_000, receivedOn: '2026-11-03' })
})
afterAll(() => app.close())

describe('资金条上的数', () => {
  it('只给打得开的列表做链接:少一种权限,那个数还在,只是点不开', async () => {
    const owed = ['receivable', 'overdue', 'received']
    const keys = async (...more: PermissionName[]) =>
      (await opened(await person({ reach: 'all', permissions: [...BASE, ...more] }))).toSorted()
    expect(await keys('order.read', 'receipt.read')).toEqual([...owed, 'deals', 'prepaid', 'margin'].toSorted())
    expect(await keys('receipt.read')).toEqual([...owed, 'prepaid'].toSorted())
    expect(await keys('order.read')).toEqual([...owed, 'deals', 'margin'].toSorted())
    const blind = await person({ reach: 'all', permissions: BASE })
    expect((await opened(blind)).toSorted()).toEqual(owed.toSorted())
    expect(await valueOf(blind, 'deals')).toMatchObject({ value: 10_000, link: null })
    expect((await valueOf(blind, 'margin'))?.value).toBeGreaterThan(0)
  })

  it('只能看自己客户的订单的人,别人客户的成交额也点不开;客户列表里一样', async () => {
    const money = { reach: 'all', permissions: BASE } as const
    const ownOrders = { reach: 'own', permissions: ['order.read', 'receipt.read'] } as const
    const near = await person(
      { ...money, permissions: [...BASE] },
      { ...ownOrders, permissions: [...ownOrders.permissions] },
    )
    expect((await opened(near)).toSorted()).toEqual(['overdue', 'received', 'receivable'].toSorted())
    const dealsOf = async (by: Person) =>
      ((await by.get(`/api/customers/receivables?ids=${customerId}&deals=true`)).body.items as CustomerSums[])[0]?.deals
    expect(await dealsOf(near)).toEqual({ ordersFen: 10_000, contractsFen: 0, isOpen: false })
    expect(await dealsOf(app.as('admin'))).toEqual({ ordersFen: 10_000, contractsFen: 0, isOpen: true })
  })
})
