import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ConfigError, readConfig, shownConfig } from './config.ts'

let cwd: string
beforeEach(() => void (cwd = mkdtempSync(join(tmpdir(), 'crm-config-'))))
afterEach(() => rmSync(cwd, { recursive: true }))

it('什么都不设时只在本机监听,数据在 data 文件夹', () => {
  expect(readConfig({}, cwd)).toEqual({
    host: '127.0.0.1',
    port: 8080,
    dataDir: join(cwd, 'data'),
    zone: 'Asia/Shanghai',
    trustProxy: false,
    logLevel: 'warn',
    backupDir: join(cwd, 'data/backups'),
    filesDir: join(cwd, 'data/files'),
  })
})

it('.env 里的值生效,环境变量优先,空值等于没写', () => {
  writeFileSync(join(cwd, '.env'), 'CRM_PORT=9000\nCRM_HOST=0.0.0.0\nCRM_DB=\n')
  const { port, host, dbUrl } = readConfig({ CRM_HOST: '::' }, cwd)
  expect({ port, host, dbUrl }).toEqual({ port: 9000, host: '::', dbUrl: undefined })
})

it.each([
  ['CRM_PORT', '80a'],
  ['CRM_PORT', '70000'],
  ['CRM_PORT', '1e3'],
  ['CRM_TZ', 'Asia/Beijin'],
  ['CRM_LOG_LEVEL', 'loud'],
  ['CRM_DB', 'mysql://x'],
  ['CRM_DB', 'postgres'],
  ['CRM_TRUST_PROXY', 'true'],
  ['CRM_SMTP_URL', 'http://x'],
])('写错的 %s=%s 被点名拒绝', (name, value) => {
  expect(() => readConfig({ [name]: value }, cwd)).toThrow(ConfigError)
  expect(() => readConfig({ [name]: value }, cwd)).toThrow(name)
})

it('显示配置时密码不外露,报错也不重复密码', () => {
  const shown = shownConfig(
    readConfig(
      { CRM_DB: 'postgres://crm:geheim@db/crm?sslpassword=geheim', CRM_SMTP_URL: 'smtps://a:geheim@mail' },
      cwd,
    ),
  )
  expect(JSON.stringify(shown)).not.toContain('geheim')
  expect(shown['CRM_DB']).toContain('crm:***@db')
  expect(() => readConfig({ CRM_DB: 'mysql://crm:geheim@db' }, cwd)).not.toThrow(/geheim/)
})
