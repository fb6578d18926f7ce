import { createHash, randomInt } from 'node:crypto'
import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrations } from '@crm/migrations'
import { migrate } from '@crm/server/db/migrate'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { quiet } from '../support/engine.ts'
import { crm, crmJson, foundOffice } from '../support/serverProcess.ts'

interface Backup {
  file: string
}
type Verdict = { problems: { code: string; detail: string }[] }

const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')
const temporary = (name: string) => mkdtempSync(join(tmpdir(), `crm-${name}-`))
/** What restoring might change, byte by byte. */
const fingerprint = (dir: string) =>
  ['crm.db', 'crm.db-wal']
    .filter((name) => readdirSync(dir).includes(name))
    .map((name) => [name, sha256(join(dir, name))])

describe('F11 坏的备份:在动任何东西之前被拒绝,现有数据一个字节不变', () => {
  let dir: string
  let sound: string
  let bad: string
  beforeAll(async () => {
    dir = temporary('refused')
    await foundOffice(dir)
    sound = (await crmJson<Backup>(dir, ['backup'])).json.file
    bad = join(dir, 'bad.crmbak')
  })
  afterAll(() => rmSync(dir, { recursive: true, force: true }))
  beforeEach(() => copyFileSync(sound, bad))

  async function refusedWith(code: string) {
    const before = fingerprint(dir)
    const listed = readdirSync(dir).sort()
    const refused = await crmJson<Verdict>(dir, ['restore', bad, '--yes'])
    expect({ exit: refused.code, codes: [...new Set(refused.json.problems?.map((problem) => problem.code))] }).toEqual({
      exit: 4,
      codes: [code],
    })
    expect(fingerprint(dir)).toEqual(before)
    expect(readdirSync(dir).sort()).toEqual(listed)
    expect(readdirSync(join(dir, 'backups'))).toHaveLength(1)
  }

  it('一个字节翻转:头、内容、尾', async () => {
    const { size } = statSync(sound)
    for (const [place, code] of [
      [0, 'checksum'],
      [randomInt(64, size - 110), 'checksum'],
      [size - 110, 'checksum'],
      [size - 1, 'truncated'],
    ] as const) {
      const bytes = readFileSync(sound)
      bytes[place]! ^= 1 << randomInt(8)
      writeFileSync(bad, bytes)
      await refusedWith(code)
    }
  })

  it('截断、多出内容', async () => {
    truncateSync(bad, Math.floor(statSync(sound).size * 0.99))
    await refusedWith('truncated')
    copyFileSync(sound, bad)
    appendFileSync(bad, 'x')
    await refusedWith('truncated')
  })

  it('空文件、别的程序的压缩包、一个数据库文件', async () => {
    for (const content of ['', `PK\x03\x04${'z'.repeat(500)}`, readFileSync(join(dir, 'crm.db'))]) {
      writeFileSync(bad, content)
      await refusedWith('not_a_backup')
    }
  })

  it('来自更新版本的程序', async () => {
    const newer = temporary('newer')
    await crm(newer, ['restore', sound, '--yes'])
    const raw = new Database(join(newer, 'crm.db'))
    raw
      .prepare('insert into schemaMigrations (name, appliedAt) values (?, ?)')
      .run('9999_future', '2030-01-01T00:00:00.000Z')
    raw.close()
    copyFileSync((await crmJson<Backup>(newer, ['backup'])).json.file, bad)
    rmSync(newer, { recursive: true })
    await refusedWith('newer_schema')
  })

  it('来自旧版本的程序:恢复时升级到现在的结构', async () => {
    const older = temporary('older')
    await migrate({ file: join(older, 'crm.db') }, migrations.slice(0, -1), quiet)
    const last = migrations.at(-1)!.name
    const { json } = await crmJson<Backup>(older, ['backup'])
    const restored = await crmJson<{ migrated: string[] }>(older, ['restore', json.file, '--yes'])
    expect(restored).toMatchObject({ code: 0, json: { migrated: [last] } })
    expect((await crmJson(older, ['check'])).json).toEqual({ ok: true, problems: [] })
    rmSync(older, { recursive: true })
  })
})
