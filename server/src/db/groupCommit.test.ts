import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSqlite } from './sqlite.ts'
import type { SqliteStore, Tx } from './store.ts'

interface Shop {
  goods: { id: number | undefined; name: string; shelfId: number | null }
}

let dir: string
let store: SqliteStore
/** Another program that looks into the file: it sees what is committed and nothing else. */
let other: Database.Database
const shop = (db: unknown) => db as Kysely<Shop>
const add = (tx: Tx, name: string, shelfId: number | null = null) =>
  shop(tx).insertInto('goods').values({ name, shelfId }).execute()
const committed = () => other.prepare('select name from goods order by id').pluck().all()

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'crm-group-'))
  store = openSqlite(join(dir, 'crm.db'))
  await store.tx(async (tx) => {
    await sql`create table shelves (id integer primary key) strict`.execute(tx)
    await sql`create table goods (id integer primary key autoincrement, name text not null unique, shelfId integer references shelves) strict`.execute(
      tx,
    )
  })
  other = new Database(store.file, { readonly: true })
})
afterEach(async () => {
  other.close()
  await store.close()
  rmSync(dir, { recursive: true })
})

describe('一起提交', () => {
  it('同时做完的几个事务一次落盘;谁得到回答,谁的就已经落盘', async () => {
    const seen = await Promise.all(['茶', '酒', '米'].map((name) => store.tx((tx) => add(tx, name)).then(committed)))
    expect(seen).toEqual([
      ['茶', '酒', '米'],
      ['茶', '酒', '米'],
      ['茶', '酒', '米'],
    ])
  })

  it('其中一个失败,只撤它自己的', async () => {
    const results = await Promise.allSettled([
      store.tx((tx) => add(tx, '茶')),
      store.tx(async (tx) => {
        await add(tx, '酒')
        throw new Error('改主意了')
      }),
      store.tx(async (tx) => {
        await add(tx, '米')
        await add(tx, '茶')
      }),
      store.tx((tx) => add(tx, '面')),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
    expect(committed()).toEqual(['茶', '面'])
  })

  it('后一个看得见前一个写的,编号不会重复', async () => {
    const counts = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        store.tx(async (tx) => {
          await add(tx, `货${i}`)
          return (await shop(tx).selectFrom('goods').select('id').execute()).length
        }),
      ),
    )
    expect(counts).toEqual(Array.from({ length: 40 }, (_, i) => i + 1))
  })

  it('落盘失败,一起的都得到失败,什么也没写;下一个照常', async () => {
    const results = await Promise.allSettled([
      store.tx((tx) => add(tx, '茶')),
      store.tx(async (tx) => {
        // The missing shelf is only looked for at the commit.
        await sql`pragma defer_foreign_keys = on`.execute(tx)
        await add(tx, '酒', 99)
      }),
    ])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await store.tx((tx) => add(tx, '米'))
    expect(committed()).toEqual(['米'])
  })

  it('数据库自己放弃了整个事务,等着的人也得到失败', async () => {
    const results = await Promise.allSettled([
      store.tx((tx) => add(tx, '茶')),
      store.tx((tx) => sql`insert or rollback into goods (name) values ('茶')`.execute(tx)),
    ])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await store.tx((tx) => add(tx, '米'))
    expect(committed()).toEqual(['米'])
  })

  it('等真东西的事务不把别人的提交拖过它的结束,也不被撇下', async () => {
    const slow = store.tx(async (tx) => {
      await add(tx, '慢')
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
      await add(tx, '更慢')
    })
    await Promise.all([slow, store.tx((tx) => add(tx, '茶'))])
    expect(committed()).toEqual(['慢', '更慢', '茶'])
  })

  it('恢复数据要关闭文件:之前的先落盘', async () => {
    const writing = ['茶', '酒'].map((name) => store.tx((tx) => add(tx, name)))
    await Promise.all([...writing, store.whileClosed(async () => expect(committed()).toEqual(['茶', '酒']))])
  })
})
