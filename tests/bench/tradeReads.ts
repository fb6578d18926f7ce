import type { Request } from './load.ts'

const from =
  (paths: readonly string[]) =>
  (i: number): Request => ({ path: paths[i % paths.length]! })

/** What an office asks of its orders, receivables and receipts all day. */
export const tradeLists = from([
  '/api/orders',
  '/api/orders?page=2',
  '/api/orders?state=confirmed,partial',
  '/api/orders?sort=-amountFen',
  '/api/receivables',
  '/api/receivables?sort=dueOn',
  '/api/receipts',
  '/api/deliveries/board',
])

/** The same lists with the amounts of all their rows. */
export const tradeTotals = from(['/api/orders?totals=1', '/api/receivables?totals=1', '/api/receipts?totals=1'])

/** Money, orders and receivables of one customer after another, as the customer page asks for them. */
export const customerPages =
  (customers: number) =>
  (i: number): Request => {
    const id = 1 + ((Math.floor(i / 5) * 7919) % customers)
    return from([
      `/api/customers/${id}/money`,
      `/api/orders?customerId=${id}`,
      `/api/receivables?customerId=${id}`,
      `/api/customers/${id}/bought`,
      `/api/customers/${id}/credit`,
    ])(i)
  }

/** Everything that is owed, today and as of a day two months ago. */
export const ageing = (today: Date) =>
  from([
    '/api/receivables/ageing',
    `/api/receivables/ageing?asOf=${new Date(today.getTime() - 60 * 86_400_000).toISOString().slice(0, 10)}`,
  ])
