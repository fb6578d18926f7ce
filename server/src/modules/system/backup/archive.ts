import { Worker } from 'node:worker_threads'
import type { ArchiveOrder } from './archive.worker.ts'
import type { pack, PackOrder } from './pack.ts'
import type { unpack, UnpackOrder } from './unpack.ts'

/** Hashing and packing gigabytes on a thread of its own: people go on working. */
export const packArchive = (order: PackOrder) => onThread<Awaited<ReturnType<typeof pack>>>({ verb: 'pack', order })
export const unpackArchive = (order: UnpackOrder) =>
  onThread<Awaited<ReturnType<typeof unpack>>>({ verb: 'unpack', order })

function onThread<T>(workerData: ArchiveOrder): Promise<T> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./archive.worker.ts', import.meta.url), { workerData, execArgv: [] })
    worker.once('message', resolve).once('error', reject)
    worker.once('exit', () => reject(new Error('the archive thread ended without an answer')))
  })
}
