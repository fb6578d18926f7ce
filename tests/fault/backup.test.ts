import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describeDump } from '@crm/server/db/dump'
import { integrity } from '@crm/server/db/maintenance'
import { unpackArchive } from '@crm/server/modules/system/backup/archive'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  callApi,
  copyOffice,
  crm,
  crmJson,
  percentile,
  type ServerProcess,
  startServer,
  startWriters,
} from '../support/serverProcess.ts'

interface Backup {
  file: string
  counts: Record<string, number>
}
type Verdict = { ok: boolean; problems: { code: string; detail: string }[] }

const temporary = (name: string) => mkdtempSync(join(tmpdir(), `crm-${name}-`))

/** Rows by table and the content of all customers, of a database at rest. */
async function contentOf(dir: string) {
  const { counts } = await describeDump('sqlite', dir)
  const raw = new Database(join(dir, 'crm.db'), { readonly: true })
  const customers = createHash('sha256')
    .update(JSON.stringify(raw.prepare('select * from customers order by id').all()))
    .digest('hex')
  raw.close()
  return { counts, customers }
}

describe('写着业务时备份', () => {
  let dir: string
  let server: ServerProcess | undefined
  beforeEach(() => void (dir = temporary('hot')))
  afterEach(async () => {
    server?.kill('SIGKILL')
    await server?.ended()
    rmSync(dir, { recursive: true, force: true })
  })

  it('F10 备份通过校验,开始前答复过的都在里面;写入 95% 在 300 毫秒内;换个地方恢复,行数与内容相同', async () => {
    const token = await copyOffice(dir)
    const attachment = '合同扫描件'
    const hash = createHash('sha256').update(attachment).digest('hex')
    mkdirSync(join(dir, 'files', hash.slice(0, 2)), { recursive: true })
    writeFileSync(join(dir, 'files', hash.slice(0, 2), hash), attachment)
    server = await startServer(dir)
    const writers = startWriters(server.url, token, 4, '备份')
    await sleep(1_500)
    const before = [...writers.acknowledged]
    writers.tookMs.length = 0
    const { code, json } = await crmJson<Backup>(dir, ['backup'])
    const duringMs = [...writers.tookMs]
    await writers.stop()
    expect(code).toBe(0)
    expect(writers.refused).toEqual([])
    expect(duringMs.length).toBeGreaterThan(10)
    expect(percentile(duringMs, 0.95)).toBeLessThan(300)
    expect(await crmJson<Verdict>(dir, ['verify', json.file])).toMatchObject({
      code: 0,
      json: { ok: true, problems: [] },
    })

    const inside = temporary('inside')
    const elsewhere = temporary('elsewhere')
    try {
      expect((await unpackArchive({ file: json.file, into: inside, withFiles: true })).problems).toEqual([])
      const backup = await contentOf(inside)
      expect(backup.counts).toEqual(json.counts)
      const raw = new Database(join(inside, 'crm.db'), { readonly: true })
      const names = new Set(raw.prepare('select name from customers').pluck().all())
      raw.close()
      expect(before.filter((name) => !names.has(name))).toEqual([])

      expect((await crm(elsewhere, ['restore', json.file, '--yes'])).code).toBe(0)
      const restored = await contentOf(elsewhere)
      expect(restored).toEqual({
        ...backup,
        counts: { ...backup.counts, auditLog: (backup.counts['auditLog'] ?? 0) + 1, secrets: 1 },
      })
      expect(await integrity(join(elsewhere, 'crm.db'))).toEqual([])
      expect(readFileSync(join(elsewhere, 'files', hash.slice(0, 2), hash), 'utf8')).toBe(attachment)
    } finally {
      rmSync(inside, { recursive: true })
      rmSync(elsewhere, { recursive: true })
    }
  })

  it('F12 有人工作时恢复:期间回答 503,之后所有登录失效,令牌按备份时的状态', async () => {
    const token = await copyOffice(dir)
    server = await startServer(dir)
    const customer = async (name: string) =>
      (await callApi(server!.url, token, 'POST', '/api/customers', { name })).status
    expect(await customer('备份前有限公司')).toBe(201)
    const signIn = await fetch(`${server.url}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: server.url },
      body: JSON.stringify({ username: 'admin', password: 'Sehr-geheim-2026' }),
    })
    const cookie = signIn.headers.get('set-cookie')?.split(';', 1)[0] ?? ''
    const me = () => fetch(`${server!.url}/api/auth/me`, { headers: { cookie } })
    expect((await me()).status).toBe(200)
    const { json } = await crmJson<Backup>(dir, ['backup'])
    expect(await customer('备份后有限公司')).toBe(201)

    const writers = startWriters(server.url, token, 3, '恢复')
    const restored = await crmJson<{ safetyBackup: string; kept: string }>(dir, ['restore', json.file, '--yes'])
    await writers.stop()
    expect(restored.code).toBe(0)
    expect(new Set(writers.refused)).toEqual(new Set([503]))
    expect((await me()).status).toBe(401)
    const list = await callApi(server.url, token, 'GET', '/api/customers?q=有限公司&size=200')
    expect(list.status).toBe(200)
    expect((list.body['items'] as { name: string }[]).map(({ name }) => name)).toContain('备份前有限公司')
    expect((list.body['items'] as { name: string }[]).map(({ name }) => name)).not.toContain('备份后有限公司')
    const log = await callApi(server.url, token, 'GET', '/api/audit?entity=backup')
    expect(log.body['items']).toMatchObject([{ action: 'restore', via: 'cli' }])
    expect((await crmJson<Verdict>(dir, ['verify', restored.json.safetyBackup])).json.ok).toBe(true)
    expect(readdirSync(dir).some((name) => name.startsWith('crm.db.pre-restore-'))).toBe(true)
    // Everybody may sign in again.
    expect(await server.stop()).toBe(0)
    expect((await crmJson(dir, ['check'])).json).toEqual({ ok: true, problems: [] })
  })
})
