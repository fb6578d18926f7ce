import type { Ageing, Statement } from '@crm/shared/contract/ageing'
import { addDays, diffDays } from '@crm/shared/days'
import { bucketsOf, DEFAULT_BUCKET_ENDS } from '@crm/shared/rules/ageing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../support/app.ts'
import { owe as owing } from '../support/trade/ledger.ts'

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
  const id = await owing(app, { customerId, amountFen, on, dueOn, label: `第${entries.length + 1}期` })
  customerOf.set(`r${id}`, customerId)
  const due = { receivableId: id, receiptId: null, kind: 'due', openFen: amountFen, prepaidFen: 0 } as const
  entries.push({ ...due, dueOn, effectiveOn: on, recordedAt: at(on) })
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
function expected(asOf: string, knownAt: string, of: readonly number[] = customers, ends = DEFAULT_BUCKET_ENDS) {
  const buckets = bucketsOf(ends)
  const seen = entries.filter((entry) => entry.effectiveOn <= asOf && entry.recordedAt <= knownAt)
  const bucketFen = buckets.map(() => 0)
  let prepaidFen = 0
  for (const id of new Set(seen.flatMap(({ receivableId }) => receivableId ?? []))) {
    if (!of.includes(customerOf.get(`r${id}`)!)) continue
    const mine = seen.filter((entry) => entry.receivableId === id)
    const dueOn = mine.findLast((entry) => entry.dueOn !== null)!.dueOn!
    const age = diffDays(asOf, dueOn)
    const index = buckets.findIndex(({ from, to }) => age >= from && (to === null || age <= to))
    bucketFen[index]! += mine.reduce((sum, { openFen }) => sum + openFen, 0)
  }
  for (const entry of seen)
    if (entry.receiptId !== null && of.includes(customerOf.get(`p${entry.receiptId}`)!)) prepaidFen += entry.prepaidFen
  return { bucketFen, prepaidFen }
}

beforeAll(async () => {
  app = await openTestApp()
  // What is written down here was written down by now.
  app.clock.advance(60 * 86_400_000)
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
    for (let day = FIRST; day <= '2026-12-20'; day = addDays(day, 1)) {
      const { items, totals } = await ageing(`asOf=${day}&knownAt=${knownAt}`)
      const wanted = expected(day, knownAt)
      expect([day, totals.bucketFen, totals.prepaidFen]).toEqual([day, wanted.bucketFen, wanted.prepaidFen])
      expect(totals.netFen).toBe(totals.bucketFen.reduce((a, b) => a + b, 0) - totals.prepaidFen)
      for (const key of ['totalFen', 'overdueFen', 'prepaidFen', 'netFen'] as const)
        expect(items.reduce((sum, row) => sum + row[key], 0)).toBe(totals[key])
      if (diffDays(day, FIRST) % 11 > 0) continue
      const statements = await Promise.all(
        customers.map((id) => statement(id, `from=${FIRST}&to=${day}&knownAt=${knownAt}`)),
      )
      expect(statements.reduce((sum, { closingFen }) => sum + closingFen, 0)).toBe(totals.netFen)
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

describe('账龄档', () => {
  const set = (ends: unknown, who: 'admin' | 'finance' = 'admin') => app.as(who).put('/api/settings/ageing', { ends })

  it('管理员改了档,哪一天都仍然相等:各档之和减预收是应收,每格打得开,对账单也按新档', async () => {
    const knownAt = at('2026-12-31')
    expect((await app.as('sales1').get('/api/settings/ageing')).body).toEqual({ ends: [30, 60, 90, 180, 365] })
    for (const ends of [[7], [15, 45, 120], [1, 2, 3, 10, 20, 40, 80, 3650]]) {
      expect((await set(ends)).body).toEqual({ ends })
      for (const day of ['2026-02-28', '2026-08-15', '2026-12-20']) {
        const { buckets, totals } = await ageing(`asOf=${day}&knownAt=${knownAt}`)
        const wanted = expected(day, knownAt, customers, ends)
        expect([buckets.length, totals.bucketFen]).toEqual([ends.length + 2, wanted.bucketFen])
        expect(totals.netFen).toBe(totals.bucketFen.reduce((a, b) => a + b, 0) - wanted.prepaidFen)
        for (const [n, { key }] of buckets.entries()) {
          const query = `asOf=${day}&knownAt=${knownAt}&bucket=${key}&size=200`
          const { items } = (await app.as('finance').get(`/api/receivables/ageing/rows?${query}`)).body
          const open = (items as { openFen: number }[]).map(({ openFen }) => openFen)
          expect(open.reduce((a, b) => a + b, 0)).toBe(totals.bucketFen[n])
        }
        const one = await statement(customers[0]!, `from=${FIRST}&to=${day}&knownAt=${knownAt}`)
        expect(one.buckets).toEqual(buckets)
        expect(one.ageing.bucketFen).toEqual(expected(day, knownAt, customers.slice(0, 1), ends).bucketFen)
        expect(one.ageing.netFen).toBe(one.closingFen)
      }
    }
    await set([30, 60, 90, 180, 365])
  })

  it('不递增、太多、太少、不是天数的被拒绝,说出是哪一档;只有管设置的人能改', async () => {
    const nine = Array.from({ length: 9 }, (_, n) => n + 1)
    const wrong = {
      'ends.0': [[0], [3651], [1.5]],
      'ends.1': [
        [30, 30],
        [60, 30, 90],
      ],
      ends: [[], nine],
    }
    for (const [field, tries] of Object.entries(wrong))
      for (const ends of tries) expect(await set(ends)).toMatchObject({ status: 400, body: { errors: [{ field }] } })
    expect((await set([30], 'finance')).status).toBe(403)
    expect((await app.as('admin').get('/api/settings/ageing')).body.ends).toHaveLength(5)
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
