import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import {
  copyOffice,
  crmJson,
  runServer,
  type ServerProcess,
  startServer,
  startWriters,
} from '../support/serverProcess.ts'

const ROUNDS = 20

let dir: string
let token: string
let server: ServerProcess | undefined
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'crm-crash-'))
  token = await copyOffice(dir)
})
afterEach(async () => {
  server?.kill('SIGKILL')
  await server?.ended()
  rmSync(dir, { recursive: true, force: true })
})

/** With the server stopped: how often each customer is there, and what SQLite thinks of the file. */
function look() {
  const raw = new Database(join(dir, 'crm.db'))
  try {
    const rows = raw.prepare('select name, count(*) as n from customers group by name').all() as {
      name: string
      n: number
    }[]
    return {
      counts: new Map(rows.map(({ name, n }) => [name, n])),
      integrity: raw.pragma('integrity_check', { simple: true }),
      orphans: raw.pragma('foreign_key_check') as unknown[],
      halves: raw
        .prepare(
          "select c.id from customers c where not exists (select 1 from auditLog a where a.entity = 'customer' and a.recordId = c.id and a.action = 'create')",
        )
        .all(),
    }
  } finally {
    raw.close()
  }
}

it(
  `F01 四人同时新建时 kill -9,${ROUNDS} 轮:答复过的每条恰好一次,没有半条,5 秒内重新就绪`,
  { timeout: 170_000 },
  async () => {
    const acknowledged: string[] = []
    for (let round = 1; round <= ROUNDS; round++) {
      server = await startServer(dir)
      expect(server.seconds, `start of round ${round}`).toBeLessThan(5)
      const writers = startWriters(server.url, token, 4, `第${round}轮`)
      await sleep(200 + Math.random() * 900)
      server.kill('SIGKILL')
      await Promise.all([server.ended(), writers.stop()])
      acknowledged.push(...writers.acknowledged)
    }
    expect(acknowledged.length).toBeGreaterThan(ROUNDS * 4)
    server = await startServer(dir)
    expect(await server.stop()).toBe(0)
    const { counts, integrity, orphans, halves } = look()
    expect({ integrity, orphans, halves }).toEqual({ integrity: 'ok', orphans: [], halves: [] })
    expect(acknowledged.filter((name) => counts.get(name) !== 1)).toEqual([])
    expect((await crmJson(dir, ['check'])).json).toEqual({ ok: true, problems: [] })
  },
)

it('F23 写着时收到 SIGTERM:在途的请求有答复,日志并回主文件,10 秒内以 0 退出', async () => {
  server = await startServer(dir)
  const writers = startWriters(server.url, token, 4, '停机')
  await sleep(500)
  const startedAt = performance.now()
  const code = await server.stop()
  expect({ code, fast: performance.now() - startedAt < 10_000 }).toEqual({ code: 0, fast: true })
  await writers.stop()
  const { counts } = look()
  expect(writers.acknowledged.length).toBeGreaterThan(0)
  expect([...counts.keys()].sort()).toEqual([...writers.acknowledged].sort())
})

it('F17 同一文件夹的第二个服务立刻退出并说出谁在用;第一个不受影响', async () => {
  server = await startServer(dir)
  const second = await runServer(dir, server.port + 1)
  expect(second).toMatchObject({ code: 1, stdout: '' })
  expect(second.stderr).toContain(`进程 ${server.pid}`)
  expect(second.stderr.trim().split('\n')).toHaveLength(1)
  expect(second.seconds).toBeLessThan(5)
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
})

it('F17 kill -9 留下的锁和套接字不挡路', async () => {
  server = await startServer(dir)
  server.kill('SIGKILL')
  await server.ended()
  server = await startServer(dir, { port: server.port })
  expect((await crmJson<{ users: unknown[] }>(dir, ['user', 'list'])).json.users).toHaveLength(1)
})
