import { closeSync, mkdtempSync, openSync, readSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openSqlite } from './sqlite.ts'

let [dir, file] = ['', '']
let store: ReturnType<typeof openSqlite>
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'crm-checkpoints-'))
  file = join(dir, 'crm.db')
  store = openSqlite(file)
})
afterEach(async () => {
  await store.close()
  rmSync(dir, { recursive: true, force: true })
})

it('日志在别的线程搬回数据库,不等某一次提交来搬', async () => {
  await store.tx((tx) => sql`create table goods (id integer primary key, name text not null) strict`.execute(tx))
  for (let round = 0; round < 120; round++)
    await store.tx((tx) => sql`insert into goods (name) values (${'茶'.repeat(2_000)})`.execute(tx))
  const deadline = performance.now() + 10_000
  // 600 KB: far below what the writer itself would bring home.
  while (statSync(file).size < 600_000 && performance.now() < deadline) await sleep(50)
  expect(statSync(file).size).toBeGreaterThan(600_000)
  const { rows } = await sql<{ n: number }>`select count(*) as n from goods`.execute(store.read as never)
  expect(rows[0]!.n).toBe(120)
})

/** How often the log was begun anew: SQLite counts it in the log's own head. */
function timesBegun(): number {
  const head = Buffer.alloc(32)
  const log = openSync(`${file}-wal`, 'r')
  try {
    readSync(log, head)
    return head.readUInt32BE(12)
  } finally {
    closeSync(log)
  }
}

it('一次提交紧接着一次提交(导入)时,日志也会从头写起,不会一直变长', async () => {
  await store.tx((tx) => sql`create table goods (id integer primary key, name text not null) strict`.execute(tx))
  const first = timesBegun()
  const deadline = performance.now() + 20_000
  const name = '茶'.repeat(30_000)
  while (timesBegun() === first && performance.now() < deadline)
    await store.tx((tx) => sql`insert into goods (name) values (${name})`.execute(tx)).then(() => sleep(2))
  expect(timesBegun()).toBeGreaterThan(first)
  // Far below the writer's own limit, which would bring it home inside a commit.
  expect(statSync(`${file}-wal`).size).toBeLessThan(60_000_000)
})
