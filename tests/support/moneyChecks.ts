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
}
