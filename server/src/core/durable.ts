import { open } from 'node:fs/promises'

/** Makes what was written to a file survive a power cut. */
export const syncFile = (path: string): Promise<void> => syncAt(path, 'r+')

/** Makes a rename or a removal in this folder survive a power cut. */
export const syncFolder = (dir: string): Promise<void> => syncAt(dir, 'r')

async function syncAt(path: string, flags: 'r' | 'r+'): Promise<void> {
  const handle = await open(path, flags)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
