import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { callApi, copyOffice, crmJson, type ServerProcess, startServer } from '../support/serverProcess.ts'

let dir: string
let token: string
let server: ServerProcess | undefined
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'crm-durable-'))
  token = await copyOffice(dir)
})
afterEach(async () => {
  server?.kill('SIGKILL')
  await server?.ended()
  rmSync(dir, { recursive: true, force: true })
})

const create = (name: string) => callApi(server!.url, token, 'POST', '/api/customers', { name })
const stored = () => {
  const raw = new Database(join(dir, 'crm.db'))
  const names = raw.prepare('select name from customers order by id').pluck().all()
  raw.close()
  return names
}

it('F03 收到请求与答复之间,日志至少落盘一次', async () => {
  server = await startServer(dir)
  await create('热身有限公司')
  const trace = join(dir, 'trace')
  // Attached to the running server only: strace of the whole start would take seconds.
  const strace = spawn('strace', [
    '-f',
    '-y',
    '-qq',
    '-s',
    '60',
    '-o',
    trace,
    '-e',
    'trace=read,write,writev,fsync,fdatasync',
    '-p',
    String(server!.pid),
  ])
  await sleep(1_000)
  expect((await create('落盘有限公司')).status).toBe(201)
  await sleep(300)
  strace.kill('SIGINT')
  await new Promise((over) => strace.once('close', over))
  const lines = readFileSync(trace, 'utf8').split('\n')
  const asked = lines.findIndex((line) => line.includes('POST /api/customers'))
  const answered = lines.findIndex((line, at) => at > asked && line.includes('HTTP/1.1 201'))
  const synced = lines.findIndex((line, at) => at > asked && /f(data)?sync\(\d+<[^>]*crm\.db-wal>/.test(line))
  expect({ asked: asked >= 0, answered: answered > asked, syncedBetween: synced > asked && synced < answered }).toEqual(
    { asked: true, answered: true, syncedBetween: true },
  )
})

/** A limit on the size of files stands in for a full disk where nothing can be mounted: both refuse to let the log grow. */
function smallDisk(): {
  dataDir: string
  wrap: string[]
  full: () => Promise<void>
  relieve: () => void
  remove: () => void
} {
  if (process.getuid?.() === 0) {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m,mode=700', 'tmpfs', dir])
    const ballast = join(dir, 'ballast')
    return {
      dataDir: dir,
      wrap: [],
      full: async () => void execFileSync('sh', ['-c', `dd if=/dev/zero of='${ballast}' bs=64k 2>/dev/null || true`]),
      relieve: () => rmSync(ballast),
      remove: () => void execFileSync('umount', ['-l', dir]),
    }
  }
  const limit = (bytes: string) => execFileSync('prlimit', ['--pid', String(server!.pid), `--fsize=${bytes}`])
  return {
    dataDir: dir,
    wrap: [],
    full: async () => void limit('65536:unlimited'),
    relieve: () => void limit('unlimited:unlimited'),
    remove: () => {},
  }
}

it('F05 磁盘满时拒绝写入并用中文说明,读取照常;腾出空间后自动恢复,答复过的都在', { timeout: 120_000 }, async () => {
  const disk = smallDisk()
  try {
    token = await copyOffice(disk.dataDir)
    server = await startServer(disk.dataDir, { until: '/healthz' })
    const acknowledged: string[] = []
    const write = async (n: number) => {
      const name = `写满磁盘${n}号有限公司`
      const { status, body } = await create(name)
      if (status === 201) acknowledged.push(name)
      return { status, detail: String(body['detail']) }
    }
    await write(0)
    await disk.full()
    let refused = { status: 201, detail: '' }
    for (let n = 1; n <= 2_000 && refused.status === 201; n++) refused = await write(n)
    expect(refused.status, server.output()).toBe(507)
    expect(refused.detail).toContain('磁盘已满')
    expect((await callApi(server.url, token, 'GET', '/api/customers')).status).toBe(200)
    expect((await write(3_000)).status).toBe(507)
    disk.relieve()
    expect((await write(4_000)).status).toBe(201)
    expect(await server.stop()).toBe(0)
    expect(stored()).toEqual(acknowledged)
    expect((await crmJson(disk.dataDir, ['check'])).json).toEqual({ ok: true, problems: [] })
  } finally {
    server?.kill('SIGKILL')
    await server?.ended()
    disk.remove()
  }
})
