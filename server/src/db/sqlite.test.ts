import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { integrity, openSqlite, snapshot } from './sqlite.ts'
import { BusyError } from './store.ts'
import type { SqliteStore, Tx } from './store.ts'

interface Shop {
  goods: { id: number | undefined; name: string; qtyMilli: number }
}

let dir: string
let store: SqliteStore
const shop = (db: unknown) => db as Kysely<Shop>
const add = (tx: Tx, name: string) => shop(tx).insertInto('goods').values({ name, qtyMilli: 0 }).execute()
const names = async () =>
  (await shop(store.read).selectFrom('goods').select('name').orderBy('id').execute()).map((g) => g.name)

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'crm-sqlite-'))
  store = openSqlite(join(dir, 'crm.db'))
  await store.tx((tx) =>
    sql`create table goods (id integer primary key autoincrement, name text not null, qtyMilli integer not null) strict`.execute(
      tx,
    ),
  )
})
afterEach(async () => {
  await store.close()
  rmSync(dir, { recursive: true })
})

describe('打开', () => {
  it('每次提交都落盘:WAL、FULL、外键开启,版本够新', async () => {
    const health = await store.health()
    expect(health).toMatchObject({ engine: 'sqlite', journalMode: 'wal', synchronous: 2, foreignKeys: true })
    expect(health.version.localeCompare('3.51.3', 'en', { numeric: true })).toBeGreaterThanOrEqual(0)
  })

  it('关闭后日志已并回主文件,不留 -wal', async () => {
    await store.tx((tx) => add(tx, '茶'))
    await store.close()
    const raw = new Database(store.file, { readonly: true })
    expect(raw.prepare('select count(*) from goods').pluck().get()).toBe(1)
    raw.close()
    await expect(store.tx((tx) => add(tx, '酒'))).rejects.toBeInstanceOf(BusyError)
  })
})

describe('读写分开', () => {
  it('读句柄不能写,也开不了事务', async () => {
    await expect(shop(store.read).insertInto('goods').values({ name: 'x', qtyMilli: 1 }).execute()).rejects.toThrow(
      /readonly/,
    )
    await expect(
      shop(store.read)
        .transaction()
        .execute(async () => 1),
    ).rejects.toThrow(/tx\(\)/)
  })

  it('事务里先开的写锁:另一进程占着锁时异步等待,事件循环不停', async () => {
    const other = new Database(store.file)
    other.exec('begin immediate')
    let ticks = 0
    const timer = setInterval(() => ticks++, 5)
    setTimeout(() => other.exec('commit'), 200)
    await store.tx((tx) => add(tx, '茶'))
    clearInterval(timer)
    other.close()
    expect(ticks).toBeGreaterThan(10)
    expect(await names()).toEqual(['茶'])
  })

  it('等锁太久就回答系统正忙', async () => {
    const impatient = openSqlite(store.file, { lockWaitMs: 100 })
    const other = new Database(store.file)
    other.exec('begin immediate')
    await expect(impatient.tx((tx) => add(tx, '茶'))).rejects.toBeInstanceOf(BusyError)
    other.close()
    await impatient.tx((tx) => add(tx, '酒'))
    await impatient.close()
    expect(await names()).toEqual(['酒'])
  })
})

describe('重的查询', () => {
  it('在工作线程里跑,结果分批送回,主循环停顿不超过 25 毫秒', { timeout: 20_000 }, async () => {
    const many = sql<{ id: number; name: string }>`
      with recursive n(i) as (select 1 union all select i + 1 from n where i < ${200_000})
      select i as id, '客户名称' || i as name, i as a, i as b, i as c from n`.compile(shop(store.read))
    await store.heavy(many)
    // Thread time, not the clock: another program on the machine must not fail this test.
    const spentMs = () => (process.threadCpuUsage().user + process.threadCpuUsage().system) / 1000
    const turnsMs: number[] = []
    let before = spentMs()
    const timer = setInterval(() => {
      turnsMs.push(spentMs() - before)
      before = spentMs()
    }, 1)
    const rows = await store.heavy(many)
    clearInterval(timer)
    expect(rows).toHaveLength(200_000)
    expect(rows.at(-1)).toMatchObject({ id: 200_000, name: '客户名称200000' })
    const [worst, ...others] = turnsMs.sort((a, b) => b - a)
    // One turn may meet a garbage collection.
    expect(worst).toBeLessThan(100)
    expect(others[0]).toBeLessThan(25)
  })

  it('SQL 错误原样报回,下一次照常', async () => {
    const ask = (text: string) => store.heavy(sql.raw(text).compile(shop(store.read)))
    await expect(ask('select 1 from nowhere')).rejects.toThrow(/nowhere/)
    expect(await ask('select 7 as n')).toEqual([{ n: 7 }])
  })
})

describe('快照与完好检查', () => {
  it('写入进行中也能取得一致的快照', async () => {
    const target = join(dir, 'copy.db')
    await store.tx((tx) => add(tx, '茶'))
    const writing = (async () => {
      for (let i = 0; i < 50; i++) await store.tx((tx) => add(tx, `货${i}`))
    })()
    await snapshot(store, target)
    await writing
    expect(await integrity(target)).toEqual([])
    expect(await integrity(store)).toEqual([])
    const raw = new Database(target, { readonly: true })
    expect(raw.prepare('select count(*) from goods').pluck().get()).toBeGreaterThanOrEqual(1)
    raw.close()
  })

  it('快照不覆盖已有文件', async () => {
    const target = join(dir, 'copy.db')
    await snapshot(store, target)
    await expect(snapshot(store, target)).rejects.toThrow()
  })

  it('坏文件、外键悬空、根本不是数据库,都说得出来', async () => {
    const bad = join(dir, 'bad.db')
    const raw = new Database(bad)
    raw.pragma('foreign_keys = OFF')
    raw.exec(
      'create table a (id integer primary key); create table b (aId integer references a); insert into b values (9)',
    )
    raw.close()
    expect(await integrity(bad)).toEqual(['foreign key: b row 1 has no a'])
    expect(await integrity(import.meta.filename)).toEqual([expect.stringMatching(/not a database/)])
    expect(await integrity(join(dir, 'missing.db'))).toHaveLength(1)
  })
})

describe('恢复时换文件', () => {
  it('关闭、换文件、重开,原来的读句柄继续可用', async () => {
    const kept = store.read
    const target = join(dir, 'copy.db')
    await store.tx((tx) => add(tx, '旧'))
    await snapshot(store, target)
    await store.tx((tx) => add(tx, '新'))
    await store.whileClosed(async () => {
      await expect(store.tx((tx) => add(tx, '挤进来'))).rejects.toBeInstanceOf(BusyError)
      await expect(names()).rejects.toBeInstanceOf(BusyError)
      const { renameSync } = await import('node:fs')
      renameSync(target, store.file)
    })
    expect(await names()).toEqual(['旧'])
    expect(await shop(kept).selectFrom('goods').select('name').execute()).toEqual([{ name: '旧' }])
  })

  it('换文件失败也会重开', async () => {
    await expect(store.whileClosed(async () => Promise.reject(new Error('磁盘坏了')))).rejects.toThrow('磁盘坏了')
    await store.tx((tx) => add(tx, '茶'))
    expect(await names()).toEqual(['茶'])
  })
})
