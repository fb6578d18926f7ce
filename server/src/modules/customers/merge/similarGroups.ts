import { Worker } from 'node:worker_threads'

/**
 * Groups of alike names among `keys`, found on a thread of its own so that nobody waits. Positions, each group ascending.
 */
export async function similarGroups(parts: AsyncIterable<readonly string[]>): Promise<number[][]> {
  const worker = new Worker(new URL('./similar.worker.ts', import.meta.url), { execArgv: [] })
  try {
    const found = new Promise<number[][]>((resolve, reject) => {
      const groups: number[][] = []
      worker.on('message', (part: number[][]) => {
        if (part.length === 0) resolve(groups)
        else groups.push(...part)
      })
      worker.on('error', reject)
      worker.on('exit', () => reject(new Error('the thread that compares names ended')))
    })
    found.catch(() => {})
    for await (const part of parts) worker.postMessage(part)
    worker.postMessage(null)
    return await found
  } finally {
    await worker.terminate()
  }
}
