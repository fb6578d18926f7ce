import { mkdir, mkdtemp, readdir, rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Migration } from '@crm/migrations'
import type { Clock } from '../../../core/clock.ts'
import { syncFolder } from '../../../core/durable.ts'
import type { Target } from '../../../db/open.ts'

/** Where an installation lives. */
export interface Place {
  readonly target: Target
  readonly dataDir: string
  readonly filesDir: string
  readonly backupDir: string
  readonly clock: Clock
  /** Company time zone: backups are named by the office's own clock. */
  readonly zone: string
  /** What this program can bring a database to. */
  readonly migrations: readonly Migration[]
}
export { syncFolder }
export type Say = (line: string) => void

const DAY_MS = 86_400_000

/** Runs `work` in a fresh folder below `parent` and removes it; what a kill left there goes after a day. */
export async function inWorkFolder<T>(
  parent: string,
  prefix: string,
  clock: Clock,
  work: (dir: string) => Promise<T>,
): Promise<T> {
  await mkdir(parent, { recursive: true, mode: 0o700 })
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix)) continue
    const left = await stat(join(parent, name)).catch(() => undefined)
    if (left && Date.parse(clock.now()) - left.mtimeMs > DAY_MS)
      await rm(join(parent, name), { recursive: true, force: true })
  }
  const dir = await mkdtemp(join(parent, prefix))
  try {
    return await work(dir)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

export async function freeBytes(dir: string): Promise<number> {
  const { bavail, bsize } = await statfs(dir)
  return bavail * bsize
}

/** `20261122-153001` on the office's clock. */
export function stampOf(instant: string, zone: string): string {
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).format(
    new Date(instant),
  )
  return parts.replaceAll(/[-:]/g, '').replace(' ', '-')
}
