import { constants, existsSync } from 'node:fs'
import { access, mkdir, readdir } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { migrations } from '@crm/migrations'
import { type Config, ConfigError, targetOf } from './config.ts'
import { type Clock, systemClock } from './core/clock.ts'
import { Refusal } from './core/refusal.ts'
import { FolderInUseError, lockFolder } from './db/lock.ts'
import { migrate, MigrationError, NewerDatabaseError } from './db/migrate.ts'
import { openStore } from './db/open.ts'
import type { Store } from './db/store.ts'
import { backUp, backupsIn, finishRestore, type Place, type Say } from './modules/system/backup/service.ts'

/** Names of the migrations this program knows, oldest first. */
export const knownSchema: readonly string[] = migrations.map(({ name }) => name)

/** This process's hold on an installation. Released last. */
export interface Hold {
  readonly place: Place
  release(): void
}

/** Makes the folders, takes the lock (SQLite) and finishes what a kill interrupted. The database is not opened yet. */
export async function holdFolder(config: Config, clock: Clock = systemClock(config.zone)): Promise<Hold> {
  const { backupDir, dataDir, filesDir, zone } = config
  const target = targetOf(config)
  for (const dir of [dataDir, filesDir, backupDir]) {
    await mkdir(dir, { recursive: true, mode: 0o700 })
    await access(dir, constants.W_OK)
  }
  const lock = target.url === undefined ? lockFolder(dataDir) : { release() {} }
  try {
    if (target.url === undefined) await finishRestore(target.file)
    return { place: { target, dataDir, filesDir, backupDir, clock, zone, migrations }, release: lock.release }
  } catch (error) {
    lock.release()
    throw error
  }
}

/** Brings the database up to date, after a backup when there is data, and opens it. */
export async function openData(place: Place, say: Say): Promise<{ store: Store; applied: string[] }> {
  await refuseEmptyBesideOld(place)
  const backupBefore = async () => {
    say('升级前备份数据库')
    const { file } = await backUp(place, {}, say)
    return file
  }
  const { applied } = await migrate(place.target, place.migrations, { backupBefore, log: say })
  return { store: openStore(place.target), applied }
}

/** A missing database beside traces of one is an accident: starting with an empty one would hide it. */
async function refuseEmptyBesideOld({ target, backupDir }: Place): Promise<void> {
  if (target.url !== undefined || existsSync(target.file)) return
  const beside = (await readdir(dirname(target.file))).filter(
    (name) => name.startsWith(`${basename(target.file)}-wal`) || name.startsWith(`${basename(target.file)}.`),
  )
  const [newest] = await backupsIn(backupDir)
  if (beside.length === 0 && newest === undefined) return
  const way = newest === undefined ? '请找回数据库文件' : `请恢复备份:npm run crm -- restore ${newest} --yes`
  throw new Refusal(
    'precondition',
    `${target.file} 不见了,但旁边留有旧数据(${[...beside, newest].filter(Boolean).join('、')})。${way};确要从头开始,请先把它们移走`,
  )
}

/** One Chinese line for whoever cannot start or open an installation. */
export async function explained(error: unknown, config: Config | undefined): Promise<string> {
  const {
    code = '',
    message = String(error),
    syscall = '',
  } = error as { code?: string; message?: string; syscall?: string }
  if (
    error instanceof ConfigError ||
    error instanceof FolderInUseError ||
    error instanceof NewerDatabaseError ||
    error instanceof MigrationError ||
    error instanceof Refusal ||
    !config
  )
    return message
  const at = `${config.host}:${config.port}`
  if (code === 'EADDRINUSE')
    return `端口 ${config.port} 已被占用,无法监听 ${at}。请停掉占用它的程序,或用 CRM_PORT 换一个端口`
  if (syscall === 'listen') return `无法监听 ${at}(${code})。请检查 CRM_HOST 和 CRM_PORT`
  if (code === 'ENOTFOUND' || code === 'EADDRNOTAVAIL') return `无法监听 ${at}(${code})。请检查 CRM_HOST`
  if (
    ['EACCES', 'EPERM', 'EROFS'].includes(code) ||
    code.startsWith('SQLITE_READONLY') ||
    code.startsWith('SQLITE_CANTOPEN')
  )
    return `无法写入数据文件夹 ${config.dataDir}(${code})。请检查文件夹的所有者和权限`
  if (code === 'ENOTDIR' || code === 'EEXIST') return `${config.dataDir} 不是文件夹(${code})。请检查 CRM_DATA_DIR`
  if (code === 'ENOSPC' || code === 'SQLITE_FULL') return `磁盘已满,无法打开数据文件夹 ${config.dataDir}。请先清理磁盘`
  if (isDamaged(error)) return damagedText(config, message)
  if (config.dbUrl !== undefined && (code.startsWith('E') || /^[\dA-Z]{5}$/.test(code)))
    return `无法使用 PostgreSQL(${code || message}:${message})。请检查 CRM_DB`
  return `无法启动:${message}`
}

export const isDamaged = (error: unknown): boolean => {
  const { code = '' } = error as { code?: string }
  return code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_IOERR')
}

/** What to do about a damaged database, with the way back. */
export async function damagedText(
  config: Pick<Config, 'backupDir' | 'dataDir' | 'dbUrl'>,
  detail: string,
): Promise<string> {
  const [newest] = await backupsIn(config.backupDir)
  const way =
    newest === undefined ? '没有找到备份' : `最近的备份是 ${newest},恢复:npm run crm -- restore ${newest} --yes`
  return `数据库 ${targetOf(config).file} 已损坏(${detail.split('\n', 1)[0]})。${way}`
}
