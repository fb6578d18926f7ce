import { existsSync } from 'node:fs'
import { open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { syncFolder } from './place.ts'

/**
 * Replaces the database file by a prepared one. Once the journal is on disk the swap is decided: whoever starts next
 * carries it out. Before, the prepared folder is rubbish. So a kill at any point leaves the old state or the new one.
 */
interface Journal {
  /** Below the data folder: `restore-…/crm.db`. */
  readonly prepared: string
  /** Beside the database: `crm.db.pre-restore-…`. */
  readonly keep: string
}
const JOURNAL = 'restore.json'
/** A prepared folder, or a journal that was never finished. */
const LEFT = /^restore-[\w-]+$|^restore[.]json[.]tmp$/
/** What belongs to the file that goes, and would destroy the one that comes. */
const COMPANIONS = ['-wal', '.before-migration', '.put-back']

/** `prepared` is complete, synced, closed and lies in a folder `restore-…` of the data folder; `file` is open nowhere. Returns where the old one is kept. */
export async function swapIn(file: string, prepared: string, stamp: string): Promise<string> {
  const dir = dirname(file)
  const journal: Journal = {
    prepared: join(basename(dirname(prepared)), basename(prepared)),
    keep: unused(`${file}.pre-restore-${stamp}`),
  }
  await syncFolder(dirname(prepared))
  await syncFolder(dir)
  await writeDurably(join(dir, JOURNAL), JSON.stringify(journal))
  await carryOut(file, journal)
  return join(dir, journal.keep)
}

/** At each start, before the database is opened: finishes a decided restore, removes an undecided one. */
export async function finishRestore(file: string): Promise<'nothing' | 'finished' | 'undone'> {
  const dir = dirname(file)
  const text = await readFile(join(dir, JOURNAL), 'utf8').catch(ifAbsent(undefined))
  if (text !== undefined) {
    await carryOut(file, JSON.parse(text) as Journal)
    return 'finished'
  }
  const left = (await readdir(dir).catch(ifAbsent([]))).filter((name) => LEFT.test(name))
  for (const name of left) await rm(join(dir, name), { recursive: true, force: true })
  return left.length > 0 ? 'undone' : 'nothing'
}

/** Every step may have been done before. */
async function carryOut(file: string, { prepared, keep }: Journal): Promise<void> {
  const dir = dirname(file)
  const coming = join(dir, prepared)
  // While the prepared file is still there, whatever bears the database's name is the old one.
  if (existsSync(coming)) {
    const kept = join(dir, keep)
    for (const suffix of ['', ...COMPANIONS]) if (existsSync(file + suffix)) await rename(file + suffix, kept + suffix)
    await rm(`${file}-shm`, { force: true })
    await syncFolder(dir)
    await rename(coming, file)
    await syncFolder(dir)
  }
  await rm(join(dir, JOURNAL), { force: true })
  await syncFolder(dir)
  await rm(dirname(coming), { recursive: true, force: true })
}

/** Complete or absent. */
async function writeDurably(path: string, text: string): Promise<void> {
  const handle = await open(`${path}.tmp`, 'w', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(`${path}.tmp`, path)
  await syncFolder(dirname(path))
}

function unused(path: string): string {
  let name = path
  for (let n = 2; existsSync(name); n++) name = `${path}-${n}`
  return basename(name)
}

const ifAbsent =
  <T>(value: T) =>
  (error: Error & { code?: string }): T => {
    if (error.code !== 'ENOENT') throw error
    return value
  }
