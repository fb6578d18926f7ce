import { Agent, request as send } from 'node:http'

export interface Request {
  readonly method?: 'GET' | 'POST' | 'PATCH'
  readonly path: string
  readonly body?: unknown
}
export interface Timing {
  readonly n: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly maxMs: number
  readonly perSecond: number
}

export const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0
const round = (ms: number) => Math.round(ms * 100) / 100
function timingOf(times: number[], tookMs: number): Timing {
  times.sort((a, b) => a - b)
  return {
    n: times.length,
    p50Ms: round(quantile(times, 0.5)),
    p95Ms: round(quantile(times, 0.95)),
    maxMs: round(times.at(-1)!),
    perSecond: Math.round(times.length / (tookMs / 1000)),
  }
}

/** A client that keeps its connections; every answer is read whole, and one that is not 2xx ends the run. */
export function client(port: number, token: string, connections: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const ask = ({ method = 'GET', path, body }: Request): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const payload = body === undefined ? undefined : JSON.stringify(body)
      const headers = {
        authorization: `Bearer ${token}`,
        ...(payload && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
      }
      const outgoing = send({ host: '127.0.0.1', port, agent, method, path, headers }, (reply) => {
        const parts: Buffer[] = []
        reply.on('data', (part: Buffer) => parts.push(part))
        reply.on('end', () => {
          const text = Buffer.concat(parts).toString()
          if ((reply.statusCode ?? 500) >= 300)
            reject(new Error(`${method} ${path}: ${reply.statusCode} ${text.slice(0, 300)}`))
          else resolve(text === '' ? null : JSON.parse(text))
        })
      })
      outgoing.on('error', reject)
      outgoing.end(payload)
    })

  /** Sends `n` requests over the connections, each as soon as one is free. */
  async function load(n: number, next: (i: number) => Request): Promise<Timing> {
    const times: number[] = []
    let started = 0
    const begun = performance.now()
    const worker = async () => {
      for (let i = started++; i < n; i = started++) {
        const at = performance.now()
        await ask(next(i))
        times.push(performance.now() - at)
      }
    }
    await Promise.all(Array.from({ length: connections }, worker))
    return timingOf(times, performance.now() - begun)
  }

  /** One request after each of `n` others, which are not timed. */
  async function afterEach(n: number, request: Request, other: (i: number) => Promise<unknown>): Promise<Timing> {
    const times: number[] = []
    for (let i = 0; i < n; i++) {
      await other(i)
      const at = performance.now()
      await ask(request)
      times.push(performance.now() - at)
    }
    return timingOf(
      times,
      times.reduce((sum, ms) => sum + ms, 0),
    )
  }
  return { afterEach, ask, load, close: () => agent.destroy() }
}
