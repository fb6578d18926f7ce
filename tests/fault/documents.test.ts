import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { copyOffice, crmJson, type ServerProcess, startServer } from '../support/serverProcess.ts'

const ROUNDS = 3

let dir: string
let token: string
let server: ServerProcess | undefined
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'crm-files-'))
  token = await copyOffice(dir)
})
afterEach(async () => {
  server?.kill('SIGKILL')
  await server?.ended()
  rmSync(dir, { recursive: true, force: true })
})

const MOST_ON_A_RECORD = 20

async function posted<T>(url: string, body: FormData | string): Promise<T> {
  const json = typeof body === 'string' && { 'content-type': 'application/json' }
  const answer = await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${token}`, ...json }, body })
  if (answer.status !== 201) throw new Error(await answer.text())
  return (await answer.json()) as T
}

/** Uploads one after the other, twenty to a customer, until the server is gone; adds the hashes that were answered for. */
async function uploadUntilGone(url: string, round: number, hand: number, kept: string[]): Promise<void> {
  let customerId = 0
  try {
    for (let n = 0; ; n++) {
      if (n % MOST_ON_A_RECORD === 0) {
        const company = JSON.stringify({ name: `第${round}轮第${hand}人第${n}份起的公司` })
        customerId = (await posted<{ id: number }>(`${url}/api/customers`, company)).id
      }
      const form = new FormData()
      form.set('subjectType', 'customer')
      form.set('subjectId', String(customerId))
      form.set('file', new Blob([`第${round}轮 ${hand} ${n} `.repeat(20_000)]), `第${n}份.txt`)
      kept.push((await posted<{ sha256: string }>(`${url}/api/documents`, form)).sha256)
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
  }
}

/** With the server stopped: every row's content, by hash. */
function contents(): Map<string, string | null> {
  const raw = new Database(join(dir, 'crm.db'))
  try {
    const rows = raw.prepare('select sha256 from documents').all() as { sha256: string }[]
    return new Map(
      rows.map(({ sha256 }) => {
        const path = join(dir, 'files', sha256.slice(0, 2), sha256)
        return [sha256, existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex') : null]
      }),
    )
  } finally {
    raw.close()
  }
}

it(`三人同时上传时 kill -9,${ROUNDS} 轮:答复过的都在,每条记录背后的内容完整`, { timeout: 90_000 }, async () => {
  const answered: string[] = []
  for (let round = 1; round <= ROUNDS; round++) {
    server = await startServer(dir)
    const { url } = server
    const before = answered.length
    const hands = [1, 2, 3].map((hand) => uploadUntilGone(url, round, hand, answered))
    await vi.waitFor(() => expect(answered.length).toBeGreaterThan(before + 1), { timeout: 20_000, interval: 10 })
    await sleep(Math.random() * 500)
    server.kill('SIGKILL')
    await server.ended()
    await Promise.all(hands)
  }
  expect(answered.length).toBeGreaterThan(ROUNDS)
  const found = contents()
  expect([...found].filter(([sha256, actual]) => sha256 !== actual)).toEqual([])
  expect(answered.filter((sha256) => !found.has(sha256))).toEqual([])
  // What is not behind a row is at worst a whole file that nobody needs, or an upload that broke off.
  const { json } = await crmJson<{ problems: { code: string }[] }>(dir, ['check'])
  expect(json.problems.filter(({ code }) => code !== 'orphan_file')).toEqual([])
  for (const folder of readdirSync(join(dir, 'files')).filter((name) => name !== 'uploads'))
    for (const name of readdirSync(join(dir, 'files', folder)))
      expect(
        createHash('sha256')
          .update(readFileSync(join(dir, 'files', folder, name)))
          .digest('hex'),
      ).toBe(name)
})
