import { spawn } from 'node:child_process'
import { createTable, required } from '@crm/migrations/helpers'
import type { Migration } from '@crm/migrations'
import { migrations } from '@crm/migrations'
import { migrate, MigrationError, NewerDatabaseError } from '@crm/server/db/migrate'
import { openStore } from '@crm/server/db/open'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { emptyPlace, quiet, testEngine } from '../support/engine.ts'
import type { TestPlace } from '../support/engine.ts'
import { deaths, steps } from '../support/migrateChild.ts'
import type { Death } from '../support/migrateChild.ts'

let place: TestPlace
beforeEach(async () => void (place = await emptyPlace()))
afterEach(() => place.remove())

const table = (name: string): Migration => ({
  name,
  async up(db) {
    await createTable(db, name.slice(5), (t) => t.id().text('name', required))
    await db.insertInto(name.slice(5)).values({ name }).execute()
  },
})
const broken: Migration = {
  name: '0003_broken',
  async up(db) {
    await sql`delete from first`.execute(db)
    await createTable(db, 'half', (t) => t.id())
    throw new Error('数据不合要求')
  },
}
const first = table('0001_first')
const second = table('0002_second')
const run = (list: readonly Migration[], options = {}) => migrate(place.target, list, { ...quiet, ...options })

async function count(name: string): Promise<number> {
  const store = openStore(place.target)
  try {
    const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(name)}`.execute(store.read as never)
    return rows[0]?.n ?? -1
  } finally {
    await store.close()
  }
}

it('空库一次升到最新,再跑什么也不做', async () => {
  expect(await run([first, second])).toEqual({ applied: ['0001_first', '0002_second'] })
  expect(await run([first, second])).toEqual({ applied: [] })
  expect(await count('second')).toBe(1)
})

it('产品自己的迁移能在空库上跑完', async () => {
  expect((await run(migrations)).applied).toEqual(migrations.map((m) => m.name))
})

it('已有数据才备份,备份失败则什么都不动', async () => {
  const backups: string[] = []
  const backupBefore = async () => {
    backups.push('备份')
    return '/backups/1.tar'
  }
  await run([first], { backupBefore })
  expect(backups).toEqual([])
  await run([first, second], { backupBefore })
  expect(backups).toEqual(['备份'])
  const noRoom = async () => Promise.reject(new Error('磁盘已满'))
  await expect(run([first, second, table('0003_third')], { backupBefore: noRoom })).rejects.toThrow('磁盘已满')
  expect(await run([first, second])).toEqual({ applied: [] })
})

it('更新版本的数据库拒绝打开', async () => {
  await run([first, second])
  await expect(run([first])).rejects.toBeInstanceOf(NewerDatabaseError)
  await expect(run([first])).rejects.toThrow(/0002_second/)
  expect(await count('second')).toBe(1)
})

it('别的系统的数据库不碰', async () => {
  const store = openStore(place.target)
  await store.tx((tx) => sql`create table strangers (id integer)`.execute(tx))
  await store.close()
  await expect(run([first])).rejects.toThrow()
  expect(await count('strangers')).toBe(0)
})

it('一步失败,同一次里成功的步骤也一起退回', async () => {
  await run([first])
  const failed = run([first, second, broken], { backupBefore: async () => '/backups/2.tar' })
  await expect(failed).rejects.toBeInstanceOf(MigrationError)
  await expect(failed).rejects.toThrow(/0003_broken.*数据不合要求.*\/backups\/2\.tar/)
  expect(await run([first])).toEqual({ applied: [] })
  expect(await count('first')).toBe(1)
  await expect(count('second')).rejects.toThrow()
  await expect(count('half')).rejects.toThrow()
  expect(await run([first, second])).toEqual({ applied: ['0002_second'] })
})

it('头一次就失败,不留半个库', async () => {
  await expect(run([first, broken])).rejects.toBeInstanceOf(MigrationError)
  expect((await run([first])).applied).toEqual(['0001_first'])
})

it('插到已执行步骤之前的迁移不接受', async () => {
  await run([second])
  await expect(run([first, second])).rejects.toThrow(/0001_first/)
})

it.runIf(testEngine === 'postgres')('几台服务同时启动,只升级一次', async () => {
  const done = await Promise.all([1, 2, 3].map(() => run([first, second])))
  expect(done.flatMap((d) => d.applied)).toHaveLength(2)
  expect(await count('first')).toBe(1)
})

function migrateInChild(death: Death): Promise<NodeJS.Signals | null> {
  const child = new URL('../support/migrateChild.ts', import.meta.url).pathname
  const given = JSON.stringify({ target: place.target, death })
  const running = spawn(process.execPath, [child, given], { stdio: 'inherit' })
  return new Promise((resolve) => void running.once('exit', (_code, signal) => resolve(signal)))
}

it.for(deaths)('升级到 %s 时 kill -9,下次启动接着升完,一行不多一行不少', async (death) => {
  await run(steps('nowhere').slice(0, 1))
  expect(await migrateInChild(death)).toBe(death === 'nowhere' ? null : 'SIGKILL')
  await run(steps('nowhere'))
  expect(await Promise.all(['t0001', 't0002', 't0003'].map(count))).toEqual([1, 1, 1])
})

it('升级中途被杀,再启动时失败,也退回到升级前', async () => {
  await run(steps('nowhere').slice(0, 1))
  await migrateInChild('0003 begins')
  const bad = { ...broken, name: '0003' }
  await expect(run([...steps('nowhere').slice(0, 2), bad])).rejects.toBeInstanceOf(MigrationError)
  expect(await run(steps('nowhere').slice(0, 1))).toEqual({ applied: [] })
  await expect(count('t0002')).rejects.toThrow()
})
