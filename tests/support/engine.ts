import { accessSync, constants, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrations } from '@crm/migrations'
import type { Migration } from '@crm/migrations'
import { migrate } from '@crm/server/db/migrate'
import { openStore } from '@crm/server/db/open'
import type { Target } from '@crm/server/db/open'
import type { Engine, Store } from '@crm/server/db/store'
import { freshDatabase } from './postgres.ts'

/** Set by vitest.config.ts. */
export const testEngine = (process.env.CRM_TEST_ENGINE ?? 'sqlite') as Engine

export interface TestPlace {
  target: Target
  /** Removes the database. */
  remove(): Promise<void>
}

export const quiet = { backupBefore: async () => null, log: () => {} }

const MEMORY = '/dev/shm'
const ENOUGH_BYTES = 512 * 1024 * 1024
/** Databases of tests are thrown away: where the machine has a folder in memory, no commit waits for a disk. (tests/fault has real ones.) */
function folderForFiles(): string {
  try {
    accessSync(MEMORY, constants.W_OK)
    const { bavail, bsize } = statfsSync(MEMORY)
    return bavail * bsize > ENOUGH_BYTES ? MEMORY : tmpdir()
  } catch {
    return tmpdir()
  }
}
/** A new folder for what a test throws away. */
export const fastFolder = (prefix: string): string => mkdtempSync(join(folderForFiles(), prefix))

/** An empty place for a database of the engine under test. */
export async function emptyPlace(): Promise<TestPlace> {
  if (testEngine === 'postgres') {
    const { url, drop } = await freshDatabase({ empty: true })
    return { target: { url, file: '' }, remove: drop }
  }
  const dir = fastFolder('crm-test-')
  const remove = async () => rmSync(dir, { recursive: true, force: true })
  return { target: { file: join(dir, 'crm.db') }, remove }
}

let template: Promise<Buffer> | undefined

/** A migrated SQLite file, made once per worker; writing it down takes a millisecond, migrating a hundred. */
async function sqliteTemplate(): Promise<Buffer> {
  const { remove, target } = await emptyPlace()
  await migrate(target, migrations, quiet)
  const content = readFileSync(target.file)
  await remove()
  return content
}

/** A migrated database of its own. */
export async function migratedPlace(): Promise<TestPlace> {
  if (testEngine === 'postgres') {
    const { url, drop } = await freshDatabase()
    return { target: { url, file: '' }, remove: drop }
  }
  const place = await emptyPlace()
  writeFileSync(place.target.file, await (template ??= sqliteTemplate()))
  return place
}

export interface TestStore {
  store: Store
  target: Target
  /** Closes and removes. */
  close(): Promise<void>
}

/** An open store with the product's tables, or with those of other `migrations`. */
export async function openTestStore(options: { migrations?: readonly Migration[] } = {}): Promise<TestStore> {
  const place = options.migrations ? await emptyPlace() : await migratedPlace()
  if (options.migrations) await migrate(place.target, options.migrations, quiet)
  const store = openStore(place.target)
  return {
    store,
    target: place.target,
    async close() {
      await store.close()
      await place.remove()
    },
  }
}
