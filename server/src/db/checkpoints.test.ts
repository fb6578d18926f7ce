import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterEach, expect, it } from 'vitest'
import { openSqlite } from './sqlite.ts'

const dir = mkdtempSync(join(tmpdir(), 'crm-checkpoints-'))
const file = join(dir, 'crm.db')
const store = openSqlite(file)
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
