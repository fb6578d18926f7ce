import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { sealAudit } from '../../../core/access/audit.ts'
import { Refusal } from '../../../core/refusal.ts'
import { describeDump, dump, engineOfTarget } from '../../../db/dump.ts'
import type { Store } from '../../../db/store.ts'
import { packArchive } from './archive.ts'
import { contentsOf } from './contents.ts'
import { FORMAT_VERSION } from './manifest.ts'
import { freeBytes, inWorkFolder, type Place, type Say, stampOf, syncFolder } from './place.ts'
import { verifyBackup } from './verify.ts'

export interface BackupReport {
  readonly file: string
  readonly bytes: number
  readonly counts: Readonly<Record<string, number>>
}
const SUFFIX = '.crmbak'
const NAME = /^crm-\d{8}-\d{6}(-\d+)?\.crmbak$/

interface Options {
  /** Folder; the configured one by default. */
  readonly to?: string | undefined
  /** The open database. Absent before a migration: what lies there is taken as it is. */
  readonly store?: Store
}

/**
 * Writes a verified backup while people work: database first, then the files it may refer to, which never change.
 * The name appears only when the file is complete, on disk and has been verified.
 */
export async function backUp(
  place: Place,
  { to = place.backupDir, store }: Options = {},
  say: Say = () => {},
): Promise<BackupReport> {
  await mkdir(to, { recursive: true, mode: 0o700 })
  if (store) await prepare(store, place)
  return inWorkFolder(to, '.backup-', place.clock, async (work) => {
    await mustFit(place, to)
    say('复制数据库')
    const names = await dump(place.target, work)
    const { counts, schema, settings } = await describeDump(engineOfTarget(place.target), work)
    const contents = await contentsOf(place.filesDir)
    say(`打包 ${contents.length} 个附件和数据库`)
    const unnamed = join(work, `new${SUFFIX}`)
    const createdAt = place.clock.now()
    const { bytes } = await packArchive({
      sources: [
        ...names.map((name) => ({ name, path: join(work, name) })),
        ...contents.map(({ name, path }) => ({ name, path })),
      ],
      facts: {
        app: 'crm',
        formatVersion: FORMAT_VERSION,
        engine: engineOfTarget(place.target),
        schema,
        instanceId: settings['instanceId'] ?? '',
        createdAt,
        company: settings['company'] ?? '',
        counts,
      },
      target: unnamed,
    })
    say('校验备份')
    const { problems } = await verifyBackup(unnamed, work, place.clock, schema)
    if (problems.length > 0)
      throw new Refusal('verification', `备份没有通过校验,未保存:${problems[0]?.detail}`, problems)
    const file = unusedName(to, stampOf(createdAt, place.zone))
    await rename(unnamed, file)
    await syncFolder(to)
    return { file, bytes, counts }
  })
}

/** Backups in the folder, newest first. */
export async function backupsIn(dir: string): Promise<string[]> {
  const names = existsSync(dir) ? await readdir(dir) : []
  return names
    .filter((name) => NAME.test(name))
    .sort()
    .reverse()
    .map((name) => join(dir, name))
}

/** Tells installations apart, also after their data has moved. */
async function prepare(store: Store, { clock }: Place): Promise<void> {
  await store.tx(async (tx) => {
    await tx
      .insertInto('settings')
      .values({ name: 'instanceId', value: randomUUID() })
      .onConflict((on) => on.doNothing())
      .execute()
  })
  while (await store.tx((tx) => sealAudit(tx, clock.now())));
}

/** Refuses early: a full disk stops everybody's work, not only the backup. */
async function mustFit({ target, filesDir }: Place, to: string): Promise<void> {
  const database = target.url === undefined ? (await stat(target.file)).size : 0
  const files = (await contentsOf(filesDir)).reduce((sum, { size }) => sum + size, 0)
  // The copy, the archive of it, and the copy unpacked again for verification.
  const neededBytes = 3 * database + files
  const free = await freeBytes(to)
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`
  if (free < neededBytes)
    throw new Refusal('precondition', `磁盘空间不足:备份约需 ${megabytes(neededBytes)},${to} 只剩 ${megabytes(free)}`)
}

function unusedName(dir: string, stamp: string): string {
  for (let n = 1; ; n++) {
    const file = join(dir, `crm-${stamp}${n === 1 ? '' : `-${n}`}${SUFFIX}`)
    if (!existsSync(file)) return file
  }
}
