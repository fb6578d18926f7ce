import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '@crm/server/db/open'
import type { ExportJob } from '@crm/shared/contract/exportJobs'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { bareCustomer, insertCustomers } from '../support/bulk.ts'
import { callApi, copyOffice, type ServerProcess, startServer } from '../support/serverProcess.ts'

const ROWS = 12_000
let dir: string
let token: string
let server: ServerProcess | undefined
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'crm-exports-'))
  token = await copyOffice(dir)
})
afterEach(async () => {
  server?.kill('SIGKILL')
  await server?.ended()
  rmSync(dir, { recursive: true, force: true })
})

const names = () => readdirSync(join(dir, 'files', 'exports'))
const call = async (method: string, path: string) => (await callApi(server!.url, token, method, path)).body as unknown
const content = (id: number) =>
  fetch(`${server!.url}/api/exports/${id}/content`, { headers: { authorization: `Bearer ${token}` } })

it('导出写到一半 kill -9:没有半个文件可下载,重启以后自己做完,一行不少', { timeout: 170_000 }, async () => {
  // The first start brings the tables up to date.
  server = await startServer(dir)
  await server.stop()
  const store = openStore({ file: join(dir, 'crm.db') })
  await insertCustomers(
    store,
    Array.from({ length: ROWS }, (_, n) => bareCustomer(n)),
  )
  await store.close()

  server = await startServer(dir)
  const { id } = (await call('POST', '/api/customers/export')) as ExportJob
  const look = () => call('GET', `/api/exports/${id}`) as Promise<ExportJob>
  await vi.waitFor(() => expect(names()).toEqual([expect.stringMatching(/\.part$/)]), { timeout: 30_000, interval: 5 })
  server.kill('SIGKILL')
  await server.ended()
  expect(names()).toEqual([expect.stringMatching(/\.part$/)])

  server = await startServer(dir)
  expect((await content(id)).status).toBe(409)
  await vi.waitFor(async () => expect(await look()).toMatchObject({ state: 'done', rows: ROWS, total: ROWS }), {
    timeout: 60_000,
    interval: 100,
  })
  const lines = (await (await content(id)).text()).trimEnd().split('\r\n')
  expect(new Set(lines.slice(1).map((line) => line.split(',')[0])).size).toBe(ROWS)
  expect(names()).toEqual([expect.not.stringMatching(/\.part$/)])
})
