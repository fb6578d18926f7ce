import { statfs } from 'node:fs/promises'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Store } from '../../db/store.ts'
import type { Actor } from '../access/actor.ts'
import { problem } from '../problem.ts'

interface Deps {
  readonly store: Store
  readonly filesDir: string
  readonly identify: (request: FastifyRequest) => Promise<Actor | null>
}
/** Below this the disk is reported as full: a backup needs room before a write does. */
const LEAST_FREE_BYTES = 200 * 1024 * 1024
const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])
const ms = (ns: number) => (ns / 1e9).toFixed(6)

/** `/healthz` the process, `/readyz` database and disk, `/metrics` for Prometheus from loopback or with a token. */
export function health(app: FastifyInstance, { store, filesDir, identify }: Deps): void {
  const lag = monitorEventLoopDelay({ resolution: 10 })
  lag.enable()
  const answered = new Map<string, { n: number; seconds: number }>()
  app.addHook('onClose', async () => void lag.disable())
  app.addHook('onResponse', async (request, reply) => {
    const key = `method="${request.method}",status="${reply.statusCode}"`
    const sum = answered.get(key) ?? { n: 0, seconds: 0 }
    answered.set(key, { n: sum.n + 1, seconds: sum.seconds + reply.elapsedTime / 1000 })
  })

  app.get('/healthz', async () => ({ ok: true }))
  app.get('/readyz', async (_request, reply) => {
    const database = await store.health()
    const disk = await statfs(filesDir)
    const freeBytes = disk.bavail * disk.bsize
    const ok = freeBytes > LEAST_FREE_BYTES
    return reply.code(ok ? 200 : 503).send({ ok, database, disk: { freeBytes } })
  })
  app.get('/metrics', async (request, reply) => {
    if (!LOOPBACK.has(request.socket.remoteAddress ?? '') && !(await identify(request)))
      throw problem('signed_out', '请使用令牌')
    const memory = process.memoryUsage()
    const lines = [
      '# TYPE process_resident_memory_bytes gauge',
      `process_resident_memory_bytes ${memory.rss}`,
      '# TYPE nodejs_heap_size_used_bytes gauge',
      `nodejs_heap_size_used_bytes ${memory.heapUsed}`,
      '# TYPE nodejs_eventloop_lag_seconds summary',
      `nodejs_eventloop_lag_seconds{quantile="0.99"} ${ms(lag.percentile(99))}`,
      `nodejs_eventloop_lag_seconds{quantile="1"} ${ms(lag.max)}`,
      '# TYPE http_requests_total counter',
      ...[...answered].map(([key, sum]) => `http_requests_total{${key}} ${sum.n}`),
      '# TYPE http_request_seconds_total counter',
      ...[...answered].map(([key, sum]) => `http_request_seconds_total{${key}} ${sum.seconds.toFixed(6)}`),
    ]
    return reply.type('text/plain; version=0.0.4').send(`${lines.join('\n')}\n`)
  })
}
