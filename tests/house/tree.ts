import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Repository root, absolute. */
export const root = join(import.meta.dirname, '../..')

const SKIPPED = /^(node_modules|dist|coverage|data|[.]git|[.]dist-.*)$/

/** Paths below `folder`, relative to the root, of our own files with one of these endings. */
export async function sources(folder: string, endings: RegExp): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true })
  const found: string[] = []
  for (const entry of entries.filter(({ name }) => !SKIPPED.test(name))) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) found.push(...(await sources(path, endings)))
    else if (endings.test(path)) found.push(path)
  }
  return found.sort()
}
