import type { BoughtProduct, Order, OrderDetail } from '@crm/shared/contract/orders'
import type { Receipt } from '@crm/shared/contract/receipts'
import type { Receivable } from '@crm/shared/contract/receivables'
import { EFFECTIVE_ORDERS } from '@crm/shared/rules/orderMoves'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { checkMoney } from '../support/moneyChecks.ts'

const SEED = 20_261_122
const STEPS = 160
let app: TestApp
const customers: number[] = []
beforeAll(async () => {
  app = await openTestApp()
  const terms = [{}, { terms: 'net' as const, termsDays: 30 }, { terms: 'monthly' as const, termsDays: 10 }]
  for (const [at, more] of terms.entries())
    customers.push((await app.make.customer({ name: `对账公司${at}`, ownerId: app.ids.users.sales1, ...more })).id)
})
afterAll(() => app.close())

/** The same documents each time, different enough. */
function dice(seed: number) {
  let state = BigInt(seed)
  return (sides: number): number => {
    state = (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) & ((1n << 64n) - 1n)
    return Number((state >> 33n) % BigInt(sides))
  }
}
const items = async <T>(path: string): Promise<T[]> => (await app.as('admin').get(path)).body.items
const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0)

/** 成交额, returns taken off: by order, line, customer, product, month and in each total one number. */
async function checkSales(dealsFen: number) {
  const admin = app.as('admin')
  const asked = `/api/orders?state=${EFFECTIVE_ORDERS.join()}&size=200`
  const { items: sold, totals } = (await admin.get(`${asked}&totals=1`)).body as {
    items: Order[]
    totals: Record<string, number>
  }
  expect(sold.length < 200 && sold.some(({ amountFen, netFen }) => netFen < amountFen)).toBe(true)
  const by = (keyOf: (row: Order) => unknown) =>
    sum([...Map.groupBy(sold, keyOf).values()].map((rows) => sum(rows.map(({ netFen }) => netFen))))
  expect([
    by(({ id }) => id),
    by(({ customerId }) => customerId),
    by(({ orderedOn }) => orderedOn.slice(0, 7)),
  ]).toEqual([dealsFen, dealsFen, dealsFen])
  expect(totals['netFen']).toBe(dealsFen)
  const lists = await Promise.all(customers.map((id) => items<BoughtProduct>(`/api/customers/${id}/bought`)))
  expect(sum(lists.flat().map(({ amountFen }) => amountFen))).toBe(dealsFen)
  for (const { id } of sold) {
    const { lines, ...order } = (await admin.get(`/api/orders/${id}`)).body as OrderDetail
    const total = (of: 'netFen' | 'netTaxFen') => sum(lines.map((line) => line[of]))
    expect([total('netFen'), total('netTaxFen')]).toEqual([order.netFen, order.netTaxFen])
    for (const { amountFen, deliveredMilli, netFen, netMilli, qtyMilli, returnedMilli } of lines) {
      // Once all went out, what is bought is what the customer has.
      const isOut = deliveredMilli >= qtyMilli
      expect(netMilli).toBe(isOut ? Math.min(qtyMilli, deliveredMilli - returnedMilli) : qtyMilli - returnedMilli)
      expect(netMilli === qtyMilli ? netFen === amountFen : netFen <= amountFen).toBe(true)
    }
  }
}

describe('随便怎么下单、交货、退货、收款、退款、改核销、作废', () => {
  it('账总是平的:按订单、客户、月份合计相等,概况、列表、总账一个数', async () => {
    const roll = dice(SEED)
    const admin = app.as('admin')
    const pick = <T>(list: readonly T[]): T => list[roll(list.length)]!
    const day = () => `2026-${String(1 + roll(11)).padStart(2, '0')}-${String(1 + roll(20)).padStart(2, '0')}`
    const live: OrderDetail[] = []
    const done: Record<string, number> = {}
    const count = (name: string, { status }: { status: number }) => {
      const key = `${name} ${status}`
      done[key] = (done[key] ?? 0) + 1
      expect([key, status < 500]).toEqual([key, true])
    }
    const steps: Record<string, () => Promise<void>> = {
      async order() {
        const lines = Array.from({ length: 1 + roll(3) }, (_, at) => ({
          name: `货${at}`,
          qtyMilli: 1 + roll(9_999),
          priceFen: roll(99_999),
          discountBp: roll(3_000),
        }))
        const { body } = await admin.post('/api/orders', { customerId: pick(customers), orderedOn: day(), lines })
        if (roll(2) === 0)
          await admin.put(`/api/orders/${body.id}/plan`, {
            items: [
              { percentBp: 3_333, plannedOn: day() },
              { percentBp: 3_333, trigger: 'delivery' },
              { percentBp: 3_334 },
            ],
          })
        const answer = await admin.post(`/api/orders/${body.id}/submit`, { version: body.version })
        count('order', answer)
        if (answer.status === 200) live.push(answer.body)
      },
      async deliver() {
        if (live.length === 0) return
        const order = pick(live)
        const kind = roll(3) === 0 ? 'return' : 'delivery'
        const lines = order.lines.map(({ id, qtyMilli }) => ({ orderLineId: id, qtyMilli: 1 + roll(qtyMilli) }))
        const { body, status } = await admin.post('/api/deliveries', {
          orderId: order.id,
          kind,
          deliveredOn: day(),
          lines,
        })
        count(kind, { status })
        if (status === 201 && roll(4) === 0)
          count(
            'undeliver',
            await admin.post(`/api/deliveries/${body.id}/void`, { version: body.version, reason: '错' }),
          )
      },
      async pay() {
        const amountFen = roll(3) === 0 ? -1 - roll(20_000) : 1 + roll(400_000)
        const answer = await admin.post('/api/receipts', { customerId: pick(customers), amountFen, receivedOn: day() })
        count(amountFen < 0 ? 'refund' : 'pay', answer)
      },
      async allocate() {
        const all = (await items<Receipt>('/api/receipts?state=confirmed&size=200')).filter(
          ({ amountFen }) => amountFen > 0,
        )
        if (all.length === 0) return
        const receipt = pick(all)
        const open = await items<Receivable>(
          `/api/receivables?customerId=${receipt.customerId}&status=due,partial,overdue&size=200`,
        )
        const target = open.length > 0 ? pick(open) : null
        const amountFen = Math.min(receipt.amountFen, target?.openFen ?? 0)
        const allocations = target && amountFen > 0 ? [{ receivableId: target.id, amountFen }] : []
        count(
          'allocate',
          await admin.post(`/api/receipts/${receipt.id}/allocate`, { version: receipt.version, allocations }),
        )
      },
      async unpay() {
        const all = await items<Receipt>('/api/receipts?state=confirmed&size=200')
        if (all.length === 0) return
        const { id, version } = pick(all)
        count('unpay', await admin.post(`/api/receipts/${id}/void`, { version, reason: '错' }))
      },
      async writeOff() {
        const open = await items<Receivable>('/api/receivables?status=due,partial,overdue&size=200')
        if (open.length === 0) return
        const { id, openFen, version } = pick(open)
        const { body, status } = await admin.post(`/api/receivables/${id}/write-off`, {
          version,
          amountFen: 1 + roll(openFen),
          reason: '收不回',
        })
        count('writeOff', { status })
        if (roll(2) === 0)
          count(
            'undo',
            await admin.post(`/api/receivables/${id}/undo-write-off`, { version: body.version, reason: '又还了' }),
          )
      },
    }
    const names = [
      'order',
      'order',
      'deliver',
      'deliver',
      'deliver',
      'pay',
      'pay',
      'pay',
      'allocate',
      'unpay',
      'writeOff',
    ]
    for (let at = 0; at < STEPS; at++) await steps[pick(names)]!()
    for (const name of [
      'order 200',
      'delivery 201',
      'return 201',
      'undeliver 200',
      'pay 201',
      'refund 201',
      'allocate 200',
      'unpay 200',
      'writeOff 200',
      'undo 200',
    ])
      expect([name, (done[name] ?? 0) > 0]).toEqual([name, true])
    await checkMoney(app)

    const all = await items<Receivable>('/api/receivables?size=200')
    const paid = await items<Receipt>('/api/receipts?state=confirmed&size=200')
    expect([all.length, paid.length].every((n) => n < 200)).toBe(true)
    const open = sum(all.map(({ openFen }) => openFen))
    const counted = all.filter(({ status }) => status !== 'void' && status !== 'pending')
    // Σ open = Σ due − allocated − written off.
    expect(open).toBe(
      sum(counted.map(({ amountFen }) => amountFen)) -
        sum(paid.map(({ allocatedFen }) => allocatedFen)) -
        sum(counted.map(({ writtenOffFen }) => writtenOffFen)),
    )
    const by = (keyOf: (row: Receivable) => unknown) => {
      const groups = new Map<unknown, number>()
      for (const row of all) groups.set(keyOf(row), (groups.get(keyOf(row)) ?? 0) + row.openFen)
      return sum([...groups.values()])
    }
    expect([
      by(({ customerId }) => customerId),
      by(({ orderId }) => orderId),
      by(({ dueOn }) => dueOn?.slice(0, 7)),
    ]).toEqual([open, open, open])
    const { rows } = await sql<{
      open: number
      prepaid: number
    }>`select sum("openFen") as open, sum("prepaidFen") as prepaid from "ledgerEntries"`.execute(
      app.store.read as never,
    )
    expect(rows[0]).toEqual({ open, prepaid: sum(paid.map(({ prepaidFen }) => prepaidFen)) })

    const whole: Record<string, number> = {}
    for (const id of customers)
      for (const { key, link, value } of (await admin.get(`/api/customers/${id}/money`)).body.facts) {
        whole[key] = (whole[key] ?? 0) + (value ?? 0)
        const of = { receivable: 'openFen', overdue: 'openFen', prepaid: 'prepaidFen', deals: 'netFen' }[key as string]
        if (!of || !link) continue
        const listed = await items<Record<string, number>>(
          `${link.list}?${new URLSearchParams({ ...link.query, size: '200' })}`,
        )
        expect([id, key, sum(listed.map((row) => row[of]!))]).toEqual([id, key, value])
      }
    expect(whole['receivable']).toBe(open)
    await checkSales(whole['deals']!)
    // As of every first of a month nothing is below zero: neither what one receivable owes nor what one receipt has left.
    for (let month = 1; month <= 12; month++) {
      const asOf = `2026-${String(month).padStart(2, '0')}-01`
      const { rows: below } = await sql<{
        id: number
      }>`select "receivableId" as id from "ledgerEntries" where "effectiveOn" <= ${asOf}
        and "receivableId" is not null group by "receivableId" having sum("openFen") < 0`.execute(
        app.store.read as never,
      )
      expect([asOf, below]).toEqual([asOf, []])
    }
  })
})
