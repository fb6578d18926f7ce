import type { Ageing } from '@crm/shared/contract/ageing'
import { sql } from 'kysely'
import { expect } from 'vitest'
import type { TestApp } from './app.ts'

type Row = Record<string, number | string | null>
const rows = async (app: TestApp, text: ReturnType<typeof sql<Row>>): Promise<Row[]> =>
  (await text.execute(app.store.read as never)).rows

/** The ledger, the sums kept on the documents, and what may be open: they always say the same. */
export async function checkMoney(app: TestApp): Promise<void> {
  const owed = await rows(
    app,
    sql<Row>`select r.*, coalesce((select sum(e."openFen") from "ledgerEntries" e where e."receivableId" = r.id), 0) as "ledgerFen",
      coalesce((select -sum(e."openFen") from "ledgerEntries" e where e."receivableId" = r.id and e.kind = 'allocation'), 0) as "paidFen",
      coalesce((select -sum(e."openFen") from "ledgerEntries" e where e."receivableId" = r.id and e.kind = 'writeOff'), 0) as "lostFen"
      from receivables r where r."deletedAt" is null`,
  )
  for (const row of owed) {
    const counts = row['activeOn'] !== null && row['voidedOn'] === null
    const open = counts
      ? (row['amountFen'] as number) - (row['receivedFen'] as number) - (row['writtenOffFen'] as number)
      : 0
    expect([row['id'], row['ledgerFen'], row['paidFen'], row['lostFen']]).toEqual([
      row['id'],
      open,
      row['receivedFen'],
      row['writtenOffFen'],
    ])
    expect(open).toBeGreaterThanOrEqual(0)
  }
  const paid = await rows(
    app,
    sql<Row>`select r.*, coalesce((select sum(e."prepaidFen") from "ledgerEntries" e where e."receiptId" = r.id), 0) as "ledgerFen" from receipts r`,
  )
  for (const row of paid) {
    const counts = row['state'] === 'confirmed'
    const left = counts ? (row['amountFen'] as number) - (row['allocatedFen'] as number) : 0
    expect([row['number'], row['ledgerFen']]).toEqual([row['number'], left])
  }
  await checkAgeing(app)
}

/** 账龄 of every month's first day and of today: the buckets less what is paid ahead, the ledger up to that day, and what all statements end with. */
async function checkAgeing(app: TestApp): Promise<void> {
  const admin = app.byToken('admin')
  const today = app.clock.today()
  const firsts = Array.from({ length: 12 }, (_, at) => `${today.slice(0, 4)}-${String(at + 1).padStart(2, '0')}-01`)
  const begun = `${today.slice(0, 4)}-01-01`
  for (const day of [...firsts.filter((first) => first < today), today]) {
    const { items, totals } = (await admin.get(`/api/receivables/ageing?asOf=${day}&size=200`)).body as Ageing
    const [ledger] = await rows(
      app,
      sql<Row>`select coalesce(sum(e."openFen"), 0) as open, coalesce(sum(e."prepaidFen"), 0) as prepaid
        from "ledgerEntries" e where e."effectiveOn" <= ${day}`,
    )
    const bucketsFen = totals.bucketFen.reduce((all, fen) => all + fen, 0)
    expect([day, bucketsFen, totals.prepaidFen]).toEqual([day, Number(ledger!['open']), Number(ledger!['prepaid'])])
    expect([day, totals.netFen]).toEqual([day, bucketsFen - totals.prepaidFen])
    for (const { customerId, netFen } of items) {
      const { body } = await admin.get(`/api/customers/${customerId}/statement?from=${begun}&to=${day}`)
      expect([day, customerId, body.closingFen]).toEqual([day, customerId, netFen])
    }
  }
}
