import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { callApi, copyOffice, type ServerProcess, startServer } from '../support/serverProcess.ts'

let dir: string
let token: string
let server: ServerProcess | undefined
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'crm-reminders-'))
  token = await copyOffice(dir)
})
afterEach(async () => {
  server?.kill('SIGKILL')
  await server?.ended()
  rmSync(dir, { recursive: true, force: true })
})

const HOUR_MS = 3_600_000
const ahead = (ms: number) => new Date(Date.now() + ms).toISOString()
/** Titles of all that was told, in order. */
function told(): string[] {
  const raw = new Database(join(dir, 'crm.db'), { readonly: true })
  try {
    return (
      raw.prepare("select title from notifications where kind = 'reminder' order by id").all() as { title: string }[]
    ).map(({ title }) => title)
  } finally {
    raw.close()
  }
}
/** What a server leaves behind that is killed in the middle of its jobs. */
function leaveLeases() {
  const raw = new Database(join(dir, 'crm.db'))
  raw.prepare("update jobs set leasedBy = 'dead', leasedUntil = ?").run(ahead(2 * 60_000))
  raw.close()
}
const remind = (title: string, dueAt: string) => callApi(server!.url, token, 'POST', '/api/reminders', { title, dueAt })

it('到点时服务停着,再启动两次(一次 kill -9):迟到的恰好响一次', { timeout: 170_000 }, async () => {
  server = await startServer(dir)
  expect((await remind('停机时到点', ahead(HOUR_MS))).status).toBe(201)
  expect(await server.stop()).toBe(0)
  // Three hours pass while nothing runs.
  const raw = new Database(join(dir, 'crm.db'))
  raw
    .prepare('update reminders set dueAt = ?, plannedAt = ?, updatedAt = ?')
    .run(ahead(-2 * HOUR_MS), ahead(-2 * HOUR_MS), ahead(-3 * HOUR_MS))
  raw.close()

  server = await startServer(dir)
  await vi.waitFor(() => expect(told()).toEqual(['(迟到)停机时到点']), { timeout: 40_000, interval: 100 })
  server.kill('SIGKILL')
  await server.ended()
  leaveLeases()

  server = await startServer(dir)
  await remind('现在到点', ahead(0))
  // Once the new one has been told, the job has looked at everything again: long before the dead one's lease would have ended.
  await vi.waitFor(() => expect(told()).toContain('现在到点'), { timeout: 40_000, interval: 100 })
  expect(told()).toEqual(['(迟到)停机时到点', '现在到点'])
})
