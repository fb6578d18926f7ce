import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { FolderInUseError, lockFolder } from './lock.ts'

let dir: string
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'crm-lock-'))))
afterEach(() => rmSync(dir, { recursive: true }))

/** A second process that takes the lock and then sits there. */
async function otherServer() {
  const code = `import('${new URL('./lock.ts', import.meta.url)}').then(({ lockFolder }) => {
    lockFolder(process.argv[1]); console.log('locked'); setInterval(() => {}, 1000) })`
  const child = spawn(process.execPath, ['-e', code, dir], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise((resolve) => child.stdout.once('data', resolve))
  return child
}

it('第二个服务立刻退出并说出谁在用', async () => {
  const other = await otherServer()
  try {
    expect(() => lockFolder(dir)).toThrow(FolderInUseError)
    expect(() => lockFolder(dir)).toThrow(new RegExp(`进程 ${other.pid}`))
  } finally {
    other.kill('SIGKILL')
  }
})

it('kill -9 之后旧锁不挡路', async () => {
  const other = await otherServer()
  other.kill('SIGKILL')
  await new Promise((resolve) => other.once('exit', resolve))
  lockFolder(dir).release()
})

it('同一进程也只能锁一次;释放后可再锁,便条消失', () => {
  const held = lockFolder(dir)
  expect(() => lockFolder(dir)).toThrow(FolderInUseError)
  held.release()
  held.release()
  expect(existsSync(join(dir, 'crm.pid'))).toBe(false)
  lockFolder(dir).release()
})
