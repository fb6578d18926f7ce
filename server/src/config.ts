import { readFileSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import type { Target } from './db/open.ts'

export interface Config {
  readonly host: string
  readonly port: number
  readonly dataDir: string
  /** Company time zone (IANA): what a business day is. */
  readonly zone: string
  /** `postgres://…`; absent means SQLite in the data folder. */
  readonly dbUrl?: string
  /** Addresses of proxies whose forwarding headers count. */
  readonly trustProxy: string | false
  readonly logLevel: string
  readonly backupDir: string
  /** Content of documents and uploads in work; a shared mount when several servers run. */
  readonly filesDir: string
  readonly smtpUrl?: string
}

/** A setting that cannot be meant; the message names the variable. */
export class ConfigError extends Error {
  constructor(variable: string, message: string) {
    super(`配置有误:${variable} ${message}`)
    this.name = 'ConfigError'
  }
}

type Env = Readonly<Record<string, string | undefined>>
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']
/** Unset, or written as `CRM_X=` in .env. */
const unset = (text: string | undefined): text is undefined | '' => text === undefined || text.trim() === ''

/** What the environment and `.env` in `cwd` say (the environment wins). ConfigError names what cannot be meant. */
export function readConfig(env: Env, cwd: string): Config {
  const all = { ...dotEnv(join(cwd, '.env')), ...env }
  const text = (name: string, otherwise: string) => (unset(all[name]) ? otherwise : all[name].trim())
  const folder = (name: string, otherwise: string) => {
    const path = text(name, otherwise)
    if (path.includes('\0')) throw new ConfigError(name, '不是有效的路径')
    return isAbsolute(path) ? path : resolve(cwd, path)
  }
  const dataDir = folder('CRM_DATA_DIR', 'data')
  const config = {
    host: text('CRM_HOST', '127.0.0.1'),
    port: portOf(text('CRM_PORT', '8080')),
    dataDir,
    zone: zoneOf(text('CRM_TZ', 'Asia/Shanghai')),
    trustProxy: proxiesOf(text('CRM_TRUST_PROXY', 'off')),
    logLevel: oneOf('CRM_LOG_LEVEL', text('CRM_LOG_LEVEL', 'warn'), LOG_LEVELS),
    backupDir: folder('CRM_BACKUP_DIR', join(dataDir, 'backups')),
    filesDir: folder('CRM_FILES_DIR', join(dataDir, 'files')),
  }
  const dbUrl = unset(all['CRM_DB']) ? undefined : urlOf('CRM_DB', all['CRM_DB'], ['postgres:', 'postgresql:'])
  const smtpUrl = unset(all['CRM_SMTP_URL'])
    ? undefined
    : urlOf('CRM_SMTP_URL', all['CRM_SMTP_URL'], ['smtp:', 'smtps:'])
  return { ...config, ...(dbUrl && { dbUrl }), ...(smtpUrl && { smtpUrl }) }
}

export const targetOf = ({ dbUrl, dataDir }: Pick<Config, 'dbUrl' | 'dataDir'>): Target => ({
  url: dbUrl,
  file: join(dataDir, 'crm.db'),
})

/** Effective values by variable, passwords hidden; for people and logs. */
export function shownConfig(config: Config): Record<string, string> {
  return {
    CRM_HOST: config.host,
    CRM_PORT: String(config.port),
    CRM_DATA_DIR: config.dataDir,
    CRM_TZ: config.zone,
    CRM_DB: config.dbUrl ? withoutPassword(config.dbUrl) : '(SQLite)',
    CRM_TRUST_PROXY: config.trustProxy || 'off',
    CRM_LOG_LEVEL: config.logLevel,
    CRM_BACKUP_DIR: config.backupDir,
    CRM_FILES_DIR: config.filesDir,
    CRM_SMTP_URL: config.smtpUrl ? withoutPassword(config.smtpUrl) : '(未设置)',
  }
}

function dotEnv(file: string): Env {
  try {
    return parseEnv(readFileSync(file, 'utf8')) as Env
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === 'ENOENT') return {}
    throw new ConfigError('.env', `无法读取(${code ?? (error as Error).message})`)
  }
}

function portOf(text: string): number {
  // 0 lets the system choose: what tests want.
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new ConfigError('CRM_PORT', `应为 0–65535 的整数,而不是“${text}”`)
  return Number(text)
}

function zoneOf(text: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone && text
  } catch {
    throw new ConfigError('CRM_TZ', `不是时区名称:“${text}”,例如 Asia/Shanghai`)
  }
}

/** `off`, or addresses and ranges; never "everyone", since that lets any client forge its address. */
function proxiesOf(text: string): string | false {
  if (/^(off|false|no|0)$/i.test(text)) return false
  const parts = text.split(',').map((part) => part.trim())
  const known = parts.every((part) =>
    /^(loopback|linklocal|uniquelocal|[\d.]+(\/\d{1,3})?|[\da-f:.]*:[\da-f:.]*(\/\d{1,3})?)$/i.test(part),
  )
  if (!known) throw new ConfigError('CRM_TRUST_PROXY', `应为 off 或代理的地址(如 127.0.0.1,10.0.0.0/8),而不是“${text}”`)
  return parts.join(',')
}

function oneOf(name: string, text: string, known: readonly string[]): string {
  if (!known.includes(text)) throw new ConfigError(name, `应为 ${known.join('、')} 之一,而不是“${text}”`)
  return text
}

/** The value itself may hold a password and is never repeated. */
function urlOf(name: string, text: string, protocols: readonly string[]): string {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined
  if (!url || !protocols.includes(url.protocol))
    throw new ConfigError(name, `应以 ${protocols.map((p) => `${p}//`).join(' 或 ')} 开头`)
  return text.trim()
}

function withoutPassword(text: string): string {
  const url = new URL(text)
  if (url.password) url.password = '***'
  for (const key of url.searchParams.keys()) if (/pass|secret|key|token/i.test(key)) url.searchParams.set(key, '***')
  return url.href
}
