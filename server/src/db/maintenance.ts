import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { openReader } from './reader.ts'
import type { SqliteStore, Store } from './store.ts'

/** A gigabyte takes seconds on an SSD; an hour is a broken disk. */
const LIMITS = { idleMs: 0, longestMs: 3_600_000 }

/**
 * Writes a consistent copy of a live SQLite store to `target` (must not exist), on a thread of its own, durable on return.
 * Never copy the live file: besides being torn, closing any other descriptor of it drops this process's locks (POSIX).
 */
export async function snapshot(store: Store, target: string): Promise<void> {
  await onThread(fileOf(store), (reader) => reader.ask({ verb: 'vacuumInto', target }))
  await sync(target)
  await sync(dirname(target))
}

/** Problems of a live store or of a database file at rest, one line each; empty when sound. PostgreSQL checks itself. */
export async function integrity(subject: Store | string): Promise<string[]> {
  if (typeof subject !== 'string' && subject.engine === 'postgres') return []
  const file = typeof subject === 'string' ? subject : fileOf(subject)
  try {
    return await onThread(file, (reader) => reader.ask<string>({ verb: 'integrity' }))
  } catch (error) {
    return [(error as Error).message]
  }
}

async function onThread<T>(file: string, work: (reader: ReturnType<typeof openReader>) => Promise<T>): Promise<T> {
  const reader = openReader(file, LIMITS)
  try {
    return await work(reader)
  } finally {
    await reader.close()
  }
}

function fileOf(store: Store): string {
  if (store.engine !== 'sqlite') throw new Error('only an SQLite store is a file')
  return (store as SqliteStore).file
}

async function sync(path: string) {
  const handle = await open(path, 'r')
  await handle.sync()
  await handle.close()
}
