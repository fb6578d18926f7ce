import Database from 'better-sqlite3'
import type { Request } from './load.ts'
import type { Measured } from './server.ts'

export interface RecyclingResult {
  readonly customers: number
  readonly seconds: number
  readonly stallMs: number
  /** What somebody else waited for a list meanwhile. */
  readonly othersP95Ms: number
}

/** Half of the customers have been won, or have an order or a receivable. */
const EXEMPTIONS = ['exemptWon', 'exemptContract', 'exemptOrder', 'exemptReceivable', 'exemptApproval']

/** Ends every stay: as if nobody had followed up for years. Straight into the file of a stopped server. */
export function letAllStaysEnd(file: string): void {
  const db = new Database(file)
  db.exec(
    `update customers set "receivedAt" = '2020-01-01T00:00:00.000Z', "lastValidFollowUpAt" = null where "ownerId" is not null`,
  )
  db.close()
}

/** All customers leave for the pool at once, while a colleague keeps opening the list. */
export async function measureRecycling(
  server: Measured,
  ask: (request: Request) => Promise<unknown>,
): Promise<RecyclingResult> {
  const nobodyStays = Object.fromEntries(EXEMPTIONS.map((name) => [name, false]))
  const body = { name: '基准公海', followUpDays: 30, remindDays: 0, ...nobodyStays }
  await ask({ method: 'POST', path: '/api/pools', body })
  await server.read()
  const waits: number[] = []
  let running = true
  const colleague = (async () => {
    while (running) {
      const at = performance.now()
      await ask({ path: '/api/customers' })
      waits.push(performance.now() - at)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })()
  const begun = performance.now()
  const { moved } = (await ask({ method: 'POST', path: '/api/pools/recycle' })) as { moved: number }
  const seconds = (performance.now() - begun) / 1000
  running = false
  await colleague
  waits.sort((a, b) => a - b)
  return {
    customers: moved,
    seconds: Math.round(seconds * 10) / 10,
    stallMs: Math.round((await server.read()).stallMs),
    othersP95Ms: Math.round(waits[Math.floor(waits.length * 0.95)] ?? 0),
  }
}
