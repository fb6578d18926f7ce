import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Refusal } from '@crm/server/core/refusal'
import { sealAudit } from '@crm/server/core/access/audit'
import { addSignIn, newSid, signingSecret } from '@crm/server/core/access/signInRows'
import { putTokens } from '@crm/server/db/search'
import { backUp, backupsIn, checkAll, restoreBackup, verifyBackup } from '@crm/server/modules/system/backup/service'
import type { Present } from '@crm/server/modules/system/backup/service'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testEngine } from '../support/engine.ts'
import { openInstallation } from '../support/installation.ts'
import type { TestInstallation } from '../support/installation.ts'

let here: TestInstallation
let reasons: (string | null)[]
let present: Present
beforeEach(async () => {
  here = await openInstallation()
  reasons = []
  present = { store: here.store, maintain: (reason) => void reasons.push(reason) }
})
afterEach(() => here.remove())

const take = () => backUp(here.place, { store: here.store })
const verify = (file: string, known = here.place.migrations.map((m) => m.name)) =>
  verifyBackup(file, here.place.dataDir, here.place.clock, known)
const restore = (file: string) => restoreBackup(here.place, file, present)
const names = async () =>
  (await here.store.read.selectFrom('tags').select('name').orderBy('id').execute()).map((row) => row.name)
const count = async (table: 'tags' | 'auditLog') =>
  Number(
    (
      await here.store.read
        .selectFrom(table)
        .select((eb) => eb.fn.countAll().as('n'))
        .executeTakeFirstOrThrow()
    ).n,
  )

describe('备份', () => {
  it('写着业务时备份:通过校验,行数与备份那一刻一致,写入照常', async () => {
    await here.addTags(500)
    let writing = true
    const writer = (async () => {
      while (writing) await here.addTags(5).then(() => sleep(2))
    })()
    const { file, counts, bytes } = await take().finally(() => void (writing = false))
    await writer
    expect(statSync(file).size).toBe(bytes)
    expect(await verify(file)).toMatchObject({ problems: [], manifest: { counts, engine: testEngine } })
    expect(counts['tags']).toBeGreaterThanOrEqual(500)
    expect(counts['tags']).toBeLessThan(await count('tags'))
  })

  it('文件名是公司时区的时间,临时文件不留下,只有本人能读', async () => {
    const { file } = await take()
    expect(basename(file)).toMatch(/^crm-20\d{6}-\d{6}\.crmbak$/)
    expect(readdirSync(here.place.backupDir)).toEqual([basename(file)])
    expect(statSync(file).mode & 0o077).toBe(0)
  })

  it('同一秒的两份各有名字,最新的排在最前', async () => {
    const clock = { ...here.place.clock, now: () => '2026-11-22T16:30:01.000Z' }
    const place = { ...here.place, clock }
    const [first, second] = [await backUp(place, { store: here.store }), await backUp(place, { store: here.store })]
    expect([first.file, second.file].map((path) => basename(path))).toEqual([
      'crm-20261123-003001.crmbak',
      'crm-20261123-003001-2.crmbak',
    ])
    expect(await backupsIn(here.place.backupDir)).toHaveLength(2)
  })

  it('备份前审计日志已封入链', async () => {
    const { counts } = await take()
    expect(counts['auditSeals'] === 0).toBe(counts['auditLog'] === 0)
  })

  it('损坏的附件使备份失败而不是静悄悄混进去', async () => {
    writeFileSync(here.addContent('合同'), '合谋')
    await expect(take()).rejects.toThrow(/已损坏/)
    expect(readdirSync(here.place.backupDir)).toEqual([])
  })

  it('未来版本的备份被认出', async () => {
    const { file } = await take()
    const older = here.place.migrations.slice(0, -1).map((m) => m.name)
    expect((await verify(file, older)).problems.map(({ code }) => code)).toEqual(['newer_schema'])
  })
})

describe('恢复', () => {
  it('回到备份时的行数与附件;之前的状态另存一份可以再恢复', async () => {
    const first = await here.addTags(30)
    const content = here.addContent('合同正文')
    const { file, counts } = await take()
    const later = await here.addTags(3)
    rmSync(content)
    const report = await restore(file)
    expect(await names()).toEqual(first)
    expect(readFileSync(content, 'utf8')).toBe('合同正文')
    expect(report).toMatchObject({ counts, migrated: [] })
    expect(reasons).toEqual([expect.stringMatching(/恢复/), null])
    expect((await checkAll(here.store, here.place)).map(({ code }) => code)).toEqual(['orphan_file'])
    await restore(report.safetyBackup as string)
    expect(await names()).toEqual([...first, ...later])
  })

  it('恢复后可以接着新建:编号不撞,日志写明恢复了什么', async () => {
    await here.addTags(2)
    const { file } = await take()
    await restore(file)
    await here.addTags(1)
    expect(await count('tags')).toBe(3)
    const last = await here.store.read
      .selectFrom('auditLog')
      .selectAll()
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow()
    expect(last).toMatchObject({ entity: 'backup', action: 'restore', via: 'cli' })
    expect(last.after).toContain(basename(file))
  })

  it('所有登录失效,记住的权限作废,备份里的签名密钥不再有用', async () => {
    const at = here.place.clock.now()
    await here.store.tx(async (tx) => {
      await sql`insert into users (username, name, version, "createdAt", "updatedAt") values ('a', '甲', 1, ${at}, ${at})`.execute(
        tx,
      )
      await addSignIn(tx, newSid(), { userId: 1, at, address: '::1', agent: '' })
      await tx.insertInto('secrets').values({ name: 'signIn', value: '备份时的密钥' }).execute()
    })
    const rights = async () =>
      (await here.store.read.selectFrom('rightsVersion').select('n').executeTakeFirstOrThrow()).n
    const { file } = await take()
    await here.store.tx((tx) => tx.updateTable('secrets').set({ value: '现在的密钥' }).execute())
    await here.store.tx((tx) => sql`update users set name = '乙'`.execute(tx))
    const before = await rights()
    await restore(file)
    expect(await here.store.read.selectFrom('signIns').select('endedAt').execute()).toEqual([
      { endedAt: expect.any(String) },
    ])
    expect(await rights()).toBeGreaterThan(before)
    expect(await here.store.tx(signingSecret)).toBe('现在的密钥')
  })

  it('坏了一个字节就什么都不动', async () => {
    await here.addTags(3)
    const { file } = await take()
    await here.addTags(2)
    const bytes = readFileSync(file)
    bytes[Math.floor(bytes.length / 2)]! ^= 1
    writeFileSync(file, bytes)
    await expect(restore(file)).rejects.toMatchObject({ kind: 'verification', problems: [{ code: 'checksum' }] })
    expect(await count('tags')).toBe(5)
    expect(reasons).toEqual([])
    expect(readdirSync(here.place.dataDir).filter((name) => name.startsWith('restore'))).toEqual([])
  })

  it('先存不下现有数据就不恢复', async () => {
    const { file } = await take()
    await here.addTags(1)
    writeFileSync(join(here.place.filesDir, '..', 'blocked'), '')
    const place = { ...here.place, backupDir: join(here.place.filesDir, '..', 'blocked') }
    await expect(restoreBackup(place, file, present)).rejects.toThrow(Refusal)
    expect(await count('tags')).toBe(1)
    expect(reasons.at(-1)).toBeNull()
  })

  it('不存在的文件说清楚', async () => {
    await expect(restore('/no/such.crmbak')).rejects.toMatchObject({ kind: 'precondition' })
    expect(existsSync('/no')).toBe(false)
  })
})

describe('检查', () => {
  it('健康的库没有话说', async () => {
    expect(await checkAll(here.store, here.place)).toEqual([])
  })

  it('缺了的索引行、没人引用的附件、丢了的附件各有说法', async () => {
    await here.store.tx((tx) => putTokens(tx, 'customerSearch', 1, '客户'))
    here.addContent('没人要')
    const problems = await checkAll(here.store, { filesDir: here.place.filesDir, referenced: ['f'.repeat(64)] })
    expect(problems.map(({ code }) => code).sort()).toEqual(['missing_file', 'orphan_file', 'search_index'])
  })

  it('被改动的审计日志对不上封条', async () => {
    const at = '2026-01-01T00:00:00.000Z'
    const write = (note: string) =>
      here.store.tx((tx) =>
        sql`insert into "auditLog" (at, "actorName", via, entity, action, note) values (${at}, '甲', 'web', 'customer', 'update', ${note})`.execute(
          tx,
        ),
      )
    await write('一')
    await here.store.tx((tx) => sealAudit(tx, '2026-01-02T00:00:00.000Z'))
    expect(await checkAll(here.store, here.place)).toEqual([])
    await here.store.tx(async (tx) => {
      if (testEngine === 'sqlite') await sql`drop trigger "auditLog_no_update"`.execute(tx)
      else await sql`alter table "auditLog" disable trigger user`.execute(tx)
      await sql`update "auditLog" set note = '二'`.execute(tx)
    })
    expect((await checkAll(here.store, here.place)).map(({ code }) => code)).toEqual(['audit_chain'])
  })
})
