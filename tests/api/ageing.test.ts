import type { Ageing, Statement } from '@crm/shared/contract/ageing'
import { addDays, diffDays } from '@crm/shared/days'
import { bucketsOf } from '@crm/shared/rules/ageing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'

/** A row of the ledger, as the tables keep it. */
interface Entry {
  readonly receivableId: number | null
  readonly receiptId: number | null
  readonly kind: 'due' | 'moved' | 'void' | 'allocation' | 'writeOff' | 'receipt'
  readonly openFen: number
  readonly prepaidFen: number
  readonly dueOn: string | null
  readonly effectiveOn: string
  readonly recordedAt: string
}
let app: TestApp
const customers: number[] = []
const customerOf = new Map<string, number>()
const entries: Entry[] = []
const FIRST = '2025-11-23'
const at = (day: string) => `${day}T04:00:00.000Z`

async function post(facts: Pick<Entry, 'kind' | 'effectiveOn' | 'recordedAt'> & Partial<Entry>): Promise<void> {
  const entry = { receivableId: null, receiptId: null, openFen: 0, prepaidFen: 0, dueOn: null, ...facts }
  entries.push(entry)
  await app.store.tx((tx) =>
    tx
      .insertInto('ledgerEntries')
      .values({ ...entry, actorId: null, note: null })
      .execute(),
  )
}
const kept = (recordedAt: string) => ({ version: 1, createdAt: recordedAt, updatedAt: recordedAt, deletedAt: null })
async function owe(customerId: number, amountFen: number, on: string, dueOn: string): Promise<number> {
  const facts = {
    customerId,
    label: `第${entries.length + 1}期`,
    trigger: 'day' as const,
    amountFen,
    activeOn: on,
    dueOn,
  }
  const { id } = await app.store.tx((tx) =>
    tx
      .insertInto('receivables')
      .values({
        ...facts,
        ...kept(at(on)),
        contractId: null,
        orderId: null,
        deliveryId: null,
        plannedOn: null,
        terms: null,
        termsDays: null,
        receivedFen: 0,
        writtenOffFen: 0,
        voidedOn: null,
        ownerId: null,
        teamId: null,
        notes: null,
      })
      .returning('id')
      .executeTakeFirstOrThrow(),
  )
  customerOf.set(`r${id}`, customerId)
  await post({ kind: 'due', receivableId: id, openFen: amountFen, dueOn, effectiveOn: on, recordedAt: at(on) })
  return id
}
async function pay(customerId: number, amountFen: number, on: string, recordedOn = on): Promise<number> {
  const { id } = await app.store.tx((tx) =>
    tx
      .insertInto('receipts')
      .values({
        number: `HK-${entries.length}`,
        customerId,
        amountFen,
        receivedOn: on,
        method: 'bank',
        bankNumber: null,
        payer: null,
        state: 'confirmed',
        allocatedFen: 0,
        ownerId: null,
        teamId: null,
        voidReason: null,
        notes: null,
        ...kept(at(recordedOn)),
      })
      .returning('id')
      .executeTakeFirstOrThrow(),
  )
  customerOf.set(`p${id}`, customerId)
  await post({ kind: 'receipt', receiptId: id, prepaidFen: amountFen, effectiveOn: on, recordedAt: at(recordedOn) })
  return id
}
const allocate = (receiptId: number, receivableId: number, fen: number, on: string, recordedOn = on) =>
  post({
    kind: 'allocation',
    receiptId,
    receivableId,
    openFen: -fen,
    prepaidFen: -fen,
    effectiveOn: on,
    recordedAt: at(recordedOn),
  })

const ageing = async (query: string, who: 'finance' | 'sales1' | 'sales2' | 'head1' = 'finance'): Promise<Ageing> => {
  const { body, status } = await app.as(who).get(`/api/receivables/ageing?${query}`)
  expect([query, status]).toEqual([query, 200])
  return body
}
const statement = async (id: number, query: string): Promise<Statement> =>
  (await app.as('finance').get(`/api/customers/${id}/statement?${query}`)).body

/** The same from the entries alone, by the plainest arithmetic. */
function expected(asOf: string, knownAt: string, of: readonly number[] = customers) {
  const seen = entries.filter((entry) => entry.effectiveOn <= asOf && entry.recordedAt <= knownAt)
  const bucketFen = bucketsOf().map(() => 0)
  let prepaidFen = 0
  for (const id of new Set(seen.flatMap(({ receivableId }) => receivableId ?? []))) {
    if (!of.includes(customerOf.get(`r${id}`)!)) continue
    const mine = seen.filter((entry) => entry.receivableId === id)
    const dueOn = mine.findLast((entry) => entry.dueOn !== null)!.dueOn!
    const age = diffDays(asOf, dueOn)
    const index = bucketsOf().findIndex(({ from, to }) => age >= from && (to === null || age <= to))
    bucketFen[index]! += mine.reduce((sum, { openFen }) => sum + openFen, 0)
  }
  for (const entry of seen)
    if (entry.receiptId !== null && of.includes(customerOf.get(`p${entry.receiptId}`)!)) prepaidFen += entry.prepaidFen
  return { bucketFen, prepaidFen }
}

beforeAll(async () => {
  app = await openTestApp()
  let seed = 42
  const pick = (below: number) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((seed / 2 ** 32) * below)
  }
  const owners = [app.ids.users.sales1, app.ids.users.sales1, app.ids.users.sales2]
  for (const [n, ownerId] of owners.entries())
    customers.push((await app.make.customer({ name: `欠款公司${n}号`, ownerId })).id)
  // A year of instalments, part payments, payments ahead, another due day, write-offs and a void written down later.
  for (let n = 0; n < 45; n++) {
    const customerId = customers[pick(customers.length)]!
    const on = addDays(FIRST, pick(300))
    const id = await owe(customerId, 1 + pick(5_000_000), on, addDays(on, pick(90)))
    const paidOn = addDays(on, pick(120))
    const amount = 1 + pick(3_000_000)
    const receipt = await pay(customerId, amount, paidOn, addDays(paidOn, pick(4)))
    if (pick(4) > 0) await allocate(receipt, id, Math.min(amount, 1 + pick(amount)), paidOn, addDays(paidOn, pick(9)))
    if (pick(6) === 0)
      await post({
        kind: 'moved',
        receivableId: id,
        dueOn: addDays(on, 200),
        effectiveOn: addDays(on, 5),
        recordedAt: at(addDays(on, 5)),
      })
    if (pick(9) === 0)
      await post({ kind: 'writeOff', receivableId: id, openFen: -1, effectiveOn: paidOn, recordedAt: at(paidOn) })
  }
})
afterAll(() => app.close())

describe('账龄', () => {
  it('随便哪一年里的每一天:各档之和减预收,等于那天的应收;与逐笔相加一致', async () => {
    const knownAt = at('2026-12-31')
    for (let day = FIRST; day <= '2026-12-20'; day = addDays(day, 11)) {
      const { items, totals } = await ageing(`asOf=${day}&knownAt=${knownAt}`)
      const wanted = expected(day, knownAt)
      expect([day, totals.bucketFen, totals.prepaidFen]).toEqual([day, wanted.bucketFen, wanted.prepaidFen])
      expect(totals.netFen).toBe(totals.bucketFen.reduce((a, b) => a + b, 0) - totals.prepaidFen)
      const statements = await Promise.all(
        customers.map((id) => statement(id, `from=${FIRST}&to=${day}&knownAt=${knownAt}`)),
      )
      expect(statements.reduce((sum, { closingFen }) => sum + closingFen, 0)).toBe(totals.netFen)
      for (const key of ['totalFen', 'overdueFen', 'prepaidFen', 'netFen'] as const)
        expect(items.reduce((sum, row) => sum + row[key], 0)).toBe(totals[key])
    }
  })

  it('同一天、同一时刻所知,永远是同一个数:补记的回款只改变之后的所知', async () => {
    const [day, knownAt] = ['2026-06-30', at('2026-11-20')]
    const before = await ageing(`asOf=${day}&knownAt=${knownAt}`)
    const late = await pay(customers[0]!, 123_456, '2026-06-01', '2026-11-21')
    expect(await ageing(`asOf=${day}&knownAt=${knownAt}`)).toEqual(before)
    const now = await ageing(`asOf=${day}&knownAt=${at('2026-11-21')}`)
    expect(now.totals.prepaidFen).toBe(before.totals.prepaidFen + 123_456)
    // Taken back as if it had never been; what was known in between stays to be seen.
    await post({
      kind: 'receipt',
      receiptId: late,
      prepaidFen: -123_456,
      effectiveOn: '2026-06-01',
      recordedAt: at('2026-11-22'),
    })
    expect((await ageing(`asOf=${day}&knownAt=${at('2026-11-22')}`)).totals).toEqual(before.totals)
    expect((await ageing(`asOf=${day}&knownAt=${at('2026-11-21')}`)).totals).toEqual(now.totals)
  })

  it('每一格都能打开,里面正是这一格的钱', async () => {
    const when = `asOf=2026-08-15&knownAt=${at('2026-12-31')}`
    const { buckets, totals } = await ageing(when)
    for (const [n, { key }] of buckets.entries()) {
      const { body } = await app.as('finance').get(`/api/receivables/ageing/rows?${when}&bucket=${key}&size=200`)
      expect([key, body.items.reduce((sum: number, row: { openFen: number }) => sum + row.openFen, 0)]).toEqual([
        key,
        totals.bucketFen[n],
      ])
      expect(body.total).toBe(body.items.length)
    }
    const refused = await app.as('finance').get('/api/receivables/ageing/rows?bucket=d31')
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ field: 'bucket' }] } })
  })

  it('只算看得到的客户;经理看到的是下属之和', async () => {
    const when = `asOf=2026-08-15&knownAt=${at('2026-12-31')}`
    const own = await ageing(when, 'sales1')
    expect(own.items.map(({ customerId }) => customerId).every((id) => customers.slice(0, 2).includes(id))).toBe(true)
    expect(own.totals.bucketFen).toEqual(expected('2026-08-15', at('2026-12-31'), customers.slice(0, 2)).bucketFen)
    const other = await ageing(when, 'sales2')
    expect(other.items.map(({ customerId }) => customerId)).toEqual([customers[2]])
    expect((await ageing(when, 'head1')).totals).toEqual(own.totals)
    expect((await ageing(`${when}&customerOwnerId=${app.ids.users.sales2}`)).totals).toEqual(other.totals)
    expect((await ageing(`${when}&customerId=${customers[2]}`)).totals).toEqual(other.totals)
  })

  it('一页一页看,总计不变;可以只看有逾期的', async () => {
    const when = `asOf=2026-10-01&knownAt=${at('2026-12-31')}`
    const all = await ageing(when)
    const second = await ageing(`${when}&page=2&size=1`)
    expect(second.items).toEqual(all.items.slice(1, 2))
    expect(second.totals).toEqual(all.totals)
    const late = await ageing(`${when}&overdueOnly=true`)
    expect(late.items).toEqual(all.items.filter(({ overdueFen }) => overdueFen > 0))
  })
})

describe('对账单', () => {
  it('期初加本期等于期末,一段接着一段', async () => {
    const id = customers[1]!
    const first = await statement(id, `from=${FIRST}&to=2026-03-31`)
    const second = await statement(id, 'from=2026-04-01&to=2026-11-22')
    expect(first.openingFen).toBe(0)
    expect(first.openingFen + first.owedFen - first.paidFen).toBe(first.closingFen)
    expect(second.openingFen).toBe(first.closingFen)
    expect(second.lines.at(-1)!.balanceFen).toBe(second.closingFen)
    expect(first.lines.length + second.lines.length).toBeGreaterThan(5)
  })

  it('看不到的客户没有对账单;日期颠倒或太长被拒绝', async () => {
    const of = (who: 'sales1', query: string, id = customers[2]!) =>
      app.as(who).get(`/api/customers/${id}/statement?${query}`)
    expect((await of('sales1', 'from=2026-01-01&to=2026-02-01')).status).toBe(404)
    for (const query of ['from=2026-02-01&to=2026-01-01', 'from=2020-01-01&to=2026-01-01'])
      expect(await of('sales1', query, customers[0])).toMatchObject({
        status: 400,
        body: { errors: [{ field: 'to' }] },
      })
  })
})
