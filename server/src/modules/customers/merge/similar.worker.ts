import { parentPort } from 'node:worker_threads'
import { similarPairs, together } from './similar.ts'

/** Keys come in parts, then null asks for the groups: lists of positions among all keys, in parts again, an empty one last. */
export type SimilarRequest = readonly string[] | null
const PART = 500

const keys: string[] = []
parentPort!.on('message', (part: SimilarRequest) => {
  if (part) return void keys.push(...part)
  const groups = together(similarPairs(keys))
  for (let at = 0; at < groups.length; at += PART) parentPort!.postMessage(groups.slice(at, at + PART))
  parentPort!.postMessage([])
})
