import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openReader } from './reader.ts'
import { BusyError } from './store.ts'

// Some seconds: SQLite cannot be interrupted, so the test ends with this query.
const LONG = 'with recursive n(i) as (select 1 union all select i + 1 from n where i < 5e7) select count(*) from n'

let dir: string
let file: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'crm-reader-'))
  file = join(dir, 'a.db')
  new Database(file).exec('create table a (id integer primary key)').close()
})
afterEach(() => rmSync(dir, { recursive: true }))

const query = (sql: string) => ({ verb: 'query', sql, parameters: [] }) as const
const threads = () => readdirSync('/proc/self/task').length

it('闲下来线程就结束,再问时重新开始', async () => {
  const reader = openReader(file, { idleMs: 20, longestMs: 5_000 })
  await reader.ask(query('select 1'))
  const busy = threads()
  await expect.poll(threads, { timeout: 2_000 }).toBeLessThan(busy)
  expect(await reader.ask(query('select 2 as n'))).toEqual([{ n: 2 }])
  await reader.close()
})

it('线程只能读', async () => {
  const reader = openReader(file)
  await expect(reader.ask(query('delete from a returning id'))).rejects.toThrow(/readonly/)
  await reader.close()
})

it('太久的查询到时放弃,后面的不等它', async () => {
  const reader = openReader(file, { idleMs: 60_000, longestMs: 1_500 })
  const long = reader.ask(query(LONG))
  const next = reader.ask<{ n: number }>(query('select 1 as n'))
  await expect(long).rejects.toBeInstanceOf(BusyError)
  expect(await next).toEqual([{ n: 1 }])
  await reader.close()
  await expect(reader.ask(query('select 1'))).rejects.toBeInstanceOf(BusyError)
})
