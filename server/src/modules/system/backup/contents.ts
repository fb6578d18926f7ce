import { copyFile, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isContent, isMemberName } from './manifest.ts'
import { syncFolder } from './place.ts'

/** Content of documents lies at `<filesDir>/<first two>/<SHA-256>` and never changes. */
export interface Content {
  /** Its name in a backup, `files/ab/abcd…`. */
  readonly name: string
  readonly path: string
  readonly size: number
}

export async function contentsOf(filesDir: string): Promise<Content[]> {
  const found: Content[] = []
  for (const folder of (await list(filesDir)).filter((name) => /^[0-9a-f]{2}$/.test(name))) {
    for (const file of await list(join(filesDir, folder))) {
      const name = `files/${folder}/${file}`
      const path = join(filesDir, folder, file)
      if (isMemberName(name)) found.push({ name, path, size: (await stat(path)).size })
    }
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Puts verified content in its place, over a possibly damaged file of the same name. */
export async function placeContents(unpacked: string, filesDir: string): Promise<number> {
  let placed = 0
  for (const { name, path } of await contentsOf(join(unpacked, 'files'))) {
    if (!isContent(name)) continue
    const target = join(filesDir, name.slice('files/'.length))
    await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    await move(path, target)
    placed++
  }
  return placed
}

async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if ((error as { code?: string }).code !== 'EXDEV') throw error
    const beside = `${to}.incoming`
    await copyFile(from, beside)
    const handle = await open(beside, 'r')
    await handle.sync()
    await handle.close()
    await rename(beside, to)
    await rm(from)
  }
  await syncFolder(dirname(to))
}

async function list(dir: string): Promise<string[]> {
  try {
    return (await readdir(dir)).sort()
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as { code?: string }).code ?? '')) return []
    throw error
  }
}
