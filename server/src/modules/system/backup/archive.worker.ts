import { parentPort, workerData } from 'node:worker_threads'
import { pack, type PackOrder } from './pack.ts'
import { unpack, type UnpackOrder } from './unpack.ts'

export type ArchiveOrder =
  | { readonly verb: 'pack'; readonly order: PackOrder }
  | { readonly verb: 'unpack'; readonly order: UnpackOrder }

const { verb, order } = workerData as ArchiveOrder
parentPort?.postMessage(verb === 'pack' ? await pack(order) : await unpack(order))
