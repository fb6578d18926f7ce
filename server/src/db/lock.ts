import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { isBusy } from './sqlite.connection.ts'

/** Another server holds this data folder. `pid` and `startedAt` (instant) are absent when its note cannot be read. */
export class FolderInUseError extends Error {
  readonly pid: number | undefined
  readonly startedAt: string | undefined
  constructor(dir: string, pid?: number, startedAt?: string) {
    const who = pid === undefined ? '另一个程序' : `进程 ${pid}(启动于 ${startedAt})`
    super(`数据文件夹 ${dir} 正被${who}使用,同一文件夹只能运行一个服务`)
    this.name = 'FolderInUseError'
    this.pid = pid
    this.startedAt = startedAt
  }
}

/** A handle nobody refers to is closed when its memory is collected, and the lock would go with it. */
const held = new Set<Database.Database>()

/**
 * One server per SQLite data folder. The lock is a file lock that the system drops with the process, so kill -9 leaves
 * nothing stale. Never open `crm.lock` by other means in this process: closing that descriptor would drop the lock (POSIX).
 */
export function lockFolder(dir: string): { release(): void } {
  const note = join(dir, 'crm.pid')
  const lock = new Database(join(dir, 'crm.lock'), { timeout: 0 })
  try {
    lock.exec('begin exclusive')
  } catch (error) {
    lock.close()
    if (!isBusy(error)) throw error
    const { pid, startedAt } = readNote(note)
    throw new FolderInUseError(dir, pid, startedAt)
  }
  held.add(lock)
  writeFileSync(note, `${JSON.stringify({ pid: process.pid, startedAt: new Date().toISOString() })}\n`)
  return {
    release() {
      if (!lock.open) return
      rmSync(note, { force: true })
      lock.close()
      held.delete(lock)
    },
  }
}

function readNote(file: string): { pid?: number; startedAt?: string } {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    // The other server has the lock but has not written its note yet.
    return {}
  }
}
