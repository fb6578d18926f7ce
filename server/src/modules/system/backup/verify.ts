import { access, mkdir } from 'node:fs/promises'
import type { Clock } from '../../../core/clock.ts'
import { Refusal } from '../../../core/refusal.ts'
import { describeDump, dumpProblems } from '../../../db/dump.ts'
import type { DumpFacts } from '../../../db/dumpFacts.ts'
import { unpackArchive } from './archive.ts'
import type { Manifest } from './manifest.ts'
import { inWorkFolder } from './place.ts'
import type { BackupProblem } from './unpack.ts'

export interface Verified {
  readonly problems: readonly BackupProblem[]
  /** Absent when there are problems. */
  readonly manifest?: Manifest
}

/** Names of all migrations this program knows. */
type Known = readonly string[]

/** Unpacks a backup into `into` and looks at it from every side. The folder may be used when there are no problems. */
export async function openBackup(file: string, into: string, withFiles: boolean, known: Known): Promise<Verified> {
  await mustExist(file)
  const { problems, manifest } = await unpackArchive({ file, into, withFiles })
  if (problems.length > 0 || !manifest) return { problems }
  const wrong = await wrongInside(manifest, into, known)
  return wrong.length > 0 ? { problems: wrong } : { problems: [], manifest }
}

/** Verifies without leaving anything behind; needs room for the database in `workDir`. */
export const verifyBackup = (file: string, workDir: string, clock: Clock, known: Known): Promise<Verified> =>
  inWorkFolder(workDir, '.verify-', clock, (dir) => openBackup(file, dir, false, known))

async function mustExist(file: string): Promise<void> {
  try {
    await access(file)
  } catch (error) {
    throw new Refusal(
      'precondition',
      `无法读取备份文件 ${file}(${(error as { code?: string }).code ?? (error as Error).message})`,
    )
  }
}

async function wrongInside(manifest: Manifest, dir: string, known: Known): Promise<BackupProblem[]> {
  const newer = manifest.schema.filter((name) => !known.includes(name))
  if (newer.length > 0)
    return [{ code: 'newer_schema', detail: `备份来自更新版本的程序(含 ${newer.join('、')}),请用新版本打开` }]
  if (manifest.engine === 'postgres') await mkdir(`${dir}/tables`, { recursive: true })
  const corrupt = await dumpProblems(manifest.engine, dir)
  if (corrupt.length > 0) return corrupt.slice(0, 20).map((detail) => ({ code: 'database_corrupt', detail }))
  let facts: DumpFacts
  try {
    facts = await describeDump(manifest.engine, dir)
  } catch (error) {
    return [{ code: 'database_corrupt', detail: (error as Error).message }]
  }
  if (facts.schema.join() !== manifest.schema.join())
    return [{ code: 'database_corrupt', detail: '数据库的结构版本与清单不符' }]
  const tables = new Set([...Object.keys(facts.counts), ...Object.keys(manifest.counts)])
  return [...tables]
    .filter((table) => facts.counts[table] !== manifest.counts[table])
    .map((table) => ({
      code: 'counts_differ',
      detail: `${table}:清单 ${manifest.counts[table] ?? 0} 行,实际 ${facts.counts[table] ?? 0} 行`,
    }))
}
