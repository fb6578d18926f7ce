import { copyFileSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Migration } from '@crm/migrations'
import { createTable, required } from '@crm/migrations/helpers'
import Database from 'better-sqlite3'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { migrate, MigrationError } from './migrate.ts'

let dir: string
let file: string
const said: string[] = []
const options = { backupBefore: async () => null, log: (line: string) => void said.push(line) }
const run = (list: readonly Migration[]) => migrate({ file }, list, options)

const first: Migration = {
  name: '0001_first',
  async up(db) {
    await createTable(db, 'parents', (t) => t.id())
    await createTable(db, 'children', (t) => t.id().ref('parentId', 'parents', required))
    await db.insertInto('parents').values({ id: 1 }).execute()
    await db.insertInto('children').values({ id: 1, parentId: 1 }).execute()
  },
}
const swap = (parentId: number): Migration => ({
  name: '0002_swap',
  rebuildsTables: true,
  async up(db) {
    await createTable(db, 'parents2', (t) => t.id().text('name'))
    await db.insertInto('parents2').values({ id: parentId, name: '新' }).execute()
    await sql`drop table parents`.execute(db)
    await sql`alter table parents2 rename to parents`.execute(db)
  },
})

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'crm-migrate-'))
  file = join(dir, 'crm.db')
  said.length = 0
})
afterEach(() => rmSync(dir, { recursive: true }))

const query = (text: string) => {
  const raw = new Database(file, { readonly: true })
  try {
    return raw.prepare(text).pluck().all()
  } finally {
    raw.close()
  }
}

it('重建表的迁移要声明,日志里说得清楚;子表还指得到新表', async () => {
  await run([first])
  await run([first, swap(1)])
  expect(readdirSync(dir)).toEqual(['crm.db'])
  expect(said.at(-1)).toMatch(/0002_swap.*不检查外键/)
  expect(query('select p.name from children c join parents p on p.id = c."parentId"')).toEqual(['新'])
})

it('重建之后外键悬空,整个退回', async () => {
  await run([first])
  await expect(run([first, swap(7)])).rejects.toThrow(/foreign key: children row 1 has no parents/)
  expect(query('select id from parents')).toEqual([1])
})

it('没有声明的迁移关不掉外键', async () => {
  await run([first])
  const sneaky: Migration = {
    name: '0002_sneaky',
    async up(db) {
      await sql`pragma foreign_keys = off`.execute(db)
      await sql`delete from parents`.execute(db)
    },
  }
  await expect(run([first, sneaky])).rejects.toBeInstanceOf(MigrationError)
  expect(query('select id from parents')).toEqual([1])
})

it('退回到一半被杀:下次启动先退完,旧日志不会写进旧文件', async () => {
  await run([first])
  copyFileSync(file, `${file}.keep`)
  const raw = new Database(file)
  raw.exec('insert into parents values (2)')
  copyFileSync(`${file}-wal`, `${file}.wal`)
  raw.close()
  // As a kill leaves it: going back was decided, the log of the failed attempt is still there.
  renameSync(`${file}.keep`, `${file}.put-back`)
  renameSync(`${file}.wal`, `${file}-wal`)
  expect(await run([first])).toEqual({ applied: [] })
  expect(query('select id from parents')).toEqual([1])
  expect(existsSync(`${file}.put-back`)).toBe(false)
})

it('拒绝别的程序的文件,一个字节也不改', async () => {
  const raw = new Database(file)
  raw.exec('create table strangers (id)')
  raw.close()
  const listed = readdirSync(dir)
  await expect(run([first])).rejects.toThrow(/不是本系统的数据库/)
  expect(readdirSync(dir)).toEqual(listed)
  writeFileSync(file, '不是数据库'.repeat(1000))
  await expect(run([first])).rejects.toThrow(/not a database/)
})
