import type { OrderDetail } from '@crm/shared/contract/orders'
import type { Receivable } from '@crm/shared/contract/receivables'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { openTestApp, type TestApp } from './app.ts'
import type { Answer } from './client.ts'
import { checkMoney } from './moneyChecks.ts'
import { expectRefusal } from './refusal.ts'

type Person = 'sales1' | 'sales2' | 'head1' | 'finance' | 'admin'

/** A server for one test file, another customer of 王业务 (净 30 天) before each test, and what is done to let him owe and pay. */
export function receivableDesk() {
  const at = { customerId: 0, n: 0 }
  let app: TestApp
  beforeAll(async () => void (app = await openTestApp()))
  afterAll(async () => {
    await checkMoney(app)
    await app.close()
  })
  beforeEach(async () => {
    at.n += 1
    const facts = { name: `应收公司${at.n}号`, ownerId: app.ids.users.sales1, terms: 'net' as const, termsDays: 30 }
    at.customerId = (await app.make.customer(facts)).id
  })

  const as = (who: Person) => app.as(who)
  const bearing = (more: object = {}) => ({ name: '轴承', qtyMilli: 10_000, priceFen: 1_000, ...more })
  const draft = async (more: object = {}): Promise<OrderDetail> => {
    const facts = { customerId: at.customerId, orderedOn: '2026-11-01', lines: [bearing()], ...more }
    return (await as('sales1').post('/api/orders', facts)).body
  }
  const submit = async ({ id, version }: OrderDetail): Promise<OrderDetail> =>
    (await as('sales1').post(`/api/orders/${id}/submit`, { version })).body
  const owedBy = async (query: string): Promise<Receivable[]> =>
    (await as('finance').get(`/api/receivables?${query}&sort=id`)).body.items
  return {
    /** The customer of this test, and how many there have been. */
    at,
    app: () => app,
    as,
    bearing,
    draft,
    submit,
    confirmed: async (more: object = {}) => submit(await draft(more)),
    owedBy,
    ofOrder: (id: number) => owedBy(`orderId=${id}`),
    setPlan: (path: string, items: object[], who: Person = 'sales1') => as(who).put(`/api/${path}/plan`, { items }),
    pay: async (amountFen: number, more: object = {}) => {
      const facts = { customerId: at.customerId, amountFen, receivedOn: '2026-11-20', ...more }
      return (await as('finance').post('/api/receipts', facts)).body
    },
    refuses: (work: () => Promise<Answer>, status: number, field?: string) => expectRefusal(app, work, status, field),
  }
}
