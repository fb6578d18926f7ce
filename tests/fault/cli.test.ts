import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  callApi,
  crm,
  crmJson,
  foundOffice,
  PASSWORD,
  type ServerProcess,
  startServer,
} from '../support/serverProcess.ts'

const VERBS = [
  'serve',
  'doctor',
  'init',
  'user add',
  'user passwd',
  'user disable',
  'user list',
  'token create',
  'import',
  'backup',
  'verify',
  'restore',
  'check',
  'reset',
  'migrate',
]
const CUSTOMERS = '客户名称,电话\n远山贸易有限公司,010-62345678\n近水商贸有限公司,010-62345679\n'

let home: string
let dir: string
let token: string
let server: ServerProcess | undefined
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'crm-cli-'))
  // Deep enough that its socket does not fit into a socket address.
  dir = join(home, '很深的文件夹'.repeat(8), 'data')
  mkdirSync(dir, { recursive: true })
  token = await foundOffice(dir)
})
afterAll(() => rmSync(home, { recursive: true, force: true }))
afterEach(async () => {
  await server?.stop()
  server = undefined
})

const login = (username: string, password: string) =>
  fetch(`${server!.url}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: server!.url },
    body: JSON.stringify({ username, password }),
  }).then((response) => response.status)

describe('用法与退出码', () => {
  it('每个命令都有带例子的说明', async () => {
    const all = await crm(dir, ['--help'])
    expect(all.code).toBe(0)
    const shown = await Promise.all(VERBS.map((verb) => crm(dir, [...verb.split(' '), '--help'])))
    for (const [index, verb] of VERBS.entries()) {
      expect(all.stdout).toContain(`  ${verb}`)
      expect({ verb, code: shown[index]?.code }).toEqual({ verb, code: 0 })
      expect(shown[index]?.stdout).toMatch(/例:\n {2}/)
    }
  })

  it.concurrent.each<[number, string[]]>([
    [2, []],
    [2, ['frob']],
    [2, ['backup', '--nonsense']],
    [2, ['verify']],
    [2, ['restore', 'x.crmbak']],
    [2, ['reset', 'moon', '--yes']],
    [2, ['import', 'planets', 'x.csv']],
    [2, ['token', 'create', '--user', 'admin', '--expires', '1e3']],
    [2, ['user', 'add', 'li', '--password-stdin']],
    [3, ['import', 'customers', 'no-such.csv']],
    [3, ['restore', 'no-such.crmbak', '--yes']],
    [3, ['user', 'disable', 'nobody']],
    [3, ['init', '--admin', 'again', '--password-stdin']],
    [0, ['user', 'list']],
  ])('退出码 %i:crm %j', async (code, args) => {
    const stdin = args[0] === 'user' ? '短' : PASSWORD
    const ended = await crmJson<{ error?: { message: string } }>(dir, args.length > 0 ? args : ['--json'], {
      stdin,
    }).catch(() => crm(dir, args, { stdin }))
    expect(ended.code, ended.stderr).toBe(code)
    expect(code === 0 || /[\u4e00-\u9fff]/.test(ended.stderr), ended.stderr).toBe(true)
  })

  it('空文件夹上看数据说清楚还没有库,不建任何东西', async () => {
    const empty = join(home, 'empty')
    expect((await crm(empty, ['user', 'list'])).code).toBe(3)
    expect(existsSync(empty)).toBe(false)
  })

  it('doctor 显示生效的配置,密码不外露', async () => {
    const { code, stdout } = await crm(dir, ['doctor'], { env: { CRM_SMTP_URL: 'smtps://a:geheim@mail.example' } })
    expect(code).toBe(0)
    expect(stdout).toContain(`CRM_DATA_DIR=${dir}`)
    expect(stdout).not.toContain('geheim')
  })
})

describe.each([true, false])('服务在运行:%s', (running) => {
  const begin = async () => void (running && (server = await startServer(dir)))

  it('新建操作员、改密码、停用、令牌,立即对所有人生效', async () => {
    await begin()
    const name = running ? 'zhang' : 'li'
    const made = await crmJson(dir, ['user', 'add', name, '--password-stdin', '--name', '小张', '--role', '业务员'], {
      stdin: PASSWORD,
    })
    expect(made).toMatchObject({ code: 0, json: { id: expect.any(Number), username: name } })
    server ??= await startServer(dir)
    expect(await login(name, PASSWORD)).toBe(200)
    if (!running) await server.stop()
    expect((await crm(dir, ['user', 'passwd', name, '--password-stdin'], { stdin: 'Anders-2026' })).code).toBe(0)
    if (!running) server = await startServer(dir)
    expect([await login(name, PASSWORD), await login(name, 'Anders-2026')]).toEqual([401, 200])
    const { json } = await crmJson<{ token: string; id: number }>(dir, [
      'token',
      'create',
      '--user',
      name,
      '--scope',
      'customer.read',
      '--expires',
      '1',
    ])
    expect((await callApi(server.url, json.token, 'GET', '/api/customers')).status).toBe(200)
    expect((await callApi(server.url, json.token, 'POST', '/api/customers', { name: '不该有' })).status).toBe(403)
    expect((await crm(dir, ['user', 'disable', name])).code).toBe(0)
    expect((await callApi(server.url, json.token, 'GET', '/api/customers')).status).toBe(401)
    expect(await login(name, 'Anders-2026')).toBe(401)
  })

  it('导入、试导入、初始化:备份后清空,操作员与日志留着', async () => {
    await begin()
    const file = join(home, '客户.csv')
    writeFileSync(file, CUSTOMERS)
    const dry = await crmJson(dir, ['import', 'customers', file, '--dry-run'])
    expect(dry).toMatchObject({ code: 0, json: { total: 2, created: 0 } })
    const run = await crmJson(dir, ['import', 'customers', file])
    expect(run).toMatchObject({
      code: 0,
      json: { id: expect.any(Number), total: 2, created: 2, updated: 0, skipped: 0, duplicates: 0, failed: 0 },
    })
    const again = await crmJson(dir, ['import', 'customers', file, '--map', '客户名称=name', '--on-duplicate', 'skip'])
    expect(again).toMatchObject({ code: 0, json: { created: 0 } })
    const users = (await crmJson<{ users: unknown[] }>(dir, ['user', 'list'])).json.users
    const { code, json } = await crmJson<{ backup: string; removed: Record<string, number> }>(dir, [
      'reset',
      'customers',
      '--yes',
    ])
    expect({ code, customers: json.removed['customers'] }).toEqual({ code: 0, customers: 2 })
    expect(existsSync(json.backup)).toBe(true)
    expect((await crmJson<{ users: unknown[] }>(dir, ['user', 'list'])).json.users).toEqual(users)
    expect((await crmJson(dir, ['check'])).json).toEqual({ ok: true, problems: [] })
    server ??= await startServer(dir)
    expect((await callApi(server.url, token, 'GET', '/api/customers')).body).toMatchObject({ items: [], total: 0 })
  })

  it('备份到别处并校验全部', async () => {
    await begin()
    const to = join(home, `elsewhere-${running}`)
    const { code, json } = await crmJson<{ file: string; bytes: number; counts: Record<string, number> }>(dir, [
      'backup',
      '--to',
      to,
    ])
    expect({ code, bytes: json.bytes, listed: readdirSync(to).map((name) => join(to, name)) }).toEqual({
      code: 0,
      bytes: statSync(json.file).size,
      listed: [json.file],
    })
    expect(json.counts['users']).toBeGreaterThan(0)
    expect(await crmJson(dir, ['verify', '--all'], { env: { CRM_BACKUP_DIR: to } })).toMatchObject({
      code: 0,
      json: { ok: true, problems: [] },
    })
    writeFileSync(json.file, 'x')
    expect(await crmJson(dir, ['verify', '--all'], { env: { CRM_BACKUP_DIR: to } })).toMatchObject({
      code: 4,
      json: { ok: false, problems: [{ code: 'not_a_backup' }] },
    })
  })
})

it('运行中的服务的套接字只有本人能连', async () => {
  server = await startServer(dir)
  // The web is served a moment before it.
  await expect.poll(() => existsSync(join(dir, 'crm.sock'))).toBe(true)
  expect(statSync(join(dir, 'crm.sock')).mode & 0o077).toBe(0)
  await server.stop()
  expect(existsSync(join(dir, 'crm.sock'))).toBe(false)
})

it('crm serve 与 npm start 一样,收到信号以 0 退出', async () => {
  server = await startServer(dir, { program: ['scripts/crm.ts', 'serve'] })
  await expect.poll(server.output).toContain('客户管理系统已启动')
  expect(await server.stop()).toBe(0)
})
