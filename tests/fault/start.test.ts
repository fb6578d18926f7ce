import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { crm, crmJson, type Ended, foundOffice, freePort, runServer, startServer } from '../support/serverProcess.ts'

let home: string
let template: string
let dir: string
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'crm-start-'))
  template = join(home, 'template')
  await foundOffice(template)
})
afterAll(() => rmSync(home, { recursive: true, force: true }))
beforeEach(() => {
  dir = mkdtempSync(join(home, 'data-'))
  copyFileSync(join(template, 'crm.db'), join(dir, 'crm.db'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

/** One clear Chinese line, soon, and no success. */
function refusedClearly({ code, seconds, stderr }: Ended, ...words: (string | RegExp)[]) {
  expect(code).toBe(1)
  expect(seconds).toBeLessThan(5)
  expect(stderr.trim().split('\n'), stderr).toHaveLength(1)
  expect(stderr).toMatch(/[\u4e00-\u9fff]/)
  for (const word of words) expect(stderr).toMatch(word)
}

describe('F21 起不来时一句话说清楚,退出码非零', () => {
  it('端口被占用', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((listening) => other.once('listening', listening))
    const { port } = other.address() as AddressInfo
    refusedClearly(await runServer(dir, port), String(port), 'CRM_PORT')
    other.close()
    // What had been opened is closed again: the next start finds nothing in its way.
    const server = await startServer(dir)
    expect(await server.stop()).toBe(0)
  })

  it('配置写错', async () => {
    refusedClearly(await runServer(dir, 0, { env: { CRM_TZ: 'Asia/Beijin' } }), 'CRM_TZ')
  })

  it('数据文件夹是个文件', async () => {
    const file = join(home, 'file')
    writeFileSync(file, '')
    refusedClearly(await runServer(file, await freePort()), 'CRM_DATA_DIR')
  })

  it('数据文件夹只读:不建任何新文件', async () => {
    const before = readdirSync(dir)
    const release = readOnly(dir)
    try {
      refusedClearly(await runServer(dir, await freePort()), dir)
      expect(readdirSync(dir)).toEqual(before)
    } finally {
      release()
    }
  })

  it('附件文件夹建不出来', async () => {
    writeFileSync(join(dir, 'blocked'), '')
    refusedClearly(await runServer(dir, await freePort(), { env: { CRM_FILES_DIR: join(dir, 'blocked', 'files') } }))
  })

  it('数据库来自更新版本的程序', async () => {
    const raw = new Database(join(dir, 'crm.db'))
    raw.prepare('insert into schemaMigrations (name, appliedAt) values (?, ?)').run('9999_future', 'x')
    raw.close()
    const size = statSync(join(dir, 'crm.db')).size
    refusedClearly(await runServer(dir, await freePort()), '9999_future')
    expect(statSync(join(dir, 'crm.db')).size).toBe(size)
  })

  it('数据库不见了而旁边有备份:不另建空库,说出怎样恢复', async () => {
    const { json } = await crmJson<{ file: string }>(dir, ['backup'])
    renameSync(join(dir, 'crm.db'), join(home, 'lost.db'))
    refusedClearly(await runServer(dir, await freePort()), '不见了', json.file)
    expect(existsSync(join(dir, 'crm.db'))).toBe(false)
    expect((await crm(dir, ['restore', json.file, '--yes'])).code).toBe(0)
    const server = await startServer(dir)
    expect(await server.stop()).toBe(0)
  })
})

describe('F06 数据库文件损坏', () => {
  it('中间一页被改写:拒绝启动并说出最近的好备份;check 说有问题;恢复后可用', async () => {
    const { json } = await crmJson<{ file: string }>(dir, ['backup'])
    const before = overwritePage(join(dir, 'crm.db'))
    refusedClearly(await runServer(dir, await freePort()), '已损坏', json.file)
    const checked = await crmJson<{ ok: boolean; problems: { code: string }[] }>(dir, ['check'])
    expect(checked).toMatchObject({ code: 4, json: { ok: false } })
    expect(checked.json.problems[0]?.code).toBe('integrity')
    expect(readFileSync(join(dir, 'crm.db')).length).toBe(before)
    expect(await crmJson(dir, ['restore', json.file, '--yes'])).toMatchObject({
      code: 0,
      json: { safetyBackup: null, kept: expect.stringContaining('pre-restore') },
    })
    expect((await crmJson(dir, ['check'])).json).toEqual({ ok: true, problems: [] })
  })

  it('文件头被毁、文件是别的东西:拒绝,不覆盖', async () => {
    for (const content of ['这不是数据库'.repeat(1000), '']) {
      writeFileSync(join(dir, 'crm.db'), content || Buffer.alloc(8192, 1))
      const ended = await runServer(dir, await freePort())
      refusedClearly(ended, '已损坏')
    }
  })

  it('F07 日志头被清零、-shm 被删、日志少一个字节:能启动,已并回的数据都在,完整性无恙', async () => {
    for (const damage of [
      (wal: string) => writeFileSync(wal, Buffer.concat([Buffer.alloc(32), readFileSync(wal).subarray(32)])),
      (wal: string) => rmSync(wal.replace(/-wal$/, '-shm'), { force: true }),
      (wal: string) => writeFileSync(wal, readFileSync(wal).subarray(0, -1)),
    ]) {
      const server = await startServer(dir)
      server.kill('SIGKILL')
      await server.ended()
      damage(join(dir, 'crm.db-wal'))
      const again = await startServer(dir)
      expect(await again.stop()).toBe(0)
      expect((await crmJson(dir, ['check'])).json).toEqual({ ok: true, problems: [] })
    }
  })
})

/** As root only a mount can be read-only; otherwise the mode of the folder is enough. Returns how to undo it. */
function readOnly(path: string): () => void {
  if (process.getuid?.() === 0) {
    execFileSync('mount', ['--bind', path, path])
    execFileSync('mount', ['-o', 'remount,ro,bind', path])
    return () => void execFileSync('umount', [path])
  }
  chmodSync(path, 0o500)
  return () => chmodSync(path, 0o700)
}

/** Overwrites a page that belongs to the table of the log; returns the size of the file. */
function overwritePage(file: string): number {
  const raw = new Database(file)
  const root = raw.prepare("select rootpage from sqlite_schema where name = 'auditLog'").pluck().get() as number
  const pageBytes = raw.pragma('page_size', { simple: true }) as number
  raw.close()
  const handle = openSync(file, 'r+')
  writeSync(handle, Buffer.alloc(pageBytes, 0x5a), 0, pageBytes, (root - 1) * pageBytes)
  return statSync(file).size
}

it('每次启动都确认目录是自己的:文件夹不存在时建立,权限只给本人', async () => {
  const fresh = join(dir, 'new', 'deep')
  mkdirSync(join(dir, 'new'))
  const server = await startServer(fresh)
  expect(await server.stop()).toBe(0)
  for (const name of ['', 'crm.db', 'backups', 'files']) expect(statSync(join(fresh, name)).mode & 0o077, name).toBe(0)
  expect(server.output()).toContain('init --admin')
  expect(server.output()).toContain('CRM_HOST=0.0.0.0')
})
