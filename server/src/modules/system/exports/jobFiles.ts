import { mkdir, readdir, rename, rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { syncFile, syncFolder } from '../../../core/durable.ts'
import { problem } from '../../../core/problem.ts'
import type { Read } from '../../../db/store.ts'
import type { JobRow } from './jobRows.ts'

type Of = Pick<JobRow, 'id' | 'runId'>
/** Below this other work would soon be refused; a file of 100,000 rows has some 20 MB. */
export const LEAST_FREE_BYTES = 200 * 1024 * 1024
const PART = '.part'

/** No part of any backup: what is in there can be made again. */
const folder = (filesDir: string) => join(filesDir, 'exports')
const nameOf = ({ id, runId }: Of) => `${id}-${runId}`
export const pathOf = (filesDir: string, job: Of): string => join(folder(filesDir), nameOf(job))

/** 507 before a file is begun that would fill the disk. */
export async function checkRoom(filesDir: string, leastFreeBytes = LEAST_FREE_BYTES): Promise<void> {
  const { bavail, bsize } = await statfs(filesDir)
  const free = bavail * bsize
  if (free < leastFreeBytes)
    throw problem('disk_full', `服务器磁盘只剩 ${Math.floor(free / 1024 / 1024)} MB,没有导出。请联系管理员清理磁盘`)
}

/** Writes a file under another name until all of it is on the disk; returns its size. What broke off leaves nothing behind. */
export async function writeWhole(filesDir: string, job: Of, write: (part: string) => Promise<void>): Promise<number> {
  const path = pathOf(filesDir, job)
  await mkdir(folder(filesDir), { recursive: true, mode: 0o700 })
  try {
    await write(path + PART)
    await syncFile(path + PART)
    await rename(path + PART, path)
    await syncFolder(folder(filesDir))
    return (await stat(path)).size
  } catch (error) {
    await rm(path + PART, { force: true })
    throw error
  }
}

export const removeFile = (filesDir: string, job: Of): Promise<void> => rm(pathOf(filesDir, job), { force: true })
export const isThere = async (filesDir: string, job: Of): Promise<boolean> =>
  (await stat(pathOf(filesDir, job)).catch(() => null)) !== null

/** Clears away every file that no export stands for any more: of runs that died, of exports that have expired. */
export async function sweepFiles(read: Read, filesDir: string): Promise<void> {
  const names = await readdir(folder(filesDir)).catch(() => [])
  if (names.length === 0) return
  const jobs = await read
    .selectFrom('exportJobs')
    .select(['id', 'runId'])
    .where('state', 'in', ['running', 'done'])
    .execute()
  const kept = new Set(jobs.map(nameOf))
  for (const name of names)
    if (!kept.has(name.endsWith(PART) ? name.slice(0, -PART.length) : name))
      await rm(join(folder(filesDir), name), { force: true, recursive: true })
}
