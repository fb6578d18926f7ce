import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrations } from '@crm/migrations'
import { systemClock } from '@crm/server/core/clock'
import { openStore } from '@crm/server/db/open'
import type { Store } from '@crm/server/db/store'
import type { Place } from '@crm/server/modules/system/backup/service'
import { migratedPlace } from './engine.ts'

export interface TestInstallation {
  place: Place
  store: Store
  /** Adds tags (a small table without derived columns) straight into the database; returns their names. */
  addTags(count: number): Promise<string[]>
  /** Lays a document's content where documents keep it; returns its path. */
  addContent(text: string): string
  remove(): Promise<void>
}

/** A migrated database with folders of its own, of the engine under test. */
export async function openInstallation(): Promise<TestInstallation> {
  const home = mkdtempSync(join(tmpdir(), 'crm-place-'))
  const database = await migratedPlace()
  const clock = systemClock('Asia/Shanghai')
  const place: Place = {
    target: database.target,
    dataDir: database.target.url ? home : join(database.target.file, '..'),
    filesDir: join(home, 'files'),
    backupDir: join(home, 'backups'),
    clock,
    zone: 'Asia/Shanghai',
    migrations,
  }
  const store = openStore(database.target)
  let added = 0
  return {
    place,
    store,
    async addTags(count) {
      const names = Array.from({ length: count }, () => `标签${++added}`)
      const at = clock.now()
      const rows = names.map((name) => ({
        name,
        color: null,
        version: 1,
        createdAt: at,
        updatedAt: at,
        deletedAt: null,
      }))
      await store.tx((tx) => tx.insertInto('tags').values(rows).execute())
      return names
    },
    addContent(text) {
      const hash = createHash('sha256').update(text).digest('hex')
      mkdirSync(join(place.filesDir, hash.slice(0, 2)), { recursive: true })
      const path = join(place.filesDir, hash.slice(0, 2), hash)
      writeFileSync(path, text)
      return path
    },
    async remove() {
      await store.close()
      await database.remove()
      rmSync(home, { recursive: true, force: true })
    },
  }
}
