import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { callApi, copyOffice, type ServerProcess, startServer } from '../support/serverProcess.ts'

const ROUNDS = 6
const AMOUNT_FEN = 10_000

let dir: string
let token: string
let server: ServerProcess | undefined
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'crm-receipts-'))
  token = await copyOffice(dir)
})
afterEach(async () => {
  server?.kill('SIGKILL')
  await server?.ended()
  rmSync(dir, { recursive: true, force: true })
})

it(
  `F18 登记回款时 kill -9,用同一个 Idempotency-Key 再登记,${ROUNDS} 轮:每轮恰好一笔,账是平的`,
  { timeout: 120_000 },
  async () => {
    server = await startServer(dir)
    const customer = await callApi(server.url, token, 'POST', '/api/customers', { name: '断电付款公司' })
    const customerId = customer.body['id']
    /** The status, or null where the connection broke. */
    const pay = async (round: number): Promise<number | null> => {
      try {
        const response = await fetch(`${server!.url}/api/receipts`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${token}`,
            'content-type': 'application/json',
            'idempotency-key': `round-${round}`,
          },
          body: JSON.stringify({ customerId, amountFen: AMOUNT_FEN + round, receivedOn: '2026-01-05' }),
        })
        await response.arrayBuffer()
        return response.status
      } catch {
        return null
      }
    }
    const broken: number[] = []
    for (let round = 1; round <= ROUNDS; round++) {
      const asked = [pay(round), pay(round), pay(round)]
      await sleep(round === 1 ? 0 : Math.random() * 12)
      server.kill('SIGKILL')
      await server.ended()
      if ((await Promise.all(asked)).includes(null)) broken.push(round)
      server = await startServer(dir)
      expect(await pay(round)).toBe(201)
    }
    expect(broken.length).toBeGreaterThan(0)
    expect(await server.stop()).toBe(0)
    const raw = new Database(join(dir, 'crm.db'), { readonly: true })
    try {
      const amounts = raw.prepare('select amountFen from receipts order by amountFen').all() as { amountFen: number }[]
      expect(amounts.map(({ amountFen }) => amountFen - AMOUNT_FEN)).toEqual(
        Array.from({ length: ROUNDS }, (_, at) => at + 1),
      )
      const { prepaid } = raw.prepare('select sum(prepaidFen) as prepaid from ledgerEntries').get() as {
        prepaid: number
      }
      expect(prepaid).toBe(amounts.reduce((sum, { amountFen }) => sum + amountFen, 0))
      expect(raw.pragma('foreign_key_check')).toEqual([])
    } finally {
      raw.close()
    }
  },
)
