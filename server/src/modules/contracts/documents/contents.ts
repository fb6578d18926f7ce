import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { syncFile, syncFolder } from '../../../core/durable.ts'
import type { Read } from '../../../db/store.ts'
import { HEAD_BYTES } from './mediaType.ts'

// Content of documents lies at `<filesDir>/<first two>/<SHA-256>` and never changes; rows refer to it by its hash. A content
// is there before the first row that needs it, so a crash leaves at worst one that nobody needs: it is cleared away later.

export const contentPath = (filesDir: string, sha256: string): string => join(filesDir, sha256.slice(0, 2), sha256)
/** Where uploads are written; on the same disk, so that a rename puts them in place. */
export const uploadsDir = (filesDir: string): string => join(filesDir, 'uploads')

/** Puts a received file in its place, durably. The same content twice is one file, which is then as fresh as this one. */
export async function placeContent(filesDir: string, file: string, sha256: string): Promise<void> {
  const path = contentPath(filesDir, sha256)
  await syncFile(file)
  if (await mkdir(dirname(path), { recursive: true, mode: 0o700 })) await syncFolder(filesDir)
  await rename(file, path)
  await syncFolder(dirname(path))
}

export async function headOf(file: string): Promise<Buffer> {
  const handle = await open(file, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

/** The hash of every content that rows refer to, in the recycle bin as well. */
export async function referencedContents(read: Read): Promise<string[]> {
  // unscoped: what is needed is needed, whosever it is
  const rows = await read.selectFrom('documents').select('sha256').distinct().execute()
  return rows.map(({ sha256 }) => sha256)
}

async function unneeded(read: Read, hashes: readonly string[]): Promise<ReadonlySet<string>> {
  if (hashes.length === 0) return new Set()
  // unscoped: what is needed is needed, whosever it is
  const rows = await read.selectFrom('documents').select('sha256').where('sha256', 'in', hashes).execute()
  const needed = new Set(rows.map(({ sha256 }) => sha256))
  return new Set(hashes.filter((hash) => !needed.has(hash)))
}

const AT_ONCE = 500
const HASH = /^[0-9a-f]{64}$/

/** Removes contents laid down before `beforeMs` that no row needs any more; returns how many. */
export async function sweepContents(
  read: Read,
  filesDir: string,
  beforeMs: number,
  signal?: AbortSignal,
): Promise<number> {
  let gone = 0
  for (const folder of (await namesIn(filesDir)).filter((name) => /^[0-9a-f]{2}$/.test(name))) {
    const hashes = (await namesIn(join(filesDir, folder))).filter((name) => HASH.test(name))
    for (let from = 0; from < hashes.length; from += AT_ONCE) {
      if (signal?.aborted) return gone
      for (const hash of await unneeded(read, hashes.slice(from, from + AT_ONCE)))
        if (await discard(read, filesDir, hash, beforeMs)) gone++
    }
  }
  return gone
}

/**
 * Takes a content out of its place, looks again, and only then removes it: an upload of the same content meanwhile has laid
 * down a file of its own, which differs from the one that was found old.
 */
async function discard(read: Read, filesDir: string, hash: string, beforeMs: number): Promise<boolean> {
  const path = contentPath(filesDir, hash)
  const old = await stat(path).catch(() => null)
  if (!old || old.mtimeMs >= beforeMs) return false
  const aside = join(uploadsDir(filesDir), `${hash}-${randomUUID()}.upload`)
  await mkdir(uploadsDir(filesDir), { recursive: true, mode: 0o700 })
  await rename(path, aside)
  const taken = await stat(aside)
  const isTheSame = taken.ino === old.ino && taken.mtimeMs === old.mtimeMs
  if (isTheSame && (await unneeded(read, [hash])).has(hash)) {
    await rm(aside, { force: true })
    return true
  }
  await rename(aside, path)
  return false
}

async function namesIn(dir: string): Promise<string[]> {
  try {
    return (await readdir(dir)).sort()
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as { code?: string }).code ?? '')) return []
    throw error
  }
}
