import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { CompiledQuery } from 'kysely'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { twoLanes } from './lanes.ts'
import { openReader, type Reader } from './reader.ts'
import { openRaw, sqliteConnection } from './sqlite.connection.ts'

let dir: string
let file: string
let reader: Reader
let aside: string[]
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'crm-lanes-'))
  file = join(dir, 'a.db')
  new Database(file).exec('create table a (id integer primary key)').close()
  reader = openReader(file)
  aside = []
})
afterEach(async () => {
  await reader.close()
  rmSync(dir, { recursive: true })
})

/** The real thread; what it was given is noted. */
function lanes() {
  const raw = openRaw(file, 'read')
  const noting: Reader = {
    ask(request, took) {
      if ('sql' in request) aside.push(request.sql)
      return reader.ask(request, took)
    },
    get pending() {
      return reader.pending
    },
    get isRunning() {
      return reader.isRunning
    },
    isAwake: () => reader.isAwake(),
    close: () => reader.close(),
  }
  const read = twoLanes(sqliteConnection(raw), noting)
  return {
    run: async (sql: string) => (await read.executeQuery({ sql, parameters: [] } as unknown as CompiledQuery)).rows,
    end: () => raw.close(),
  }
}
const counting = (n: number) =>
  `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${n}) select count(*) as n from n`
const MANY = 300_000
const LONG = counting(MANY)
const awake = () => expect.poll(() => reader.isAwake() && reader.pending === 0).toBe(true)

it('读得久的语句交给另一个线程,答案一样;短的留在这里', async () => {
  const { run, end } = lanes()
  await awake()
  for (let i = 0; i < 4; i++) {
    expect(await run(LONG)).toEqual([{ n: MANY }])
    expect(await run('select 1 as n')).toEqual([{ n: 1 }])
  }
  // Prepared, measured, then known.
  expect(aside).toEqual([LONG, LONG])
  end()
})

it('同时来的几条,另一个线程手上的够它忙一阵就不再接,其余在这里读完', async () => {
  const { run, end } = lanes()
  await awake()
  for (let i = 0; i < 2; i++) await run(LONG)
  const answers = await Promise.all(Array.from({ length: 6 }, () => run(LONG)))
  expect(answers).toEqual(Array.from({ length: 6 }, () => [{ n: MANY }]))
  expect(aside.length).toBeGreaterThan(0)
  expect(aside.length).toBeLessThan(6)
  end()
})

const counted = 'select count(*) as n from a where id % 7 <> 8'
/** Counts so many rows so many times, then forty times none. */
async function longThenShort(rows: number, times: number) {
  const writer = new Database(file)
  const fill = `insert into a with recursive n(i) as (select 1 union all select i + 1 from n where i < ${rows}) select i from n`
  writer.exec(fill)
  const { run, end } = lanes()
  await awake()
  for (let i = 0; i < times; i++) expect(await run(counted)).toEqual([{ n: rows }])
  writer.exec('delete from a')
  writer.close()
  for (let i = 0; i < 40; i++) expect(await run(counted)).toEqual([{ n: 0 }])
  end()
}

it('只久过一次的语句,快了以后又回到这里', async () => {
  await longThenShort(400_000, 2)
  expect(aside.length).toBeGreaterThan(0)
  expect(aside.length).toBeLessThan(35)
})

it('两次让人等过的语句不再回到这里:下一次问的可能又是所有人的', async () => {
  await longThenShort(1_200_000, 3)
  expect(aside).toHaveLength(41)
})

it('另一个线程在做统计时不去排队', async () => {
  const { run, end } = lanes()
  await awake()
  for (let i = 0; i < 2; i++) await run(LONG)
  const statistics = reader.ask({ verb: 'query', sql: counting(3_000_000), parameters: [] })
  expect(await run(LONG)).toEqual([{ n: MANY }])
  expect(aside).toEqual([])
  await statistics
  end()
})

it('睡着的线程被叫醒,这一条先在这里读', async () => {
  const { run, end } = lanes()
  for (let i = 0; i < 3; i++) await run(LONG)
  expect(aside).toEqual([])
  await awake()
  await run(LONG)
  expect(aside).toEqual([LONG])
  end()
})
