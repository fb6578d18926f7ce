import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { type Kysely, sql } from 'kysely'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { step as shelve } from '../../../tests/support/steps/shelf.ts'
import type { Goods, step } from '../../../tests/support/steps/stock.ts'
import { openSqlite } from './sqlite.ts'
import type { SqliteStore } from './store.ts'

const stepOf = (file: string) => new URL(`../../../tests/support/steps/${file}.ts`, import.meta.url)
const STEP = stepOf('stock')
/** About 10 ms of counting. */
const BUSY = 100_000

let dir: string
let store: SqliteStore
let other: Database.Database
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'crm-bulk-'))
  store = openSqlite(join(dir, 'crm.db'))
  await store.tx(async (tx) => {
    await sql`create table goods (id integer primary key autoincrement, name text not null unique) strict`.execute(tx)
  })
  other = new Database(store.file, { readonly: true })
})
afterEach(async () => {
  other.close()
  await store.close()
  rmSync(dir, { recursive: true })
})

const names = () => other.prepare('select name from goods order by id').pluck().all()
const goods = (n: number, busy = 1) => Array.from({ length: n }, (_, i) => ({ name: `货${i}`, busy }))
const bulk = (inputs: ReturnType<typeof goods>) => store.bulk<typeof step>(STEP, inputs)
const save = (name: string) =>
  store.tx(async (tx) => void (await (tx as unknown as Kysely<Goods>).insertInto('goods').values({ name }).execute()))

it('没有人要写时,所有的份在一个事务里做完', async () => {
  const done = bulk(goods(20))
  const { results } = await done
  expect(results).toEqual(goods(20).map(({ name }) => name))
  expect(names()).toEqual(results)
})

it('有人要保存时让路:什么都没留下,那个人不用等做完', async () => {
  await bulk(goods(1)) // the thread is there
  const begunAt = performance.now()
  let bulkMs = 0
  const work = bulk(goods(300, BUSY).slice(1)).finally(() => (bulkMs = performance.now() - begunAt))
  await save('同事的')
  const savedMs = performance.now() - begunAt
  const { results } = await work
  expect(results).toEqual([])
  expect(names()).toEqual(['货0', '同事的'])
  // Undone after the part at hand, not after three seconds.
  expect(bulkMs).toBeLessThanOrEqual(savedMs)
  expect(savedMs).toBeLessThan(1_500)
})

it('做完之后,日志由这个线程搬回数据库;没有份的只叫醒线程', async () => {
  expect(await bulk([])).toEqual({ results: [], tookMs: 0 })
  // 60 MB (three bytes a character) in two goes, one right after the other.
  for (const part of [0, 1])
    await bulk(goods(100).map(({ name, busy }) => ({ name: `${part}${name}`.padEnd(100_000, '货'), busy })))
  const isHome = () => statSync(store.file).size > 50_000_000
  const deadline = performance.now() + 10_000
  while (!isHome() && performance.now() < deadline) await setImmediate()
  expect(isHome()).toBe(true)
})

it('等得起的事等成批的做完:一份都不用重做', async () => {
  await bulk(goods(1))
  const work = bulk(goods(30, BUSY).slice(1))
  await store.whenQuiet()
  await save('事后的')
  expect((await work).results).toHaveLength(29)
  expect(names().slice(-2)).toEqual(['货29', '事后的'])
  await store.whenQuiet()
})

it('单独一份总会做完,哪怕有人在等', async () => {
  await bulk(goods(1)) // the thread is there
  const [{ results }] = await Promise.all([bulk(goods(2, BUSY).slice(1)), save('同事的')])
  expect(results).toEqual(['货1'])
  expect(names()).toEqual(['货0', '货1', '同事的'])
})

it('线程还没起来时谁也不用等它', async () => {
  const work = bulk(goods(1))
  await save('同事的')
  await work
  expect(names()).toEqual(['同事的', '货0'])
})

it('出错时说过的话全部带回:名称、代码、附带的内容', async () => {
  const refusal = { code: 'sold_out', extra: { errors: [{ field: 'name', message: '卖完了' }] } }
  const failed = store.bulk<typeof step>(STEP, [{ name: '货', busy: 1, refusal }])
  await expect(failed).rejects.toMatchObject({ name: 'Refusal', message: '不行', ...refusal })
  expect(names()).toEqual([])
})

it('一份失败,一起做的都不算', async () => {
  await expect(bulk([...goods(3), ...goods(1)])).rejects.toThrow(/UNIQUE/)
  expect(names()).toEqual([])
})

it('自己担保引用的步骤不逐行核对引用;别的步骤照样核对,哪怕在它之后', async () => {
  await store.tx(async (tx) => {
    await sql`create table shelf ("goodsId" integer not null references goods (id)) strict`.execute(tx)
  })
  const onShelf = () => other.prepare('select "goodsId" from shelf').pluck().all()
  await store.bulk<typeof shelve>(stepOf('shelf'), [404])
  expect(onShelf()).toEqual([404])
  await expect(store.bulk<typeof shelve>(stepOf('checkedShelf'), [405])).rejects.toThrow(/FOREIGN KEY/)
  expect(onShelf()).toEqual([404])
})
