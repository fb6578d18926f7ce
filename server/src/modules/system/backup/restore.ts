import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { sql } from '../../../db/sql.ts'
import { audit } from '../../../core/access/audit.ts'
import { systemActor } from '../../../core/access/actor.ts'
import { Refusal } from '../../../core/refusal.ts'
import { endSignIns, setSigningSecret, signingSecret } from '../../../core/access/signInRows.ts'
import { engineOfTarget } from '../../../db/dump.ts'
import { loadPostgres } from '../../../db/load.postgres.ts'
import { migrate } from '../../../db/migrate.ts'
import { integrity } from '../../../db/maintenance.ts'
import { openStore } from '../../../db/open.ts'
import type { Store, Tx } from '../../../db/store.ts'
import { backUp } from './backup.ts'
import { placeContents } from './contents.ts'
import type { Manifest } from './manifest.ts'
import { type Place, type Say, stampOf } from './place.ts'
import { swapIn } from './swap.ts'
import { openBackup } from './verify.ts'

export interface RestoreReport {
  readonly file: string
  /** When the restored state was the present one. */
  readonly createdAt: string
  readonly counts: Readonly<Record<string, number>>
  /** The backup of what was there; null when there was nothing, or nothing that could be read. */
  readonly safetyBackup: string | null
  /** SQLite: the replaced database file. */
  readonly kept: string | null
  /** Migrations that brought an older backup up to date. */
  readonly migrated: readonly string[]
}

/** The installation a restore replaces. */
export interface Present {
  /** Open and usable; null when there is none or it cannot be opened. */
  readonly store: Store | null
  /** Text while nobody may write; null ends it. */
  readonly maintain: (reason: string | null) => void
}

const REASON = '系统正在恢复备份,请稍候再试'

/** Replaces the present state by a verified backup. Everything that can fail comes before the first change. */
export async function restoreBackup(
  place: Place,
  file: string,
  present: Present,
  say: Say = () => {},
): Promise<RestoreReport> {
  const dir = join(place.dataDir, `restore-${randomBytes(6).toString('hex')}`)
  await mkdir(place.dataDir, { recursive: true, mode: 0o700 })
  await mkdir(dir, { mode: 0o700 })
  try {
    say('校验备份')
    const manifest = await verified(place, file, dir)
    return await (manifest.engine === 'sqlite' ? restoreFile : restoreTables)({
      place,
      file,
      dir,
      manifest,
      present,
      say,
    })
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

interface Work {
  readonly place: Place
  readonly file: string
  readonly dir: string
  readonly manifest: Manifest
  readonly present: Present
  readonly say: Say
}

async function verified(place: Place, file: string, dir: string): Promise<Manifest> {
  const known = place.migrations.map((migration) => migration.name)
  const { problems, manifest } = await openBackup(file, dir, true, known)
  if (!manifest)
    throw new Refusal(
      'verification',
      `备份 ${basename(file)} 没有通过校验,什么都没有改动:${problems[0]?.detail}`,
      problems,
    )
  if (manifest.engine !== engineOfTarget(place.target))
    throw new Refusal(
      'precondition',
      `这份备份来自 ${manifest.engine === 'sqlite' ? 'SQLite' : 'PostgreSQL'},与当前的数据库不同,什么都没有改动`,
    )
  return manifest
}

async function restoreFile({ place, file, dir, manifest, present, say }: Work): Promise<RestoreReport> {
  const prepared = join(dir, 'crm.db')
  const { applied } = await migrate({ file: prepared }, place.migrations, { backupBefore: async () => null, log: say })
  // What cannot be read any more cannot be kept either: then the secret is renewed.
  const live = present.store && (await lastingOf(present.store).catch(() => null))
  const store = openStore({ file: prepared })
  try {
    await store.tx((tx) => takeOver(tx, place, { file, manifest, live }))
  } finally {
    await store.close()
  }
  await sync(prepared)
  await placeContents(dir, place.filesDir)
  return underMaintenance(present, async () => {
    const safetyBackup = await safetyCopy(place, present, say)
    const swap = () => swapIn(place.target.file, prepared, stampOf(place.clock.now(), place.zone))
    const hadFile = existsSync(place.target.file)
    const kept = await (present.store ? present.store.whileClosed(swap) : swap())
    return {
      file,
      createdAt: manifest.createdAt,
      counts: manifest.counts,
      safetyBackup,
      kept: hadFile ? kept : null,
      migrated: applied,
    }
  })
}

async function restoreTables({ place, file, dir, manifest, present, say }: Work): Promise<RestoreReport> {
  const names = place.migrations.map((migration) => migration.name)
  if (manifest.schema.join() !== names.join())
    throw new Refusal('precondition', '备份与当前程序的数据库结构版本不同;PostgreSQL 上请用当时版本的程序恢复,再升级')
  if (!present.store) throw new Refusal('precondition', '无法连接 PostgreSQL')
  const live = await lastingOf(present.store)
  await placeContents(dir, place.filesDir)
  return underMaintenance(present, async () => {
    const safetyBackup = await safetyCopy(place, present, say)
    await loadPostgres(place.target.url as string, dir, (tx) => takeOver(tx, place, { file, manifest, live }))
    return { file, createdAt: manifest.createdAt, counts: manifest.counts, safetyBackup, kept: null, migrated: [] }
  })
}

async function underMaintenance<T>(present: Present, work: () => Promise<T>): Promise<T> {
  present.maintain(REASON)
  try {
    return await work()
  } finally {
    present.maintain(null)
  }
}

/** What this installation keeps whatever it restores. */
interface Lasting {
  readonly secret: string
  readonly rightsVersion: number
}
const lastingOf = (store: Store): Promise<Lasting> =>
  store.tx(async (tx) => ({
    secret: await signingSecret(tx),
    rightsVersion: (await tx.selectFrom('rightsVersion').select('n').executeTakeFirstOrThrow()).n,
  }))

/**
 * Makes the restored rows fit to go on: everybody signs in again, no server goes on with remembered rights, the secret that
 * was in the backup file signs nothing any more, and the log says what happened.
 */
async function takeOver(
  tx: Tx,
  { clock }: Place,
  { file, manifest, live }: { file: string; manifest: Manifest; live: Lasting | null },
): Promise<void> {
  const at = clock.now()
  await endSignIns(tx, at, null)
  await setSigningSecret(tx, live?.secret)
  await tx
    .updateTable('rightsVersion')
    .set({ n: sql<number>`${sql.ref('n')} + ${(live?.rightsVersion ?? 0) + 1}` })
    .execute()
  await tx.updateTable('jobs').set({ leasedBy: null, leasedUntil: null }).execute()
  await tx.updateTable('imports').set({ leasedBy: null, leasedUntil: null }).execute()
  const { instanceId, createdAt, counts } = manifest
  await audit(tx, systemActor(at, clock.today(), 'cli', '系统'), {
    entity: 'backup',
    recordId: null,
    action: 'restore',
    after: { file: basename(file), createdAt, instanceId, counts },
    note: `恢复到 ${createdAt} 的状态`,
  })
}

/** A database that is damaged cannot be copied; its file is kept by the swap anyway. Any other failure stops the restore. */
async function safetyCopy(place: Place, { store }: Present, say: Say): Promise<string | null> {
  if (!store) return null
  say('先备份现有数据')
  try {
    return (await backUp(place, { store }, say)).file
  } catch (error) {
    if ((await integrity(store)).length === 0)
      throw new Refusal('failure', `恢复前备份现有数据失败,什么都没有改动:${(error as Error).message}`)
    say('现有数据库已损坏,无法备份;原文件会保留')
    return null
  }
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  await handle.sync()
  await handle.close()
}
